#include "documents/attendance_rows.h"

#include <cstdio>
#include <map>
#include <set>

#include "domain/wording.h"

namespace huiban::documents {

namespace {

using namespace domain;

std::string clock_words(UtcTime at, std::chrono::minutes utc_offset) {
  const auto minutes =
      std::chrono::floor<std::chrono::minutes>(at + utc_offset).time_since_epoch().count() % 1440;
  char text[8];
  std::snprintf(text, sizeof text, "%02d:%02d", int(minutes / 60), int(minutes % 60));
  return text;
}

std::string status_alone(SeatStatus status) {
  switch (status) {
    case SeatStatus::kVacant:
      return "空缺";
    case SeatStatus::kAbsent:
      return "缺席";
    case SeatStatus::kExpected:
      return "未到";
    case SeatStatus::kLeave:
      return "请假";
    case SeatStatus::kSubstitute:
      return "替会";
    case SeatStatus::kPresent:
      break;
  }
  return "到会";
}

std::string status_in_words(const SeatAttendance& seat) {
  std::string text = status_alone(seat.status);
  if (seat.late && seat.early)
    text = "迟到、早退";
  else if (seat.late)
    text = "迟到";
  else if (seat.early)
    text = "早退";
  if (seat.status == SeatStatus::kSubstitute && text != "替会") text = "替会、" + text;
  if (seat.pending) text += "（待批）";
  if (seat.elsewhere) text += "（在另一会场）";
  return text;
}

void add_remark(std::string& remark, const std::string& words) {
  if (words.empty()) return;
  remark += (remark.empty() ? "" : "；") + words;
}

std::string remark_of(const MeetingFacts& facts, const SeatAttendance& seat) {
  std::string remark;
  const auto* leave = seat.leave ? facts.meeting.find_leave(*seat.leave) : nullptr;
  if (!seat.substitute.empty())
    add_remark(remark, (seat.by_expected ? "由应到人代替：" : "替会：") + seat.substitute);
  if (seat.unapproved) add_remark(remark, "替会未获批准");
  if (seat.leave_void) add_remark(remark, "请假作废");
  if (seat.refused) add_remark(remark, "未准假");
  if (leave && leave->approved() && seat.status == SeatStatus::kLeave)
    add_remark(remark, leave->reason + "，" + leave->decisions.back().decided_by + "准");
  if (leave && !leave->decisions.empty() && facts.meeting.ended_at() &&
      leave->decisions.back().at > *facts.meeting.ended_at())
    add_remark(remark, "会后批复，原为待批");
  if (seat.left_at && seat.early)
    add_remark(remark, clock_words(*seat.left_at, facts.utc_offset) + "离会");
  if (seat.gap_from && seat.gap_to)
    add_remark(remark, "断线" + clock_words(*seat.gap_from, facts.utc_offset) + "—" +
                           clock_words(*seat.gap_to, facts.utc_offset));
  if (seat.holder_changed) add_remark(remark, "召集后换人");
  if (seat.corrected)
    add_remark(remark, "更正（原为" + status_alone(seat.corrected->was.status) +
                           (seat.corrected->was.late ? "、迟到" : "") +
                           (seat.corrected->was.early ? "、早退" : "") + "）：" +
                           seat.corrected->reason);
  add_remark(remark, seat.reason);
  return remark;
}

// Two decimals at most; an empty denominator prints a dash, not 0 %.
std::string rate(int part, int whole) {
  if (whole == 0) return "—";
  char text[16];
  std::snprintf(text, sizeof text, "%.2f%%", 100.0 * part / whole);
  return text;
}

std::string sums(const AttendanceTotals& t) {
  const std::pair<const char*, int> parts[] = {
      {"应到", t.expected},    {"实到", t.present},  {"迟到", t.late},
      {"早退", t.early},       {"请假", t.leave},    {"替会", t.substitutes},
      {"缺席", t.absent + t.missing}};
  std::string text;
  for (const auto& [word, count] : parts)
    text += (text.empty() ? "" : "　") + std::string(word) + std::to_string(count);
  text += "　到会率" + rate(t.present, t.expected);
  if (t.leave) text += "（扣除请假" + rate(t.present, t.expected - t.leave) + "）";
  if (t.pending) text += "　待批" + std::to_string(t.pending);
  // Else the sums would not add up.
  if (t.replaced) text += "　由应到人代替" + std::to_string(t.replaced);
  return text;
}

// 应到/实到 of a unit in one venue, in persons: 2/1.
std::string unit_figure(const AttendanceResult& attendance, const Seat& seat) {
  for (const auto& unit : attendance.units) {
    if (unit.unit != seat.unit) continue;
    const auto& figure = seat.venue_kind == VenueKind::kBranch ? unit.branch : unit.main;
    return std::to_string(figure.expected) + "/" + std::to_string(figure.present);
  }
  return "—";
}

class Writer {
 public:
  explicit Writer(const MeetingFacts& facts) : facts_(facts) {}

  Sheet write() {
    sheet_.heading = facts_.meeting.plan().title + "签到表";
    const auto& seats = facts_.meeting.seats();
    const auto count = std::min(seats.size(), facts_.attendance.seats.size());
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0 && group_of(seats[i - 1]) != group_of(seats[i])) subtotal(seats[i - 1]);
      add(seats[i], facts_.attendance.seats[i]);
    }
    if (count > 0) subtotal(seats[count - 1]);
    sheet_.sums = {"主会场：" + sums(facts_.attendance.main),
                   "分会场：" + sums(facts_.attendance.branch),
                   "合计：" + sums(facts_.attendance.total)};
    notes();
    return std::move(sheet_);
  }

 private:
  struct GroupSum {
    int posts = 0, present = 0;
  };
  using Group = std::pair<bool, std::string>;

  static Group group_of(const Seat& seat) {
    return {seat.venue_kind == VenueKind::kBranch, seat.unit_kind};
  }

  void subtotal(const Seat& seat) {
    const UnitKind* kind = facts_.directory.find_kind(seat.unit_kind);
    const auto& sum = groups_[group_of(seat)];
    SheetRow row;
    row.subtotal = true;
    row.text = std::string(group_of(seat).first ? "分会场" : "主会场") + " · " +
               (kind ? kind->name : seat.unit_kind) + "小计：应到" + std::to_string(sum.posts) +
               "岗　实到" + std::to_string(sum.present) + "岗";
    sheet_.rows.push_back(std::move(row));
  }

  // Subtotals count posts; persons stand under their first seat, with their other posts.
  void add(const Seat& seat, const SeatAttendance& result) {
    auto& sum = groups_[group_of(seat)];
    ++sum.posts;
    if (result.status == SeatStatus::kPresent || result.status == SeatStatus::kSubstitute)
      ++sum.present;
    if (seat.person) {
      const auto [found, fresh] = row_of_.try_emplace(*seat.person, sheet_.rows.size());
      if (!fresh) return add_post(sheet_.rows[found->second], seat, result);
    }
    SheetRow row;
    const Person* person = seat.person ? facts_.directory.find_person(*seat.person) : nullptr;
    row.unit = seat.unit_name;
    row.posts = seat.title;
    row.name = person ? person->name : "";
    row.venue = seat.venue_kind == VenueKind::kMain || !facts_.meeting.find_venue(seat.venue)
                    ? "主会场"
                    : "分会场";
    // A unit's figure stands once per venue, at its first seat.
    if (printed_.emplace(seat.venue_kind, seat.unit).second)
      row.figure = unit_figure(facts_.attendance, seat);
    row.signed_at = result.signed_at;
    row.status = status_in_words(result);
    row.remark = remark_of(facts_, result);
    sheet_.rows.push_back(std::move(row));
  }

  void add_post(SheetRow& row, const Seat& seat, const SeatAttendance& result) {
    row.posts += "、" + (seat.unit_name == row.unit ? "" : seat.unit_name) + seat.title;
    if (!row.signed_at) row.signed_at = result.signed_at;
    const auto status = status_in_words(result);
    if (status != row.status) add_remark(row.remark, seat.title + status);
  }

  void notes() {
    const auto& result = facts_.attendance;
    if (result.added)
      sheet_.sums.push_back("召集后补上空缺" + std::to_string(result.added) + "人，已计入应到");
    if (result.unapproved)
      sheet_.sums.push_back("替会未获批准" + std::to_string(result.unapproved) + "人，未计入实到");
    std::string guests;
    for (const auto& guest : facts_.meeting.guests())
      guests += (guests.empty() ? "" : "、") + guest.text +
                (guest.kind == GuestKind::kUnlisted ? "（名单外）" : "");
    if (!guests.empty()) sheet_.sums.push_back("列席及名单外（不计入）：" + guests);
  }

  const MeetingFacts& facts_;
  Sheet sheet_;
  std::map<Group, GroupSum> groups_;
  std::map<PersonId, std::size_t> row_of_;
  std::set<std::pair<VenueKind, UnitId>> printed_;
};

}  // namespace

Sheet attendance_sheet(const MeetingFacts& facts) {
  return Writer(facts).write();
}

}  // namespace huiban::documents
