#include "api/counts.h"

namespace huiban::api {

void Counts::load() {
  if (loaded_) return;
  loaded_ = true;
  for (const auto* task : service_.tasks()) {
    if (task->source().parent) continue;  // a child is told by its parent
    if (task->source().meeting) ++by_meeting_[*task->source().meeting];
    if (task->source().item) ++by_item_[*task->source().item];
  }
}

int Counts::tasks_of(MeetingId meeting) {
  load();
  const auto found = by_meeting_.find(meeting);
  return found == by_meeting_.end() ? 0 : found->second;
}

int Counts::tasks_of(AgendaItemId item) {
  load();
  const auto found = by_item_.find(item);
  return found == by_item_.end() ? 0 : found->second;
}

void Counts::drafted(const domain::TaskSource& source) {
  if (!loaded_ || source.parent) return;  // load() will count it
  if (source.meeting) ++by_meeting_[*source.meeting];
  if (source.item) ++by_item_[*source.item];
}

const domain::AttendanceResult& Counts::attendance_of(const domain::Meeting& meeting) {
  constexpr std::size_t kMeetingsAtOnce = 8;
  const auto found = attendance_.find(meeting.id());
  if (found != attendance_.end() && found->second.seq == meeting.seq()) return found->second.result;
  if (found == attendance_.end() && attendance_.size() >= kMeetingsAtOnce) attendance_.clear();
  Attendance& kept = attendance_[meeting.id()];
  kept = {meeting.seq(), service_.attendance_of(meeting.id())};
  return kept.result;
}

const domain::MeetingFigures& Counts::figures_of(const domain::Meeting& meeting) {
  Figures& kept = figures_[meeting.id()];
  if (kept.seq != meeting.seq())
    kept = {meeting.seq(), domain::figures_of(meeting, service_.attendance_of(meeting.id()))};
  return kept.figures;
}

const domain::AttendanceTotals& Counts::totals_of(const domain::Meeting& meeting) {
  Totals& kept = totals_[meeting.id()];
  const auto directory = service_.directory_log().seq();
  if (kept.seq == meeting.seq() && kept.directory_seq == directory) return kept.totals;
  kept = {meeting.seq(), directory, {}};
  if (meeting.state() != domain::MeetingState::kPlanned) {
    kept.totals = service_.attendance_of(meeting.id()).total;
  } else if (const auto expected = service_.preview_expected(meeting.plan())) {
    kept.totals.expected = expected->totals.main_persons + expected->totals.branch_persons;
  }
  return kept.totals;
}

}  // namespace huiban::api
