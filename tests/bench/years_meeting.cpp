#include "tests/bench/years_meeting.h"

#include <map>
#include <set>
#include <stdexcept>

namespace huiban::bench {
namespace {

using namespace domain;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().en + " " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Teller {
 public:
  Teller(Service& service, ManualClock& clock, std::mt19937& random)
      : service_(service), clock_(clock), random_(random) {}

  ToldMeeting tell(MeetingPlan plan, MeetingState until) {
    start_ = *planned_start(plan.time, service_.settings().utc_offset);
    set(start_ - hours{72});
    id_ = must(service_.create_meeting(office(), plan)).meeting;
    if (until == MeetingState::kPlanned) return {id_, 0};
    if (one_in(3)) must(service_.revise_plan(office(), id_, meeting().plan(), std::nullopt));
    set(start_ - hours{48});
    must(service_.convene(office(), id_));
    group_seats();
    answer_receipts();
    if (until == MeetingState::kCancelled) {
      must(service_.cancel_meeting(office(), id_, "另行通知", std::nullopt));
      return {id_, 0};
    }
    ask_leave();
    if (until == MeetingState::kConvened) return {id_, 0};
    come();
    set(start_);
    must(service_.start_meeting(office(), id_));
    hold();
    if (until == MeetingState::kRunning) return {id_, tasks_};
    service_.end_meeting(office(), id_, check());
    set(*meeting().ended_at() + hours{1});
    if (one_in(8)) correct();
    work_on_tasks();
    return {id_, tasks_};
  }

 private:
  struct Room {
    VenueId venue;
    PeerId peer;
    UnitId unit;
    std::vector<SeatId> seats;
  };

  const Meeting& meeting() const { return *service_.find_meeting(id_); }
  bool one_in(int many) { return int(random_() % unsigned(many)) == 0; }
  void set(UtcTime at) { clock_.set(std::max(clock_.now(), at)); }
  void step(int most_seconds) { clock_.step(seconds{1 + int(random_() % unsigned(most_seconds))}); }

  Command as(Role role, const std::string& label) const {
    Actor actor;
    actor.role = role;
    actor.label = label;
    return {CommandId::make(), actor};
  }
  Command office() const { return as(Role::kSecretary, "党政办秘书"); }
  Command device(const Room& room) const {
    auto command = as(Role::kVenueDevice, meeting().find_venue(room.venue)->name);
    command.actor.meeting = id_;
    command.actor.venue = room.venue;
    return command;
  }
  Command liaison(UnitId unit) const {
    auto command = as(Role::kLiaison, "联络员");
    command.actor.unit = unit;
    return command;
  }
  Service::Done check() {
    return [](Result<Applied> applied) { must(std::move(applied)); };
  }

  void group_seats() {
    std::map<VenueId, std::size_t> place;
    for (const auto& venue : meeting().venues()) {
      place[venue.id] = rooms_.size();
      rooms_.push_back(
          {venue.id, PeerId::make(), venue.units.empty() ? UnitId{} : venue.units[0], {}});
    }
    for (const auto& seat : meeting().seats()) rooms_[place[seat.venue]].seats.push_back(seat.id);
  }

  void answer_receipts() {
    for (std::size_t i = 1; i < rooms_.size(); ++i) {
      if (one_in(3)) continue;
      step(300);
      Service::ReceiptInput input;
      input.unit = rooms_[i].unit;
      for (const auto& seat : rooms_[i].seats)
        input.lines.push_back({seat, true, "参会人" + std::to_string(i), "13900000000"});
      must(service_.return_receipt(liaison(input.unit), id_, std::move(input)));
    }
  }

  void ask_leave() {
    for (const auto& room : rooms_) {
      if (!one_in(12) || room.seats.empty()) continue;
      step(120);
      Service::LeaveInput input;
      input.seat = room.seats.front();
      input.reason = "外出开会";
      if (one_in(3)) input.kind = LeaveKind::kSubstitute, input.substitute.text = "副职代会";
      if (!service_.ask_leave(office(), id_, input)) continue;  // their other post has leave
      away_.insert(input.seat);
      if (!one_in(10))
        must(service_.decide_leave(office(), id_, meeting().leaves().back().id,
                                   {!one_in(8), "镇长", "电话", ""}));
    }
  }

  // Self-tests and calls from 50 minutes before, then the rooms join and sign in.
  void come() {
    const bool video = meeting().plan().form == MeetingForm::kVideo;
    set(start_ - minutes{50});
    for (const auto& room : rooms_) {
      if (!video) break;
      step(4);
      Readiness measured{true, !one_in(30), 1280, 720, -30,           40,
                         120,  2000,        3000, 30,  "Chromium 120"};
      must(service_.report_readiness(device(room), id_, room.venue, measured));
      if (one_in(20))
        must(service_.note_call(office(), id_, room.venue, CallResult::kReached, "已提醒", {}));
    }
    set(start_ - minutes{30});
    for (const auto& room : rooms_) {
      step(5);
      if (video) service_.venue_joined(id_, room.venue, room.peer);
      if (one_in(25)) continue;  // late, or not at all
      std::vector<SeatId> here;
      for (const auto& seat : room.seats)
        if (!away_.count(seat) && !one_in(30)) here.push_back(seat);
      sign_in(room, here);
    }
  }

  void sign_in(const Room& room, const std::vector<SeatId>& seats) {
    if (seats.empty()) return;
    const bool main = room.venue == rooms_.front().venue;
    if (!main)
      return void(
          must(service_.sign_in(device(room), id_, seats, {}, SignInMethod::kBrowser, "", {})));
    for (std::size_t i = 0; i < seats.size(); i += 4) {  // the desk ticks some at a time
      step(20);
      must(service_.sign_in(office(), id_,
                            {seats.begin() + std::ptrdiff_t(i),
                             seats.begin() + std::ptrdiff_t(std::min(i + 4, seats.size()))},
                            {}, SignInMethod::kDesk, "", {}));
    }
  }

  void hold() {
    const bool video = meeting().plan().form == MeetingForm::kVideo;
    if (video && one_in(12)) call_roll();
    for (std::size_t i = 0; i < meeting().plan().agenda.size(); ++i) {
      service_.next_item(office(), id_, check());
      const auto agenda_item = *meeting().current_item();
      must(service_.save_note(office(), id_, agenda_item, "要点：抓紧部署，责任到人，按时反馈。",
                              0));
      step(120);
      if (video) happen();
      must(service_.save_note(
          office(), id_, agenda_item,
          "要点：抓紧部署，责任到人，按时反馈。各村居做好值守，遇有险情立即报告，"
          "本周五前报送排查结果。",
          1));
      if (i > 0 && one_in(2)) draft();
      set(start_ + minutes{10 * int(i + 1)});
    }
  }

  // Between two items: a line breaks, somebody asks to speak, the stage changes, somebody is late.
  void happen() {
    for (std::size_t i = 1; i < rooms_.size(); ++i) {
      const auto& room = rooms_[i];
      if (one_in(60)) {
        service_.venue_lost(id_, room.venue, room.peer, clock_.now());
        step(90);
        service_.venue_back(id_, room.venue, room.peer);
      }
      if (one_in(40)) {
        std::vector<SeatId> late;
        for (const auto& seat : room.seats)
          if (!meeting().sign_ins().count(seat) && !away_.count(seat)) late.push_back(seat);
        sign_in(room, late);
      }
    }
    const auto& room = rooms_[std::size_t(random_() % rooms_.size())];
    if (room.venue == rooms_.front().venue || meeting().has_floor(room.venue)) return;
    must(service_.request_floor(device(room), id_, room.venue));
    step(20);
    must(service_.set_stage(office(), id_, rooms_.front().venue, room.venue));
    must(service_.grant_floor(office(), id_, room.venue));
    step(60);
    service_.revoke_floor(office(), id_, room.venue, "发言结束", check());
  }

  void call_roll() {
    RollCallPlan plan;
    for (std::size_t i = 1; i < rooms_.size() && i <= 20; ++i)
      plan.venues.push_back(rooms_[i].venue);
    plan.stills = false;
    service_.start_roll_call(office(), id_, plan, check());
    for (std::size_t i = 1; i < rooms_.size() && i <= 20; ++i) {
      step(6);
      must(service_.answer_roll_call(device(rooms_[i]), id_, rooms_[i].venue));
      clock_.step(seconds{3});
      service_.advance_roll_calls();
    }
    if (meeting().running_roll_call()) service_.stop_roll_call(office(), id_, check());
  }

  void draft() {
    const auto& room = rooms_.size() > 1 ? rooms_[1 + random_() % (rooms_.size() - 1)] : rooms_[0];
    TaskContent content;
    content.title = "完成隐患排查并报送结果";
    content.detail = "逐户排查，建立清单，限期整改。";
    if (!room.unit.is_nil()) content.lead_unit = room.unit;
    content.contact = "行政负责人";
    content.evidence = "排查清单";
    content.due = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(start_) +
                                              std::chrono::days{14}};
    TaskSource source;
    source.meeting = id_;
    open_.push_back(must(service_.draft_task(office(), content, source)).task);
    ++tasks_;
  }

  void work_on_tasks() {
    for (const auto& task : open_) {
      if (!service_.find_task(task)->content().lead_unit) continue;
      TaskEntry entry;  // recorded by the office for the leader and the unit
      entry.channel = "签批";
      must(service_.issue_task(office(), task, entry));
      step(3600);
      entry.person = "行政负责人";
      if (!one_in(5)) must(service_.act_on_task(office(), task, {TaskAct::kSign, entry, {}}));
    }
  }

  void correct() {
    Service::CorrectionInput input;
    input.seats = {rooms_.back().seats.empty() ? meeting().seats().front().id
                                               : rooms_.back().seats.front()};
    input.to = SeatStatus::kPresent;
    input.reason = "核对签到表";
    must(service_.correct_attendance(office(), id_, input));
  }

  Service& service_;
  ManualClock& clock_;
  std::mt19937& random_;
  UtcTime start_;
  MeetingId id_;
  std::vector<Room> rooms_;  // the main venue first
  std::set<SeatId> away_;
  std::vector<TaskId> open_;
  int tasks_ = 0;
};

}  // namespace

ToldMeeting tell_meeting(Service& service, ManualClock& clock, std::mt19937& random,
                         MeetingPlan plan, MeetingState until) {
  return Teller(service, clock, random).tell(std::move(plan), until);
}

}  // namespace huiban::bench
