#include "domain/clashes.h"

#include <algorithm>
#include <map>
#include <set>

namespace huiban::domain {

namespace {

// What the seats of one meeting call, for looking up the other's.
class Called {
 public:
  explicit Called(const std::vector<Seat>& seats) {
    for (const auto& seat : seats) {
      if (seat.vacant) continue;
      if (seat.post) by_post_.try_emplace(*seat.post, &seat);
      for (const auto& head : seat.heads) by_post_.try_emplace(head, &seat);
      if (seat.person) by_person_.try_emplace(*seat.person, &seat);
    }
  }

  const Seat* of_posts(const Seat& seat) const {
    if (seat.post)
      if (const auto found = by_post_.find(*seat.post); found != by_post_.end())
        return found->second;
    for (const auto& head : seat.heads)
      if (const auto found = by_post_.find(head); found != by_post_.end()) return found->second;
    return nullptr;
  }

  const Seat* of_person(const Seat& seat) const {
    if (!seat.person) return nullptr;
    const auto found = by_person_.find(*seat.person);
    return found == by_person_.end() ? nullptr : found->second;
  }

 private:
  std::map<PostId, const Seat*> by_post_;
  std::map<PersonId, const Seat*> by_person_;
};

HalfDay half_of(const MeetingTime& time) {
  if (!time.start) return time.half;
  return *time.start < std::chrono::hours{12} ? HalfDay::kMorning : HalfDay::kAfternoon;
}

}  // namespace

std::vector<Clash> clashes(const std::vector<Seat>& here, const std::vector<Seat>& there) {
  const Called called(there);
  std::vector<Clash> found;
  std::set<const Seat*> heads_told;  // two heads of a unit against one 负责人 seat: one clash
  for (const auto& seat : here) {
    if (seat.vacant) continue;
    const Seat* other = called.of_posts(seat);
    const bool same_person = !other;
    if (!other) other = called.of_person(seat);
    if (!other || (!other->heads.empty() && !heads_told.insert(other).second)) continue;
    found.push_back({seat.unit, seat.unit_name, seat.unit_kind, seat.title, seat.venue_kind,
                     other->venue_kind, same_person});
  }
  return found;
}

bool same_half_day(const MeetingTime& a, const MeetingTime& b) {
  const auto x = half_of(a), y = half_of(b);
  return a.date == b.date && (x == y || x == HalfDay::kNone || y == HalfDay::kNone);
}

bool better_held_together(std::size_t clashing, std::size_t here, std::size_t there) {
  return clashing > 0 && 2 * clashing > std::min(here, there);
}

}  // namespace huiban::domain
