#pragma once
// A meeting told as a script with a clock: at 9:05 东溪村 joins, its 安全干部 signs in ... Local
// times of the meeting's day, UTC+8. Applies events to a Meeting; no service and no store.
#include <string>
#include <vector>

#include "domain/meeting.h"
#include "tests/support/demo_directory.h"

namespace huiban::test {

// 27 May 2020 in the office's zone; "9:05" or "9:05:00.001".
UtcTime office_time(const std::string& clock);

class MeetingScript {
 public:
  MeetingScript(const domain::Directory& directory, const domain::MeetingPlan& plan);

  MeetingScript& at(const std::string& clock);  // the time of what follows
  MeetingScript& add(domain::EventPayload payload);
  MeetingScript& start() { return add(domain::MeetingStarted{}); }
  MeetingScript& end() { return add(domain::MeetingEnded{"〔2020〕3号"}); }
  MeetingScript& join(const std::string& venue);
  MeetingScript& lose(const std::string& venue, const std::string& last_packet);
  MeetingScript& back(const std::string& venue);
  // In the browser of the seats' own venue.
  MeetingScript& sign_in(const std::string& unit, const std::vector<std::string>& titles);
  MeetingScript& sign_in_by(domain::SignInMethod method, const std::string& unit,
                            const std::string& title);

  VenueId venue(const std::string& name) const;
  SeatId seat(const std::string& unit, const std::string& title) const;
  domain::AttendanceResult attendance(const domain::AttendanceSettings& settings = {}) const;
  domain::SeatAttendance seat_attendance(const std::string& unit, const std::string& title) const;
  domain::UnitAttendance unit_attendance(const std::string& unit) const;
  PeerId peer_of(const std::string& venue);

  domain::Meeting meeting;

 private:
  UtcTime now_;
  std::map<std::string, PeerId> peers_;
};

}  // namespace huiban::test
