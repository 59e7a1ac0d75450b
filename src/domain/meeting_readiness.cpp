// What a meeting keeps of self-tests, calls and the order of requests.
#include <algorithm>

#include "domain/meeting.h"

namespace huiban::domain {

void Meeting::on(const ReadinessReported& e, UtcTime at) {
  readiness_[e.venue] = {e.measured, at};
  self_tests_[e.venue].push_back({e.measured, at});
}

void Meeting::on(const CallNoted& e, UtcTime at) {
  calls_[e.venue].push_back({e.result, e.note, at, event_by_});
}

// Who asked meanwhile stands behind those that were put in order.
void Meeting::on(const RequestsReordered& e, UtcTime) {
  const auto place = [&](const FloorRequest& request) {
    return std::find(e.venues.begin(), e.venues.end(), request.venue) - e.venues.begin();
  };
  std::stable_sort(
      requests_.begin(), requests_.end(),
      [&](const FloorRequest& a, const FloorRequest& b) { return place(a) < place(b); });
}

}  // namespace huiban::domain
