// One sentence per fact for the journal page, in both languages.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/json_write.h"
#include "domain/wording.h"

namespace huiban::api {
namespace {

using namespace domain;

struct Words {
  std::string zh, en;
};

class Teller {
 public:
  explicit Teller(const Meeting& meeting) : meeting_(meeting) {}

  Words operator()(const MeetingCreated& e) const {
    return {"建立会议“" + e.plan.title + "”", "Meeting \"" + e.plan.title + "\" created"};
  }
  Words operator()(const PlanRevised&) const { return {"修改会议方案", "Plan revised"}; }
  Words operator()(const MeetingConvened& e) const {
    const auto venues = std::to_string(e.venues.size()), seats = std::to_string(e.seats.size());
    return {"召集会议 " + e.number + "，" + venues + " 个会场，应到 " + seats + " 岗",
            "Convened as " + e.number + ": " + venues + " venues, " + seats + " posts expected"};
  }
  Words operator()(const MeetingStarted&) const { return {"会议开始", "Meeting started"}; }
  Words operator()(const MeetingEnded& e) const {
    return {"会议结束，纪要编号 " + e.minutes_number, "Meeting ended, minutes " + e.minutes_number};
  }
  Words operator()(const MeetingCancelled& e) const {
    const std::string zh = e.merged_into ? "取消会议，与另一会议合并召开" : "取消会议";
    const std::string en =
        e.merged_into ? "Meeting cancelled, held together with another" : "Meeting cancelled";
    return {zh + (e.reason.empty() ? "" : "：" + e.reason),
            en + (e.reason.empty() ? "" : ": " + e.reason)};
  }
  Words operator()(const VenueJoined& e) const { return of(e.venue, "进入会议", "joined"); }
  Words operator()(const VenueLost& e) const { return of(e.venue, "线路中断", "lost its line"); }
  Words operator()(const VenueBack& e) const { return of(e.venue, "线路恢复", "is back"); }
  Words operator()(const VenueTakenOver& e) const {
    return of(e.venue, "换由另一台设备接入", "was taken over by another device");
  }
  Words operator()(const SeatReleased& e) const {
    return of(e.venue, "断线过久，席位不再保留", "was away too long; its seat is no longer held");
  }
  Words operator()(const SeatsSignedIn& e) const {
    const auto names = seats(e.seats);
    const auto why = e.reason.empty() ? std::string() : "（" + e.reason + "）";
    return {"签到：" + names + why, "Signed in: " + names + why};
  }
  Words operator()(const SignInTakenBack& e) const {
    const auto names = seats(e.seats);
    const auto why = e.reason.empty() ? std::string() : "（" + e.reason + "）";
    return {"撤回签到：" + names + why, "Sign-in taken back: " + names + why};
  }
  Words operator()(const StageChanged& e) const {
    if (!e.main && !e.second) return {"主画面清空", "Stage cleared"};
    std::string zh = "主画面：" + (e.main ? venue(*e.main) : "无");
    std::string en = "Stage: " + (e.main ? venue(*e.main) : "none");
    if (e.second) zh += "，副画面：" + venue(*e.second), en += ", second: " + venue(*e.second);
    return {zh, en};
  }
  Words operator()(const FloorRequested& e) const {
    return of(e.venue, "申请发言", "asks for the floor");
  }
  Words operator()(const FloorRequestWithdrawn& e) const {
    return of(e.venue, "撤回发言申请", "withdrew its request");
  }
  Words operator()(const FloorGranted& e) const {
    return of(e.venue, "获准发言，话筒打开", "has the floor");
  }
  Words operator()(const FloorRevoked& e) const {
    return of(e.venue, "发言收回，话筒关闭", "lost the floor, microphone closed");
  }
  Words operator()(const AllMuted&) const { return {"全场静音", "All muted"}; }
  Words operator()(const AgendaAdvanced& e) const {
    if (!e.to) return {"议程结束", "The agenda is through"};
    return {"进入议程：" + item(*e.to), "Agenda item: " + item(*e.to)};
  }
  Words operator()(const AgendaReverted& e) const {
    const auto back = e.undone.from ? item(*e.undone.from) : std::string();
    return {"撤销切换议程" + (back.empty() ? back : "，回到：" + back),
            "Step undone" + (back.empty() ? back : ", back to: " + back)};
  }
  Words operator()(const NoteSaved& e) const {
    const auto version = std::to_string(e.version);
    return {"记录第 " + version + " 稿：" + item(e.item),
            "Note version " + version + ": " + item(e.item)};
  }
  Words operator()(const BannerSet& e) const {
    if (e.text.empty()) return {"撤下横幅", "Banner taken away"};
    return {"横幅：" + e.text, "Banner: " + e.text};
  }
  Words operator()(const RungPinned& e) const {
    if (!e.rung) return of(e.venue, "画质恢复自动调节", "gets what its line allows again");
    switch (*e.rung) {
      case Rung::k720p:
        return of(e.venue, "画质固定为不高于 720p", "is limited to 720p");
      case Rung::k360p:
        return of(e.venue, "画质固定为不高于 360p", "is limited to 360p");
      case Rung::k180p:
        return of(e.venue, "画质固定为不高于 180p", "is limited to 180p");
      case Rung::kContentAndSound:
        return of(e.venue, "固定为只传材料和声音", "is limited to slides and sound");
      case Rung::kSoundOnly:
        return of(e.venue, "固定为只传声音", "is limited to sound");
    }
    return {"其他", "Other"};
  }
  Words operator()(const MediaFault& e) const {
    return {"音视频故障并已重建：" + e.what, "Sound or picture failed and was rebuilt: " + e.what};
  }
  Words operator()(const ServerRestarted&) const {
    return {"服务器重新启动", "The server was restarted"};
  }
  Words operator()(const RollCallStarted& e) const {
    const auto n = std::to_string(e.venues.size());
    return {"开始点名，共 " + n + " 个会场", "Roll call of " + n + " venues began"};
  }
  Words operator()(const RollCallCalled& e) const {
    const auto round = std::to_string(e.round);
    return {"点名第 " + round + " 轮：" + venue(e.venue), "Called, round " + round + ": " + venue(e.venue)};
  }
  Words operator()(const RollCallMarked& e) const {
    const auto seconds = std::to_string((e.after_ms + 500) / 1000);
    switch (e.outcome) {
      case RollCallOutcome::kAnswered:
        switch (e.sign) {
          case RollCallSign::kLevel:
            return of(e.venue, ("应答（声音），用时 " + seconds + " 秒").c_str(),
                      ("answered by voice after " + seconds + " s").c_str());
          case RollCallSign::kButton:
            return of(e.venue, ("应答（按键），用时 " + seconds + " 秒").c_str(),
                      ("answered by its button after " + seconds + " s").c_str());
          default:
            return of(e.venue, "记为已应答", "was marked as answered");
        }
      case RollCallOutcome::kNoAnswer:
        if (e.sign == RollCallSign::kSecretary)
          return of(e.venue, "记为未应答", "was marked as not answered");
        return of(e.venue, "未应答", "did not answer");
      case RollCallOutcome::kSkipped:
        return of(e.venue, "跳过", "was skipped");
      case RollCallOutcome::kWaiting:
        break;
    }
    return {"其他", "Other"};
  }
  Words operator()(const RollCallStillKept& e) const {
    return of(e.venue, "点名截图已留存", ": a still of its answer was kept");
  }
  Words operator()(const RequestsReordered&) const {
    return {"调整申请发言的顺序", "The order of requests was changed"};
  }
  Words operator()(const ReadinessReported& e) const {
    switch (judge(e.measured).grade) {
      case ReadinessGrade::kGreen:
        return of(e.venue, "会前自检通过", "passed its self-test");
      case ReadinessGrade::kAmber:
        return of(e.venue, "会前自检有问题，可以开会", "has a flaw in its self-test");
      case ReadinessGrade::kRed:
        return of(e.venue, "会前自检没有通过", "failed its self-test");
    }
    return {"其他", "Other"};
  }
  Words operator()(const CallNoted& e) const {
    const auto why = e.note.empty() ? std::string() : "：" + e.note;
    return {"电话联系" + venue(e.venue) + why, venue(e.venue) + " was called" + why};
  }
  Words operator()(const RollCallEnded& e) const {
    if (e.stopped) return {"停止点名", "Roll call stopped"};
    return {"点名结束", "Roll call ended"};
  }
  Words operator()(const LeaveAsked& e) const {
    const auto names = seats(e.seats);
    if (e.kind == LeaveKind::kLeave)
      return {"请假：" + names + "（" + e.reason + "）",
              "Leave asked: " + names + " (" + e.reason + ")"};
    return {"申请替会：" + names + "，由" + e.substitute.text + "替（" + e.reason + "）",
            "Substitute asked: " + e.substitute.text + " for " + names + " (" + e.reason + ")"};
  }
  Words operator()(const LeaveDecided& e) const {
    const auto* leave = meeting_.find_leave(e.leave);
    const auto names = leave ? seats(leave->seats) : std::string("?");
    const auto why =
        (e.channel.empty() ? "" : "，" + e.channel) + (e.note.empty() ? "" : "，" + e.note);
    return {(e.approved ? "批准：" : "不批准：") + names + "（" + e.decided_by + why + "）",
            (e.approved ? "Approved: " : "Refused: ") + names + " (" + e.decided_by + why + ")"};
  }
  Words operator()(const LeaveWithdrawn& e) const {
    const auto* leave = meeting_.find_leave(e.leave);
    const auto names = leave ? seats(leave->seats) : std::string("?");
    const auto why = e.reason.empty() ? std::string() : "（" + e.reason + "）";
    return {"撤回请假或替会：" + names + why, "Request withdrawn: " + names + why};
  }
  Words operator()(const ReceiptReturned& e) const {
    const auto come = std::to_string(std::count_if(e.lines.begin(), e.lines.end(),
                                                   [](const ReceiptLine& l) { return l.comes; }));
    const auto* seat = e.lines.empty() ? nullptr : meeting_.find_seat(e.lines.front().seat);
    const auto unit = seat ? seat->unit_name : std::string();
    return {"回执：" + unit + "，来 " + come + " 岗",
            "Receipt: " + unit + ", " + come + " posts come"};
  }
  Words operator()(const SeatsSignedOut& e) const {
    const auto names = seats(e.seats);
    const auto why = e.reason.empty() ? std::string() : "（" + e.reason + "）";
    return {"离会：" + names + why, "Left: " + names + why};
  }
  Words operator()(const AttendanceCorrected& e) const {
    std::vector<SeatId> list;
    for (const auto& was : e.was) list.push_back(was.seat);
    const auto names = seats(list);
    const auto old = e.was.empty() ? Words{} : status(e.was.front().status);
    if (!e.to)
      return {"撤销更正：" + names + "（" + e.reason + "）",
              "Correction taken back: " + names + " (" + e.reason + ")"};
    const auto now = status(*e.to);
    return {"更正：" + names + "，" + old.zh + " → " + now.zh + "（" + e.reason + "）",
            "Corrected: " + names + ", " + old.en + " → " + now.en + " (" + e.reason + ")"};
  }
  Words operator()(const GuestSignedIn& e) const {
    return {(e.kind == GuestKind::kAttending ? "列席：" : "名单外：") + e.text,
            (e.kind == GuestKind::kAttending ? "Attending: " : "Not on the list: ") + e.text};
  }
  Words operator()(const GuestTakenBack&) const {
    return {"撤回一位列席或名单外的登记", "A guest's entry taken back"};
  }
  Words operator()(const HolderChanged& e) const {
    const auto names = seats({e.seat});
    if (e.vacant) return {"任职变动：" + names + "空缺", "Post now vacant: " + names};
    return {"任职变动：" + names + "换人", "Post changed hands: " + names};
  }
  Words operator()(const ContentGranted& e) const {
    return of(e.venue, "获准共享材料", "may share its screen");
  }
  Words operator()(const ContentRevoked& e) const {
    return of(e.venue, "不再共享材料", "may no longer share its screen");
  }
  Words operator()(const ContentStarted& e) const {
    return of(e.venue, "开始共享材料", "shares its screen");
  }
  Words operator()(const ContentStopped& e) const {
    return of(e.venue, "停止共享材料", "stopped sharing its screen");
  }
  Words operator()(const TileRulesSet&) const {
    return {"修改分屏规则", "The wall's rules were changed"};
  }
  Words operator()(const GoalRanked& e) const {
    const auto& goals = meeting_.plan().goals;
    const auto name = std::size_t(e.goal) < goals.size() ? goals[std::size_t(e.goal)].name : "?";
    const auto rank = std::to_string(e.rank);
    return {"争先目标“" + name + "”：第 " + rank + " 名", "Goal \"" + name + "\": place " + rank};
  }
  template <class Other>
  Words operator()(const Other&) const {
    return {"其他", "Other"};
  }

 private:
  static Words status(SeatStatus value) {
    switch (value) {
      case SeatStatus::kPresent:
        return {"到会", "present"};
      case SeatStatus::kAbsent:
        return {"缺席", "absent"};
      case SeatStatus::kVacant:
        return {"空缺", "vacant"};
      case SeatStatus::kLeave:
        return {"请假", "on leave"};
      case SeatStatus::kSubstitute:
        return {"替会", "substitute"};
      case SeatStatus::kExpected:
        break;
    }
    return {"未到", "missing"};
  }

  std::string venue(VenueId id) const {
    const auto* found = meeting_.find_venue(id);
    return found ? found->name : "?";
  }
  std::string item(AgendaItemId id) const {
    const auto* found = meeting_.find_item(id);
    return found ? item_in_words(*found) : "?";
  }
  std::string seats(const std::vector<SeatId>& list) const {
    std::string text;
    for (const auto& id : list) {
      const auto* seat = meeting_.find_seat(id);
      if (!seat) continue;
      if (!text.empty()) text += "、";
      text += seat->unit_name + seat->title;
    }
    return text;
  }
  Words of(VenueId id, const char* zh, const char* en) const {
    return {venue(id) + zh, venue(id) + " " + en};
  }

  const Meeting& meeting_;
};

struct TypeName {
  const char* operator()(const DirectoryImported&) const { return "directory_imported"; }
  const char* operator()(const DirectoryChanged&) const { return "directory_changed"; }
  const char* operator()(const MeetingCreated&) const { return "meeting_created"; }
  const char* operator()(const PlanRevised&) const { return "plan_revised"; }
  const char* operator()(const MeetingConvened&) const { return "meeting_convened"; }
  const char* operator()(const MeetingStarted&) const { return "meeting_started"; }
  const char* operator()(const MeetingCancelled&) const { return "meeting_cancelled"; }
  const char* operator()(const MeetingEnded&) const { return "meeting_ended"; }
  const char* operator()(const VenueJoined&) const { return "venue_joined"; }
  const char* operator()(const VenueLost&) const { return "venue_lost"; }
  const char* operator()(const VenueBack&) const { return "venue_back"; }
  const char* operator()(const VenueTakenOver&) const { return "venue_taken_over"; }
  const char* operator()(const SeatReleased&) const { return "seat_released"; }
  const char* operator()(const SeatsSignedIn&) const { return "seats_signed_in"; }
  const char* operator()(const SignInTakenBack&) const { return "sign_in_taken_back"; }
  const char* operator()(const StageChanged&) const { return "stage_changed"; }
  const char* operator()(const FloorRequested&) const { return "floor_requested"; }
  const char* operator()(const FloorRequestWithdrawn&) const { return "floor_request_withdrawn"; }
  const char* operator()(const FloorGranted&) const { return "floor_granted"; }
  const char* operator()(const FloorRevoked&) const { return "floor_revoked"; }
  const char* operator()(const AllMuted&) const { return "all_muted"; }
  const char* operator()(const AgendaAdvanced&) const { return "agenda_advanced"; }
  const char* operator()(const AgendaReverted&) const { return "agenda_reverted"; }
  const char* operator()(const NoteSaved&) const { return "note_saved"; }
  const char* operator()(const BannerSet&) const { return "banner_set"; }
  const char* operator()(const RungPinned&) const { return "rung_pinned"; }
  const char* operator()(const MediaFault&) const { return "media_fault"; }
  const char* operator()(const ServerRestarted&) const { return "server_restarted"; }
  const char* operator()(const TaskDrafted&) const { return "task_drafted"; }
  const char* operator()(const TaskRevised&) const { return "task_revised"; }
  const char* operator()(const TaskIssued&) const { return "task_issued"; }
  const char* operator()(const TaskSignedFor&) const { return "task_signed_for"; }
  const char* operator()(const RollCallStarted&) const { return "roll_call_started"; }
  const char* operator()(const RollCallCalled&) const { return "roll_call_called"; }
  const char* operator()(const RollCallMarked&) const { return "roll_call_marked"; }
  const char* operator()(const RollCallStillKept&) const { return "roll_call_still_kept"; }
  const char* operator()(const RollCallEnded&) const { return "roll_call_ended"; }
  const char* operator()(const RequestsReordered&) const { return "requests_reordered"; }
  const char* operator()(const ReadinessReported&) const { return "readiness_reported"; }
  const char* operator()(const CallNoted&) const { return "call_noted"; }
  const char* operator()(const LeaveAsked&) const { return "leave_asked"; }
  const char* operator()(const LeaveDecided&) const { return "leave_decided"; }
  const char* operator()(const LeaveWithdrawn&) const { return "leave_withdrawn"; }
  const char* operator()(const ReceiptReturned&) const { return "receipt_returned"; }
  const char* operator()(const SeatsSignedOut&) const { return "seats_signed_out"; }
  const char* operator()(const AttendanceCorrected&) const { return "attendance_corrected"; }
  const char* operator()(const GuestSignedIn&) const { return "guest_signed_in"; }
  const char* operator()(const GuestTakenBack&) const { return "guest_taken_back"; }
  const char* operator()(const HolderChanged&) const { return "holder_changed"; }
  const char* operator()(const ContentGranted&) const { return "content_granted"; }
  const char* operator()(const ContentRevoked&) const { return "content_revoked"; }
  const char* operator()(const ContentStarted&) const { return "content_started"; }
  const char* operator()(const ContentStopped&) const { return "content_stopped"; }
  const char* operator()(const TileRulesSet&) const { return "tile_rules_set"; }
  const char* operator()(const GoalRanked&) const { return "goal_ranked"; }
  const char* operator()(const MonthJudged&) const { return "month_judged"; }
  const char* operator()(const TaskActed&) const { return "task_acted"; }
  const char* operator()(const PeriodSet&) const { return "period_set"; }
  const char* operator()(const MeritNoted&) const { return "merit_noted"; }
  const char* operator()(const MeritTakenBack&) const { return "merit_taken_back"; }
};

}  // namespace

nlohmann::json journal_entry_json(const StoredEvent& event, const Meeting& meeting,
                                  Language language) {
  auto words = std::visit(Teller(meeting), event.payload);
  auto actor = event.actor.label;
  if (actor.empty()) actor = language == Language::kEn ? "Server" : "服务器";
  return {{"seq", event.seq},
          {"at", to_iso8601(event.at)},
          {"actor", actor},
          {"type", std::visit(TypeName{}, event.payload)},
          {"text", language == Language::kEn ? words.en : words.zh}};
}

}  // namespace huiban::api
