#include "documents/attendance_workbook.h"

#include <cstdio>
#include <map>
#include <set>
#include <utility>

#include "documents/workbook.h"
#include "domain/wording.h"

namespace huiban::documents {

namespace {

using namespace domain;

std::string status_in_words(const SeatAttendance& seat, bool running) {
  switch (seat.status) {
    case SeatStatus::kVacant:
      return "空缺";
    case SeatStatus::kAbsent:
      return "缺席";
    case SeatStatus::kExpected:
      return running ? "未到" : "";
    case SeatStatus::kPresent:
      break;
  }
  if (seat.late && seat.early) return "迟到、早退";
  if (seat.late) return "迟到";
  return seat.early ? "早退" : "到会";
}

// Two decimals at most; an empty denominator prints a dash, not 0 %.
std::string rate(int part, int whole) {
  if (whole == 0) return "—";
  char text[16];
  std::snprintf(text, sizeof text, "%.2f%%", 100.0 * part / whole);
  return text;
}

std::string sums(const AttendanceTotals& t) {
  return "应到" + std::to_string(t.expected) + "　实到" + std::to_string(t.present) + "　迟到" +
         std::to_string(t.late) + "　早退" + std::to_string(t.early) + "　缺席" +
         std::to_string(t.absent + t.missing) + "　到会率" + rate(t.present, t.expected);
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

struct GroupSum {
  int posts = 0, present = 0;
};

}  // namespace

Result<std::string> attendance_xlsx(const MeetingFacts& facts) {
  const Meeting& meeting = facts.meeting;
  auto book = HUIBAN_TRY(Workbook::create("签到表", meeting.plan().title + "签到表",
                                          {{"序号", 7},
                                           {"单位", 20},
                                           {"职务", 22},
                                           {"姓名", 12},
                                           {"会场", 10},
                                           {"应到/实到", 13},
                                           {"签到时间", 12},
                                           {"状态", 12},
                                           {"签名", 14},
                                           {"备注", 16}}));
  // Seats stand main venue first, then branches, each in the office's order; a subtotal follows
  // each unit kind.
  std::map<std::pair<bool, std::string>, GroupSum> groups;
  const auto& seats = meeting.seats();
  const auto subtotal = [&](const Seat& seat) {
    const UnitKind* kind = facts.directory.find_kind(seat.unit_kind);
    const bool branch = seat.venue_kind == VenueKind::kBranch;
    const auto& sum = groups[{branch, seat.unit_kind}];
    book.wide_row(std::string(branch ? "分会场" : "主会场") + " · " +
                      (kind ? kind->name : seat.unit_kind) + "小计：应到" +
                      std::to_string(sum.posts) + "岗　实到" + std::to_string(sum.present) + "岗",
                  false);
  };
  std::set<std::pair<VenueKind, UnitId>>
      printed;  // a unit's figure stands once per venue, at its first seat
  for (std::size_t i = 0; i < seats.size() && i < facts.attendance.seats.size(); ++i) {
    const Seat& seat = seats[i];
    const SeatAttendance& result = facts.attendance.seats[i];
    if (i > 0 &&
        (seats[i - 1].venue_kind != seat.venue_kind || seats[i - 1].unit_kind != seat.unit_kind))
      subtotal(seats[i - 1]);
    auto& sum = groups[{seat.venue_kind == VenueKind::kBranch, seat.unit_kind}];
    ++sum.posts;
    if (result.status == SeatStatus::kPresent) ++sum.present;
    const Person* person = seat.person ? facts.directory.find_person(*seat.person) : nullptr;
    const Venue* venue = meeting.find_venue(seat.venue);
    book.number(int(i) + 1);
    book.text(seat.unit_name);
    book.text(seat.title);
    book.text(person ? person->name : "");
    book.text(seat.venue_kind == VenueKind::kMain || !venue ? "主会场" : "分会场");
    book.text(printed.emplace(seat.venue_kind, seat.unit).second
                  ? unit_figure(facts.attendance, seat)
                  : "");
    if (result.signed_at)
      book.time(*result.signed_at, facts.utc_offset);
    else
      book.blank();
    book.text(status_in_words(result, meeting.state() != MeetingState::kEnded));
    book.blank();
    book.text(result.reason);
    book.next_row();
  }
  if (!seats.empty()) subtotal(seats.back());
  book.wide_row("主会场：" + sums(facts.attendance.main), true);
  book.wide_row("分会场：" + sums(facts.attendance.branch), true);
  book.wide_row("合计：" + sums(facts.attendance.total), true);
  return book.finish();
}

}  // namespace huiban::documents
