#pragma once
// Figures that lists and live pages show and that would be costly to count each time: tasks by
// meeting and agenda item, attendance totals of meetings. Control thread.
#include <map>

#include "domain/attendance_figures.h"
#include "domain/service.h"

namespace huiban::api {

class Counts {
 public:
  explicit Counts(const domain::Service& service) : service_(service) {}

  int tasks_of(MeetingId meeting);
  int tasks_of(AgendaItemId item);
  void drafted(const domain::TaskSource& source);  // after the event was stored
  // As of the meeting's number: time alone changes nothing in it. Valid until the next call.
  const domain::AttendanceResult& attendance_of(const domain::Meeting& meeting);
  // Of the whole meeting; before convening what the rules give now. Kept while the meeting's number
  // stays and, for an unconvened one, the directory's size (an import replaces it).
  const domain::AttendanceTotals& totals_of(const domain::Meeting& meeting);
  // Of an ended meeting, for sums over a period.
  const domain::MeetingFigures& figures_of(const domain::Meeting& meeting);

 private:
  void load();
  struct Totals {
    std::uint64_t seq = 0;
    std::uint64_t directory_seq = 0;
    domain::AttendanceTotals totals;
  };

  const domain::Service& service_;
  bool loaded_ = false;
  std::map<MeetingId, int> by_meeting_;
  std::map<AgendaItemId, int> by_item_;
  struct Attendance {
    std::uint64_t seq = 0;
    domain::AttendanceResult result;
  };
  struct Figures {
    std::uint64_t seq = 0;
    domain::MeetingFigures figures;
  };
  std::map<MeetingId, Totals> totals_;
  std::map<MeetingId, Figures> figures_;
  std::map<MeetingId, Attendance> attendance_;  // of the meetings asked for last
};

}  // namespace huiban::api
