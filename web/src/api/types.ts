// Names for the wire types that pages use; all of them come from docs/api/openapi.yaml.
import type { components } from './schema';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Role = Schemas['Role'];
export type Problem = Schemas['Problem'];
export type Account = Schemas['Account'];
export type AccountInput = Schemas['AccountInput'];
export type AccountCreated = Schemas['AccountCreated'];
export type AuditEntry = Schemas['AuditEntry'];
export type Directory = Schemas['Directory'];
export type Unit = Schemas['Unit'];
export type Post = Schemas['Post'];
export type Person = Schemas['Person'];
export type UnitKind = Schemas['UnitKind'];
export type PostClass = Schemas['PostClass'];
export type Committee = Schemas['Committee'];
export type Alias = Schemas['Alias'];
export type Room = Schemas['Room'];
export type OrderList = Schemas['OrderList'];
export type DirectoryPatch = Schemas['DirectoryPatch'];
export type DirectoryChange = Schemas['DirectoryChange'];
export type DirectoryPreview = Schemas['DirectoryPreview'];
export type RecordChange = Schemas['RecordChange'];
export type SeatDifference = Schemas['SeatDifference'];
export type Meeting = Schemas['Meeting'];
export type MeetingSummary = Schemas['MeetingSummary'];
export type MeetingPlan = Schemas['MeetingPlan'];
export type MeetingState = Schemas['MeetingState'];
export type AgendaItem = Schemas['AgendaItem'];
export type AgendaKind = Schemas['AgendaKind'];
export type Speaker = Schemas['Speaker'];
export type AttendanceRule = Schemas['AttendanceRule'];
export type ExpectedList = Schemas['ExpectedList'];
export type MeetingClash = Schemas['MeetingClash'];
export type Seat = Schemas['Seat'];
export type VenueKind = Schemas['VenueKind'];
export type JoinLink = Schemas['JoinLink'];
export type Attendance = Schemas['Attendance'];
export type Notice = Schemas['Notice'];
export type AttendanceTotals = Schemas['AttendanceTotals'];
export type SeatAttendance = Schemas['SeatAttendance'];
export type Leave = Schemas['Leave'];
export type LeaveInput = Schemas['LeaveInput'];
export type FiguresRow = Schemas['FiguresRow'];
export type Minutes = Schemas['Minutes'];
export type Brief = Schemas['Brief'];
export type OfficeFigures = Schemas['OfficeFigures'];
export type Note = Schemas['Note'];
export type JournalEntry = Schemas['JournalEntry'];
export type Task = Schemas['Task'];
export type TaskInput = Schemas['TaskInput'];
export type LiveMessage = Omit<Schemas['LiveMessage'], 't'> & { t: Schemas['LiveMessage']['t'] | 'layers'; count?: number };
export type LiveState = Omit<Schemas['LiveState'], 'venues'> & { venues: Record<string, LiveVenue> };
export type RollCall = Schemas['RollCall'];
export type RollCallInput = Schemas['RollCallInput'];
export type ReadinessInput = Schemas['ReadinessInput'];
export type SelfTestResult = Schemas['SelfTest'];
export type Phone = Schemas['Phone'];
export type CallResult = Schemas['Calls']['result'];
export type Rung = '720p' | '360p' | '180p' | 'content' | 'sound'; // quality ladder, best first
export type LiveVenue = Schemas['LiveState']['venues'][string] & { pinned_rung?: Rung };
export type LiveItem = LiveState['agenda']['items'][string];
export type LiveSeat = NonNullable<LiveState['seats']>[string];
export type Figures = NonNullable<LiveMessage['figures']>[number] & {
  rung?: Rung;
  pinned?: boolean;
  estimate_kbps?: number; // what the line is thought to carry to the venue; 0: not measured
  sending_layers?: number;
  since_keyframe_ms?: number;
  freezes?: number; // since the venue's page joined
  frozen_ms?: number;
  concealed?: number; // share of the sound that was missing, 0...1
};
