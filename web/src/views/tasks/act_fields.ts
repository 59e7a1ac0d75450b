// What each act asks for, and doing it: one dialog serves them all. Words that are stored are the office's own,
// whatever language the page speaks.
import { command, new_key, send } from '../../api/client';
import type { Task, TaskAct, TaskDetail, TaskEntry, TaskFile } from '../../api/types';
import zh from '../../i18n/zh';

export type Field = 'text' | 'reason' | 'percent' | 'date' | 'unit' | 'part' | 'person' | 'number' | 'passed' | 'satisfaction' | 'files' | 'report' | 'photo';
export interface ActFields { fields: Field[]; needs: Field[]; label?: string; date?: string; person?: string; danger?: boolean }

const reason: ActFields = { fields: ['reason'], needs: ['reason'] };
export const kActFields: Partial<Record<TaskAct, ActFields>> = {
  submit: { fields: [], needs: [] },
  send_back: reason,
  issue: { fields: [], needs: [] },
  sign: { fields: ['person'], needs: ['person'] },
  ask_reassign: reason,
  reassign: { fields: ['unit', 'person'], needs: ['unit', 'person'], person: 'contact' },
  refuse_reassign: reason,
  report: { fields: ['text', 'percent', 'files'], needs: ['text'] },
  part_in: { fields: ['text', 'files'], needs: ['text'] },
  waive_part: { fields: ['part', 'reason'], needs: ['part', 'reason'] },
  ask_finish: { fields: ['text', 'files'], needs: ['text'] },
  return: reason,
  finish: { fields: [], needs: [] },
  check_back: { fields: ['passed', 'text', 'person', 'satisfaction', 'files'], needs: ['text', 'person'], person: 'checker' },
  strike_off: { fields: [], needs: [] },
  archive: { fields: ['number', 'files'], needs: ['number'] },
  reopen: { fields: ['reason', 'date'], needs: ['reason'], date: 'new_date' },
  suspend: { fields: ['reason', 'date'], needs: ['reason', 'date'], date: 'resume_date' },
  resume: { fields: [], needs: [] },
  withdraw: { ...reason, danger: true },
  waive: reason,
  ask_extension: { fields: ['reason', 'date', 'percent'], needs: ['reason', 'date'], date: 'wish_date' },
  agree_extension: { fields: [], needs: [] },
  extend: { fields: ['date'], needs: [], date: 'new_date' },
  refuse_extension: reason,
  mark_empty: { fields: ['report', 'reason'], needs: ['report', 'reason'] },
  urge: { fields: [], needs: [] },
  take_back: { fields: [], needs: [] },
  accept_photo: { fields: ['photo'], needs: ['photo'] },
  refuse_photo: { fields: ['photo', 'reason'], needs: ['photo', 'reason'] },
};

// The step that the state waits for stands first and large.
const kFirst: TaskAct[] = ['issue', 'submit', 'sign', 'reassign', 'extend', 'agree_extension', 'finish', 'accept_photo', 'report', 'check_back', 'strike_off', 'archive', 'resume'];
export const next_act = (acts: TaskAct[]): TaskAct | undefined => kFirst.find((a) => acts.includes(a));

export const kChannels = ['phone', 'wechat', 'paper', 'oral', 'signed'] as const;
export type Channel = (typeof kChannels)[number];
export const stored_channel = (c: Channel): string => zh.entry.ch[c];
export const stored_kinds = (): string[] => zh.form.kinds.split(',');

export async function upload(task: string, file: File): Promise<TaskFile> {
  const answer = await send('POST', `/tasks/${task}/files?name=${encodeURIComponent(file.name)}`, { raw: { type: 'application/octet-stream', body: file }, key: new_key(), retry: false });
  return (await answer.json()) as TaskFile;
}

export const act_on = (task: Pick<Task, 'id'>, act: TaskAct, entry: TaskEntry, key = new_key()): Promise<TaskDetail> =>
  command<TaskDetail>('POST', `/tasks/${task.id}/acts`, { ...entry, act }, { key });

// Acts that the same person may take back for ten minutes.
export const kUndoable = new Set<TaskAct>(['submit', 'send_back', 'return', 'finish', 'strike_off', 'archive', 'reopen', 'suspend', 'resume', 'withdraw', 'waive', 'extend', 'refuse_extension', 'reassign', 'refuse_reassign', 'mark_empty', 'waive_part', 'check_back', 'accept_photo', 'refuse_photo', 'report', 'ask_finish', 'ask_extension', 'ask_reassign']);
