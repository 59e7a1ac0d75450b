#include "api/facts.h"

#include <algorithm>
#include <set>

#include "domain/rule_sentence.h"

namespace huiban::api {

using namespace domain;

std::vector<Task> tasks_of(const Service& service, MeetingId meeting) {
  std::vector<Task> tasks;
  for (const auto* task : service.tasks())
    if (task->source().meeting == meeting && !task->source().parent) tasks.push_back(*task);
  std::stable_sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) {
    return a.source().second.value_or(INT64_MAX) < b.source().second.value_or(INT64_MAX);
  });
  return tasks;
}

static std::vector<std::string> stops_before(const Service& service, const Meeting& meeting) {
  const auto& parent = meeting.plan().parent;
  const auto* visit = parent ? service.find_meeting(*parent) : nullptr;
  return visit ? visit->plan().stops : std::vector<std::string>{};
}

MeetingFacts facts_of(const Service& service, const Meeting& meeting) {
  return {meeting,
          service.directory(),
          service.attendance_of(meeting.id()),
          tasks_of(service, meeting.id()),
          service.clock().now(),
          service.settings().utc_offset,
          service.settings().office,
          service.directory().town + "会议纪要",
          stops_before(service, meeting)};
}

Result<ExpectedList> expected_of(const Service& service, const Meeting& meeting) {
  auto now = service.preview_expected(meeting.plan());
  if (meeting.venues().empty()) return now;
  ExpectedList list;
  list.venues = meeting.venues();
  list.seats = meeting.seats();
  list.sentence_zh = rule_sentence(service.directory(), meeting.plan());
  if (now) list.warnings_zh = now->warnings_zh;
  // Counted as at convening: a person once, a vacant post not (domain/expected_list.cpp).
  auto& totals = list.totals;
  totals.by_rule.assign(meeting.plan().rules.size(), 0);
  for (const auto& kind : service.directory().kinds) totals.by_kind.push_back({kind.key, 0, 0});
  std::set<PersonId> seen;
  for (const auto& seat : list.seats) {
    ++totals.posts;
    if (seat.vacant || (seat.person && !seen.insert(*seat.person).second)) continue;
    const bool main = seat.venue_kind == VenueKind::kMain;
    const bool by_rule = seat.rule >= 0;
    ++(main ? totals.main_persons : totals.branch_persons);
    ++(main      ? by_rule ? totals.main_by_rules : totals.main_by_agenda
       : by_rule ? totals.branch_by_rules
                 : totals.branch_by_agenda);
    if (by_rule && std::size_t(seat.rule) < totals.by_rule.size())
      ++totals.by_rule[std::size_t(seat.rule)];
    for (auto& row : totals.by_kind)
      if (row.kind == seat.unit_kind) ++(main ? row.main : row.branch);
  }
  std::erase_if(totals.by_kind, [](const auto& row) { return row.main + row.branch == 0; });
  return list;
}

}  // namespace huiban::api
