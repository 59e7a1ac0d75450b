#include "tests/support/meeting_script.h"

#include <cstdio>
#include <stdexcept>

namespace huiban::test {

using namespace domain;

UtcTime office_time(const std::string& clock) {
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  std::sscanf(clock.c_str(), "%d:%d:%d.%d", &hour, &minute, &second, &millisecond);
  return UtcTime{std::chrono::sys_days{std::chrono::year{2020} / 5 / 27}} +
         std::chrono::hours{hour - 8} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + Milliseconds{millisecond};
}

MeetingScript::MeetingScript(const Directory& directory, const MeetingPlan& plan)
    : meeting(MeetingId::make()), now_(office_time("8:00")) {
  auto list = expected_list(directory, plan).value();
  add(MeetingCreated{plan});
  add(MeetingConvened{"〔2020〕3号", std::move(list.venues), std::move(list.seats)});
}

MeetingScript& MeetingScript::at(const std::string& clock) {
  now_ = office_time(clock);
  return *this;
}

MeetingScript& MeetingScript::add(EventPayload payload) {
  StoredEvent event;
  event.stream = StreamId::of(meeting.id());
  event.seq = meeting.seq() + 1;
  event.at = now_;
  event.actor.role = Role::kSecretary;
  event.actor.label = "党政办秘书";
  event.payload = std::move(payload);
  meeting.apply(event);
  return *this;
}

PeerId MeetingScript::peer_of(const std::string& venue) {
  return peers_.try_emplace(venue, PeerId::make()).first->second;
}

MeetingScript& MeetingScript::join(const std::string& name) {
  return add(VenueJoined{venue(name), peer_of(name)});
}

MeetingScript& MeetingScript::lose(const std::string& name, const std::string& last_packet) {
  return add(VenueLost{venue(name), peer_of(name), office_time(last_packet)});
}

MeetingScript& MeetingScript::back(const std::string& name) {
  return add(VenueBack{venue(name), peer_of(name)});
}

MeetingScript& MeetingScript::sign_in(const std::string& unit,
                                      const std::vector<std::string>& titles) {
  SeatsSignedIn signed_in;
  for (const auto& title : titles) signed_in.seats.push_back(seat(unit, title));
  signed_in.venue = meeting.find_seat(signed_in.seats.at(0))->venue;
  signed_in.signed_at = now_;
  return add(std::move(signed_in));
}

MeetingScript& MeetingScript::sign_in_by(SignInMethod method, const std::string& unit,
                                         const std::string& title) {
  return add(SeatsSignedIn{{seat(unit, title)}, std::nullopt, method, now_, "电话报到"});
}

VenueId MeetingScript::venue(const std::string& name) const {
  for (const auto& venue : meeting.venues())
    if (venue.name == name) return venue.id;
  throw std::runtime_error("no venue " + name);
}

SeatId MeetingScript::seat(const std::string& unit, const std::string& title) const {
  return seat_of(meeting.seats(), unit, title).id;
}

AttendanceResult MeetingScript::attendance(const AttendanceSettings& settings) const {
  return domain::attendance(meeting, now_, settings);
}

SeatAttendance MeetingScript::seat_attendance(const std::string& unit,
                                              const std::string& title) const {
  const auto id = seat(unit, title);
  for (const auto& of_seat : attendance().seats)
    if (of_seat.seat == id) return of_seat;
  throw std::runtime_error("no seat " + unit + title);
}

UnitAttendance MeetingScript::unit_attendance(const std::string& unit) const {
  for (const auto& row : attendance().units)
    if (row.name == unit) return row;
  throw std::runtime_error("no unit " + unit);
}

}  // namespace huiban::test
