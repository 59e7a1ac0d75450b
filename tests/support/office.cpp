#include "tests/support/office.h"

#include <stdexcept>

namespace huiban::test {

using namespace domain;

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().en);
  return std::move(result).value();
}

}  // namespace

Office::Office() : clock(office_time("8:00")), town(demo_directory()) {
  restart();
  must(service->import_directory(secretary(), town));
}

Office& Office::at(const std::string& time) {
  clock.set(office_time(time));
  return *this;
}

void Office::restart() {
  media = FakeMediaRoom{};
  service = std::make_unique<Service>(store, clock, OfficeSettings{});
  service->set_media(&media);
  service->set_publisher(&pages);
  if (auto started = service->start(); !started) throw std::runtime_error(started.error().en);
}

MeetingId Office::plan(const MeetingPlan& plan) {
  return must(service->create_meeting(secretary(), plan)).meeting;
}

MeetingId Office::convened_a() {
  const auto id = plan(meeting_a(town));
  must(service->convene(secretary(), id));
  return id;
}

MeetingId Office::running_a() {
  const auto id = convened_a();
  at("9:00");
  must(service->start_meeting(secretary(), id));
  return id;
}

Command Office::as(Role role) const {
  Actor actor;
  actor.role = role;
  actor.label = role == Role::kSecretary ? "党政办秘书" : "某人";
  return {CommandId::make(), actor};
}

Command Office::liaison(const std::string& unit) const {
  auto command = as(Role::kLiaison);
  command.actor.unit = unit_of(town, unit);
  return command;
}

Command Office::unit_head(const std::string& unit) const {
  auto command = liaison(unit);
  command.actor.role = Role::kUnitHead;
  return command;
}

Command Office::device(MeetingId id, const std::string& name) const {
  auto command = as(Role::kVenueDevice);
  command.actor.meeting = id;
  command.actor.venue = venue(id, name);
  return command;
}

VenueId Office::venue(MeetingId id, const std::string& name) const {
  for (const auto& venue : meeting(id).venues())
    if (venue.name == name) return venue.id;
  throw std::runtime_error("no venue " + name);
}

SeatId Office::seat(MeetingId id, const std::string& unit, const std::string& title) const {
  return seat_of(meeting(id).seats(), unit, title).id;
}

Answer Office::run(const std::function<void(Service::Done)>& command) {
  auto answer = std::make_shared<std::optional<Result<Applied>>>();
  command([answer](Result<Applied> applied) {
    if (answer->has_value()) throw std::runtime_error("answered twice");
    *answer = std::move(applied);
  });
  return answer;
}

Answer Office::revoke(MeetingId id, const std::string& name) {
  return run([&](Service::Done done) {
    service->revoke_floor(secretary(), id, venue(id, name), "", std::move(done));
  });
}

Answer Office::mute_all(MeetingId id) {
  return run([&](Service::Done done) { service->mute_all(secretary(), id, std::move(done)); });
}

Answer Office::next(MeetingId id) {
  return run([&](Service::Done done) { service->next_item(secretary(), id, std::move(done)); });
}

Answer Office::undo(MeetingId id) {
  return run(
      [&](Service::Done done) { service->undo_next_item(secretary(), id, std::move(done)); });
}

Answer Office::end(MeetingId id) {
  return run([&](Service::Done done) { service->end_meeting(secretary(), id, std::move(done)); });
}

}  // namespace huiban::test
