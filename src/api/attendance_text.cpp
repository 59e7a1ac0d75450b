#include "api/attendance_text.h"

#include <cstdio>
#include <functional>
#include <vector>

namespace huiban::api {

using namespace domain;

namespace {

std::string clock_words(UtcTime at, std::chrono::minutes utc_offset) {
  const auto minutes =
      std::chrono::floor<std::chrono::minutes>(at + utc_offset).time_since_epoch().count() % 1440;
  char text[8];
  std::snprintf(text, sizeof text, "%02d:%02d", int(minutes / 60), int(minutes % 60));
  return text;
}

// 东溪村：安全干部、卫生干部；西桥村：…, units in the list's order.
std::string names(const Meeting& meeting, const AttendanceResult& result, bool zh,
                  const std::function<bool(const SeatAttendance&)>& wanted) {
  std::vector<std::pair<std::string, std::string>> units;
  for (std::size_t i = 0; i < meeting.seats().size() && i < result.seats.size(); ++i) {
    if (!wanted(result.seats[i])) continue;
    const auto& seat = meeting.seats()[i];
    auto found = units.begin();
    while (found != units.end() && found->first != seat.unit_name) ++found;
    if (found == units.end())
      units.emplace_back(seat.unit_name, seat.title);
    else
      found->second += (zh ? "、" : ", ") + seat.title;
  }
  std::string text;
  for (const auto& [unit, titles] : units)
    text += (text.empty() ? "" : zh ? "；" : "; ") + unit + (zh ? " " : " ") + titles;
  return text;
}

}  // namespace

std::string attendance_text(const Meeting& meeting, const AttendanceResult& result, UtcTime at,
                            std::chrono::minutes utc_offset, Language language) {
  const bool zh = language == Language::kZh;
  const auto& t = result.total;
  const auto n = [](int count) { return std::to_string(count); };
  const auto clock = clock_words(at, utc_offset);
  std::string text = zh ? "【到会情况】" + meeting.plan().title + "　截至" + clock + "\n"
                        : "[Attendance] " + meeting.plan().title + ", as of " + clock + "\n";
  text += zh ? "应到" + n(t.expected) + "人，实到" + n(t.present) + "人"
             : n(t.expected) + " expected, " + n(t.present) + " present";
  const auto part = [&](int count, const char* in_zh, const char* in_en) {
    if (count)
      text += zh ? std::string("，") + in_zh + n(count) + "人" : ", " + n(count) + " " + in_en;
  };
  part(t.substitutes, "其中替会", "by substitutes");
  part(t.late, "迟到", "late");
  part(t.leave, "请假", "on leave");
  part(t.replaced, "由应到人代替", "replaced by others expected");
  part(t.missing, "未到", "missing");
  part(t.absent, "缺席", "absent");
  text += zh ? "。" : ".";
  const auto list = [&](const char* in_zh, const char* in_en,
                        const std::function<bool(const SeatAttendance&)>& wanted) {
    const auto who = names(meeting, result, zh, wanted);
    if (!who.empty()) text += std::string("\n") + (zh ? in_zh : in_en) + who;
  };
  list("未到：",
       "Missing: ", [](const SeatAttendance& s) { return s.status == SeatStatus::kExpected; });
  list("缺席：",
       "Absent: ", [](const SeatAttendance& s) { return s.status == SeatStatus::kAbsent; });
  list("请假：",
       "On leave: ", [](const SeatAttendance& s) { return s.status == SeatStatus::kLeave; });
  list("替会：", "Substituted: ", [](const SeatAttendance& s) {
    return s.status == SeatStatus::kSubstitute;
  });
  list("在线未签到：",
       "Online, not signed in: ", [](const SeatAttendance& s) { return s.online_not_signed; });
  return text;
}

}  // namespace huiban::api
