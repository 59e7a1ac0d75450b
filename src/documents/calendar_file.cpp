#include "documents/calendar_file.h"

#include <cstdio>

namespace huiban::documents {

namespace {

constexpr std::size_t kMostOctets = 75;  // of a line, without its break (RFC 5545 section 3.1)
constexpr std::chrono::minutes kUsualLength{90};

// TEXT (section 3.3.11).
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c != '\r') out += c;
  }
  return out;
}

// Folded between characters, never inside one.
void add_line(std::string& file, const std::string& line) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t size = 1;
    while (i + size < line.size() && (static_cast<unsigned char>(line[i + size]) & 0xc0) == 0x80)
      ++size;
    if (used + size > kMostOctets) {
      file += "\r\n ";
      used = 1;
    }
    file.append(line, i, size);
    used += size;
    i += size;
  }
  file += "\r\n";
}

std::string date_text(std::chrono::year_month_day date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d%02u%02u", int(date.year()), unsigned(date.month()),
                unsigned(date.day()));
  return text;
}

std::string utc_text(UtcTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto second = std::chrono::floor<std::chrono::seconds>(time - day).count();
  char text[16];
  std::snprintf(text, sizeof text, "T%02d%02d%02dZ", int(second / 3600), int(second / 60 % 60),
                int(second % 60));
  return date_text(std::chrono::year_month_day{day}) + text;
}

}  // namespace

std::string calendar_ics(const domain::MeetingFacts& facts, const std::string& link) {
  const auto& meeting = facts.meeting;
  const auto& plan = meeting.plan();
  const bool cancelled = meeting.state() == domain::MeetingState::kCancelled;
  std::string file;
  add_line(file, "BEGIN:VCALENDAR");
  add_line(file, "VERSION:2.0");
  add_line(file, "PRODID:-//Huiban//Huiban//ZH");
  add_line(file, cancelled ? "METHOD:CANCEL" : "METHOD:PUBLISH");
  add_line(file, "BEGIN:VEVENT");
  add_line(file, "UID:" + meeting.id().str() + "@huiban");
  add_line(file, "SEQUENCE:" + std::to_string(meeting.seq()));
  add_line(file, "DTSTAMP:" + utc_text(facts.as_of));
  if (const auto start = domain::planned_start(plan.time, facts.utc_offset)) {
    const std::chrono::minutes length{plan.planned_minutes};
    add_line(file, "DTSTART:" + utc_text(*start));
    add_line(file, "DTEND:" + utc_text(*start + (length.count() ? length : kUsualLength)));
  } else {
    add_line(file, "DTSTART;VALUE=DATE:" + date_text(plan.time.date));
  }
  add_line(file, "SUMMARY:" + escaped(plan.title));
  if (!plan.place.empty()) add_line(file, "LOCATION:" + escaped(plan.place));
  if (!link.empty()) {
    add_line(file, "DESCRIPTION:" + escaped("分会场入会链接：" + link));
    add_line(file, "URL:" + link);
  }
  add_line(file, cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
  add_line(file, "BEGIN:VALARM");
  add_line(file, "ACTION:DISPLAY");
  add_line(file, "DESCRIPTION:" + escaped(plan.title));
  add_line(file, "TRIGGER:-PT30M");
  add_line(file, "END:VALARM");
  add_line(file, "END:VEVENT");
  add_line(file, "END:VCALENDAR");
  return file;
}

}  // namespace huiban::documents
