#include "api/router.h"

#include "api/handlers.h"

namespace huiban::api {
namespace {

using domain::Role;

constexpr RoleSet kAdministrator = role_bit(Role::kAdministrator);
constexpr RoleSet kSecretary = role_bit(Role::kSecretary);
constexpr RoleSet kApprover = role_bit(Role::kApprover);
constexpr RoleSet kLeader = role_bit(Role::kLeader);
constexpr RoleSet kUnitHead = role_bit(Role::kUnitHead);
constexpr RoleSet kLiaison = role_bit(Role::kLiaison);
constexpr RoleSet kVenue = role_bit(Role::kVenueDevice);
constexpr RoleSet kObserver = role_bit(Role::kObserver);
constexpr RoleSet kAuditor = role_bit(Role::kAuditor);
constexpr RoleSet kStaff = kSecretary | kApprover | kLeader;
constexpr RoleSet kUnit = kUnitHead | kLiaison;
constexpr RoleSet kMediaRoles = kSecretary | kLeader | kObserver | kVenue;

constexpr auto kGet = Method::kGet;
constexpr auto kPost = Method::kPost;
constexpr auto kPut = Method::kPut;
constexpr auto kPatch = Method::kPatch;
constexpr auto kDelete = Method::kDelete;
constexpr auto kNo = Scope::kNone;
constexpr auto kOfMeeting = Scope::kMeeting;
constexpr auto kOfTask = Scope::kTask;
constexpr auto kOfPeer = Scope::kPeer;
constexpr auto kEmpty = Body::kNone;
constexpr auto kJson = Body::kJson;
constexpr unsigned kChair = kKey | kAudited;
constexpr unsigned kMedia = kDeviceToken | kCrossOrigin;

constexpr Route kRoutes[] = {
    {kPost, "/session", "signIn", kPublic, kNo, kJson, 0, sign_in},
    {kGet, "/session", "whoAmI", kAny, kNo, kEmpty, kFirstPassword | kDeviceToken, who_am_i},
    {kDelete, "/session", "signOut", kAny, kNo, kEmpty, kFirstPassword | kAudited, sign_out},
    {kPut, "/session/password", "changePassword", kAnyAccount, kNo, kJson,
     kFirstPassword | kAudited, change_password},
    {kPost, "/join", "join", kPublic, kNo, kJson, 0, join},
    {kGet, "/accounts", "listAccounts", kAdministrator, kNo, kEmpty, 0, list_accounts},
    {kPost, "/accounts", "createAccount", kAdministrator, kNo, kJson, kAudited, create_account},
    {kPost, "/accounts/{account}/reset", "resetPassword", kAdministrator, kNo, kEmpty, kAudited,
     reset_password},
    {kGet, "/audit", "readAudit", kAuditor, kNo, kEmpty, 0, read_audit},
    {kGet, "/directory", "getDirectory", kAnyAccount, kNo, kEmpty, 0, get_directory},
    {kGet, "/directory/contacts", "getContacts", kSecretary, kNo, kEmpty, kAudited, get_contacts},
    {kGet, "/directory/changes", "listDirectoryChanges", kSecretary | kApprover, kNo, kEmpty, 0,
     list_directory_changes},
    {kPost, "/directory/changes", "changeDirectory", kSecretary, kNo, kJson, kChair,
     change_directory},
    {kPost, "/directory/undo", "undoDirectoryChange", kSecretary, kNo, kJson, kChair,
     undo_directory_change},
    {kPost, "/directory/import/preview", "previewDirectoryImport", kSecretary, kNo, Body::kFile, 0,
     preview_directory_import},
    {kPost, "/directory/import", "importDirectory", kSecretary, kNo, Body::kFile, kChair,
     import_directory},
    {kGet, "/directory.xlsx", "exportDirectory", kSecretary, kNo, kEmpty, kAudited,
     export_directory},
    {kGet, "/directory.csv", "exportDirectoryTable", kSecretary, kNo, kEmpty, kAudited,
     export_directory_table},
    {kGet, "/meetings", "listMeetings", kStaff | kUnit | kObserver, kNo, kEmpty, 0, list_meetings},
    {kPost, "/meetings", "createMeeting", kSecretary, kNo, kJson, kKey, create_meeting},
    {kPost, "/meetings/preview", "previewExpected", kSecretary, kNo, kJson, 0, preview_expected},
    {kPost, "/meetings/clashes", "previewClashes", kSecretary, kNo, kJson, 0, preview_clashes},
    {kGet, "/meetings/{meeting}", "getMeeting", kStaff | kUnit | kVenue | kObserver, kOfMeeting,
     kEmpty, 0, get_meeting},
    {kPut, "/meetings/{meeting}", "revisePlan", kSecretary, kOfMeeting, kJson, kKey, revise_plan},
    {kGet, "/meetings/{meeting}/expected", "getExpected", kStaff | kObserver, kOfMeeting, kEmpty, 0,
     get_expected},
    {kGet, "/meetings/{meeting}/differences", "getDifferences", kStaff, kOfMeeting, kEmpty, 0,
     get_differences},
    {kPost, "/meetings/{meeting}/convene", "conveneMeeting", kSecretary, kOfMeeting, kEmpty, kChair,
     convene_meeting},
    {kPost, "/meetings/{meeting}/cancel", "cancelMeeting", kSecretary, kOfMeeting, kJson, kChair,
     cancel_meeting},
    {kPost, "/meetings/{meeting}/next", "planNextMeeting", kSecretary, kOfMeeting, kJson, kKey,
     plan_next_meeting},
    {kGet, "/meetings/{meeting}/links", "getJoinLinks", kSecretary, kOfMeeting, kEmpty, 0,
     get_join_links},
    {kGet, "/meetings/{meeting}/my-link", "getMyJoinLink", kUnit, kOfMeeting, kEmpty, 0,
     get_my_join_link},
    {kPost, "/meetings/{meeting}/start", "startMeeting", kSecretary, kOfMeeting, kEmpty, kChair,
     start_meeting},
    {kPost, "/meetings/{meeting}/end", "endMeeting", kSecretary, kOfMeeting, kEmpty, kChair,
     end_meeting},
    {kPost, "/meetings/{meeting}/sign-ins", "signInSeats", kSecretary | kLiaison | kVenue,
     kOfMeeting, kJson, kKey, sign_in_seats},
    {kPost, "/meetings/{meeting}/sign-ins/take-back", "takeBackSignIn",
     kSecretary | kLiaison | kVenue, kOfMeeting, kJson, kChair, take_back_sign_in},
    {kPost, "/meetings/{meeting}/sign-ins/batch", "signInBatch", kSecretary, kOfMeeting, kJson,
     kChair, sign_in_batch},
    {kPost, "/meetings/{meeting}/sign-outs", "signOutSeats", kSecretary | kUnit | kVenue,
     kOfMeeting, kJson, kKey, sign_out_seats},
    {kGet, "/meetings/{meeting}/sign-in-code", "getSignInCode", kSecretary | kVenue, kOfMeeting,
     kEmpty, 0, get_sign_in_code},
    {kPost, "/scan", "openScan", kPublic, kNo, kJson, 0, open_scan},
    {kPost, "/scan/sign-in", "signInScanned", kPublic, kNo, kJson, kKey, sign_in_scanned},
    {kPost, "/meetings/{meeting}/leaves", "askLeave", kSecretary | kUnit | kVenue, kOfMeeting,
     kJson, kKey, ask_leave},
    {kPost, "/meetings/{meeting}/leaves/{leave}/decide", "decideLeave", kStaff, kOfMeeting, kJson,
     kChair, decide_leave},
    {kPost, "/meetings/{meeting}/leaves/{leave}/withdraw", "withdrawLeave",
     kSecretary | kUnit | kVenue, kOfMeeting, kJson, kChair, withdraw_leave},
    {kPut, "/meetings/{meeting}/receipt", "returnReceipt", kSecretary | kUnit, kOfMeeting, kJson,
     kKey, return_receipt},
    {kPost, "/meetings/{meeting}/corrections", "correctAttendance", kSecretary, kOfMeeting, kJson,
     kChair, correct_attendance},
    {kPost, "/meetings/{meeting}/guests", "signInGuest", kSecretary | kVenue, kOfMeeting, kJson,
     kKey, sign_in_guest},
    {kPost, "/meetings/{meeting}/guests/{guest}/take-back", "takeBackGuest", kSecretary, kOfMeeting,
     kJson, kChair, take_back_guest},
    {kGet, "/meetings/{meeting}/attendance/report", "getAttendanceReport", kStaff, kOfMeeting,
     kEmpty, 0, get_attendance_report},
    {kGet, "/meetings/{meeting}/attendance.docx", "exportAttendanceSheet", kStaff, kOfMeeting,
     kEmpty, kAudited, export_attendance_sheet},
    {kGet, "/attendance/figures", "getAttendanceFigures", kStaff | kUnit, kNo, kEmpty, 0,
     get_attendance_figures},
    {kGet, "/meetings/{meeting}/attendance", "getAttendance", kStaff | kUnit | kObserver,
     kOfMeeting, kEmpty, 0, get_attendance},
    {kPut, "/meetings/{meeting}/stage", "setStage", kSecretary, kOfMeeting, kJson, kChair,
     set_stage},
    {kPost, "/meetings/{meeting}/floor/grant", "grantFloor", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, grant_floor},
    {kPost, "/meetings/{meeting}/floor/revoke", "revokeFloor", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, revoke_floor},
    {kPost, "/meetings/{meeting}/floor/mute-all", "muteAll", kSecretary | kLeader, kOfMeeting,
     kEmpty, kChair, mute_all},
    {kPost, "/meetings/{meeting}/floor/request", "requestFloor", kVenue | kUnit, kOfMeeting, kJson,
     kKey, request_floor},
    {kPost, "/meetings/{meeting}/floor/withdraw", "withdrawRequest", kVenue | kUnit | kSecretary,
     kOfMeeting, kJson, kKey, withdraw_request},
    {kPost, "/meetings/{meeting}/floor/order", "reorderRequests", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, reorder_requests},
    {kPost, "/meetings/{meeting}/floor/hand-off", "handOff", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, hand_off},
    {kPost, "/meetings/{meeting}/venues/{venue}/readiness", "reportReadiness", kVenue, kOfMeeting,
     kJson, kKey, report_readiness},
    {kPost, "/meetings/{meeting}/venues/{venue}/calls", "noteCall", kSecretary | kApprover,
     kOfMeeting, kJson, kKey | kAudited, note_call},
    {kGet, "/meetings/{meeting}/phones", "listPhones", kSecretary | kApprover, kOfMeeting, kEmpty,
     kAudited, list_phones},
    {kPost, "/meetings/{meeting}/line-probe", "probeLine", kVenue, kOfMeeting, kJson, 0,
     probe_line},
    {kPost, "/meetings/{meeting}/agenda/next", "nextItem", kSecretary, kOfMeeting, kEmpty, kChair,
     next_item},
    {kPost, "/meetings/{meeting}/agenda/undo", "undoNextItem", kSecretary, kOfMeeting, kEmpty,
     kChair, undo_next_item},
    {kPut, "/meetings/{meeting}/agenda/{item}/note", "saveNote", kSecretary, kOfMeeting, kJson,
     kKey, save_note},
    {kGet, "/meetings/{meeting}/agenda/{item}/note", "listNoteVersions", kSecretary | kApprover,
     kOfMeeting, kEmpty, 0, list_note_versions},
    {kPut, "/meetings/{meeting}/banner", "setBanner", kSecretary, kOfMeeting, kJson, kChair,
     set_banner},
    {kPost, "/meetings/{meeting}/venues/{venue}/rung", "pinRung", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, pin_rung},
    {kPut, "/meetings/{meeting}/content", "setContent", kSecretary | kLeader, kOfMeeting, kJson,
     kChair, set_content},
    {kPut, "/meetings/{meeting}/tiles", "setTileRules", kSecretary, kOfMeeting, kJson, kChair,
     set_tile_rules},
    {kPost, "/meetings/{meeting}/goals", "rankGoal", kSecretary, kOfMeeting, kJson, kChair,
     rank_goal},
    {kGet, "/meetings/{meeting}/self-tests", "listSelfTests", kSecretary | kApprover, kOfMeeting,
     kEmpty, 0, list_self_tests},
    {kGet, "/meetings/{meeting}/brief", "getBrief", kStaff, kOfMeeting, kEmpty, 0, get_brief},
    {kGet, "/figures/office", "getOfficeFigures", kStaff, kNo, kEmpty, 0, get_office_figures},
    {kPut, "/figures/judgement", "judgeMonth", kSecretary | kApprover, kNo, kJson, kChair,
     judge_month},
    {kPost, "/meetings/{meeting}/roll-call", "startRollCall", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, start_roll_call},
    {kPost, "/meetings/{meeting}/roll-call/skip", "skipRollCall", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, skip_roll_call},
    {kPost, "/meetings/{meeting}/roll-call/stop", "stopRollCall", kSecretary | kLeader, kOfMeeting,
     kEmpty, kChair, stop_roll_call},
    {kPost, "/meetings/{meeting}/roll-call/mark", "markRollCall", kSecretary | kLeader, kOfMeeting,
     kJson, kChair, mark_roll_call},
    {kPost, "/meetings/{meeting}/roll-call/answer", "answerRollCall", kVenue | kUnit, kOfMeeting,
     kJson, kKey, answer_roll_call},
    {kGet, "/meetings/{meeting}/roll-calls", "listRollCalls", kStaff, kOfMeeting, kEmpty, 0,
     list_roll_calls},
    {kGet, "/meetings/{meeting}/roll-call/{venue}/still.jpg", "getRollCallStill",
     kSecretary | kLeader, kOfMeeting, kEmpty, kAudited, get_roll_call_still},
    {kGet, "/meetings/{meeting}/journal", "getJournal", kSecretary | kApprover, kOfMeeting, kEmpty,
     0, get_journal},
    {kGet, "/meetings/{meeting}/notice", "getNotice", kStaff | kUnit, kOfMeeting, kEmpty, 0,
     get_notice},
    {kGet, "/meetings/{meeting}/notice.docx", "exportNotice", kStaff | kUnit, kOfMeeting, kEmpty,
     kAudited, export_notice},
    {kGet, "/meetings/{meeting}/calendar.ics", "exportCalendar", kStaff | kUnit, kOfMeeting,
     kEmpty, 0, export_calendar},
    {kGet, "/meetings/{meeting}/minutes", "getMinutes", kStaff, kOfMeeting, kEmpty, 0, get_minutes},
    {kGet, "/meetings/{meeting}/minutes.docx", "exportMinutes", kStaff, kOfMeeting, kEmpty,
     kAudited, export_minutes},
    {kGet, "/meetings/{meeting}/attendance.xlsx", "exportAttendance", kStaff, kOfMeeting, kEmpty,
     kAudited, export_attendance},
    {kPost, "/meetings/{meeting}/media", "openMedia", kMediaRoles, kOfMeeting, Body::kSdp, kMedia,
     open_media},
    {kPatch, "/media/{peer}", "restartMedia", kMediaRoles, kOfPeer, Body::kSdpFragment, kMedia,
     restart_media},
    {kDelete, "/media/{peer}", "closeMedia", kMediaRoles, kOfPeer, kEmpty, kMedia, close_media},
    {kPut, "/media/{peer}/wall", "setWall", kMediaRoles, kOfPeer, kJson, 0, set_wall},
    {kGet, "/meetings/{meeting}/venues/{venue}/still.jpg", "getStill", kSecretary, kOfMeeting,
     kEmpty, kAudited, get_still},
    {kPost, "/meetings/{meeting}/venues/{venue}/device-token", "makeDeviceToken", kSecretary,
     kOfMeeting, kEmpty, kAudited, make_device_token},
    {kGet, "/tasks", "listTasks", kStaff | kUnit, kNo, kEmpty, 0, list_tasks},
    {kGet, "/tasks/pulse", "getTaskPulse", kStaff | kUnit, kNo, kEmpty, 0, get_task_pulse},
    {kPost, "/tasks", "draftTask", kSecretary, kNo, kJson, kKey, draft_task},
    {kGet, "/tasks/{task}", "getTask", kStaff | kUnit, kOfTask, kEmpty, 0, get_task},
    {kPut, "/tasks/{task}", "reviseTask", kSecretary, kOfTask, kJson, kKey, revise_task},
    {kPost, "/tasks/{task}/issue", "issueTask", kStaff, kOfTask, kJson, kChair, issue_task},
    {kPost, "/tasks/{task}/sign", "signForTask", kUnit | kSecretary, kOfTask, kJson, kChair,
     sign_for_task},
    {kPost, "/tasks/{task}/acts", "actOnTask", kStaff | kUnit, kOfTask, kJson, kChair, act_on_task},
    {kPost, "/tasks/sheet", "issueTaskSheet", kStaff, kNo, kJson, kChair, issue_task_sheet},
    {kGet, "/tasks/{task}/history", "getTaskHistory", kStaff | kUnit, kOfTask, kEmpty, 0,
     get_task_history},
    {kPost, "/tasks/{task}/files", "putTaskFile", kSecretary | kUnit, kOfTask, Body::kFile, kChair,
     put_task_file},
    {kGet, "/tasks/{task}/files", "getTaskFile", kStaff | kUnit, kOfTask, kEmpty, kAudited,
     get_task_file},
    {kGet, "/tasks/{task}/photo-code", "getPhotoCode", kSecretary | kUnit, kOfTask, kEmpty, 0,
     get_photo_code},
    {kPost, "/photo", "openPhoto", kPublic, kNo, kJson, 0, open_photo},
    {kPost, "/photo/send", "sendPhoto", kPublic, kNo, Body::kFile, kKey, send_photo},
    {kGet, "/tasks/figures", "getTaskFigures", kStaff, kNo, kEmpty, 0, get_task_figures},
    {kGet, "/periods", "listPeriods", kAnyAccount, kNo, kEmpty, 0, list_periods},
    {kPut, "/periods", "setPeriod", kSecretary, kNo, kJson, kChair, set_period},
    {kGet, "/merits", "listMerits", kStaff, kNo, kEmpty, 0, list_merits},
    {kPost, "/merits", "noteMerit", kSecretary | kApprover, kNo, kJson, kChair, note_merit},
    {kPost, "/merits/take-back", "takeBackMerit", kSecretary | kApprover, kNo, kJson, kChair,
     take_back_merit},
    {kGet, "/tasks.xlsx", "exportTasks", kStaff, kNo, kEmpty, kAudited, export_tasks},
    {kGet, "/live", "live", kStaff | kObserver | kVenue, kNo, kEmpty, 0, nullptr},
    {kGet, "/admin/verify", "verifyChain", kAdministrator | kAuditor, kNo, kEmpty, kAudited,
     verify_chain},
    {kGet, "/admin/meetings/{meeting}/pipeline.dot", "getPipelineDot", kAdministrator, kOfMeeting,
     kEmpty, 0, get_pipeline_dot},
    {kGet, "/admin/test-clock", "getTestClock", kAnyAccount, kNo, kEmpty, kTestClock,
     get_test_clock},
    {kPut, "/admin/test-clock", "setTestClock", kAdministrator | kSecretary, kNo, kJson,
     kTestClock | kAudited, set_test_clock},
};

std::string_view next_segment(std::string_view& path) {
  if (path.empty()) return {};
  path.remove_prefix(1);  // the slash
  const auto end = path.find('/');
  const auto segment = path.substr(0, end);
  path.remove_prefix(segment.size());
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& arguments) {
  arguments.clear();
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = next_segment(pattern), segment = next_segment(path);
    if (wanted.front() == '{') {
      if (segment.empty()) return false;
      arguments.emplace_back(segment);
    } else if (wanted != segment) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

RouteMatch find_route(Method method, std::string_view path) {
  RouteMatch match;
  if (method == Method::kHead) method = Method::kGet;
  if (path.substr(0, kApiPrefix.size()) != kApiPrefix) return match;
  path.remove_prefix(kApiPrefix.size());
  std::vector<std::string> arguments;
  std::size_t fewest = SIZE_MAX;  // a literal segment wins over {name}: /meetings/preview
  for (const auto& route : kRoutes) {
    if (!matches(route.path, path, arguments)) continue;
    match.allowed.push_back(route.method);
    if (route.method != method || arguments.size() >= fewest) continue;
    fewest = arguments.size();
    match.route = &route;
    match.arguments = arguments;
  }
  return match;
}

}  // namespace huiban::api
