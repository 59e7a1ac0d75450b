#pragma once
// How much each unit uses the platform (用好平台), and which regular meetings were held or missed
// (召开例会). Computed from meetings and tasks; pure.
#include <chrono>
#include <string>
#include <vector>

#include "domain/meeting.h"
#include "domain/tasks.h"

namespace huiban::domain {

struct UnitUsage {
  UnitId unit;
  std::string name, kind;
  int meetings = 0;    // by video, that called it to its own room
  int online = 0;      // of them, in which its room was connected
  int tested = 0;      // of them, with a self-test before
  int called = 0;      // meetings that called it at all
  int receipts = 0;    // of them, with a receipt
  int sign_ins = 0;    // of its seats, signed in by itself: browser, code or desk
  int tasks = 0;       // issued to it
  int signed_for = 0;  // of them, signed for
};

// Of ended meetings, and of tasks issued within the period.
std::vector<UnitUsage> unit_usage(const std::vector<const Meeting*>& meetings,
                                  const std::vector<const Task*>& tasks);

struct SeriesRecord {
  std::string series;
  Rhythm rhythm = Rhythm::kNone;
  int due = 0, held = 0, missed = 0;  // weeks, months or quarters with a meeting due
  std::vector<std::string> missing;   // 2020年4月, 2020年第2季度, 2020年4月27日起的一周
};

// From the first meeting of each series (or from, if later) to `to`; the period that `to` lies in is
// due once it is over or a meeting was held. meetings: all that were not cancelled.
std::vector<SeriesRecord> series_records(const std::vector<const Meeting*>& meetings,
                                         std::optional<std::chrono::year_month_day> from,
                                         std::chrono::year_month_day to);

}  // namespace huiban::domain
