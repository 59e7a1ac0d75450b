#include "domain/expected_difference.h"

#include <algorithm>

#include "domain/meeting.h"

namespace huiban::domain {

namespace {

using Kind = SeatDifference::Kind;

class Comparison {
 public:
  Comparison(const Meeting& meeting, const ExpectedList& now, const DirectoryLog& log)
      : meeting_(meeting), now_(now), log_(log) {}

  std::vector<SeatDifference> run() {
    for (const auto& seat : meeting_.seats()) compare(seat);
    for (const auto& seat : now_.seats)
      if (!counterpart(meeting_.seats(), seat)) add(Kind::kAdded, seat, nullptr, &seat);
    return std::move(found_);
  }

 private:
  // The same post, or the same unit's seat that any of its heads fills.
  static const Seat* counterpart(const std::vector<Seat>& seats, const Seat& wanted) {
    const auto found = std::find_if(seats.begin(), seats.end(), [&](const Seat& seat) {
      return seat.unit == wanted.unit && seat.post == wanted.post &&
             (seat.post || seat.title == wanted.title);
    });
    return found == seats.end() ? nullptr : &*found;
  }

  void compare(const Seat& frozen) {
    const Seat* now = counterpart(now_.seats, frozen);
    if (!now)
      add(Kind::kRemoved, frozen, &frozen, nullptr);
    else if (frozen.vacant != now->vacant)
      add(now->vacant ? Kind::kVacated : Kind::kFilled, frozen, &frozen, now);
    else if (frozen.person != now->person)
      add(Kind::kHolder, frozen, &frozen, now);
  }

  std::string name_of(const Seat* seat) const {
    const Person* person =
        seat && seat->person ? log_.directory().find_person(*seat->person) : nullptr;
    return person ? person->name : "";
  }

  void add(Kind kind, const Seat& which, const Seat* before, const Seat* after) {
    SeatDifference difference;
    difference.kind = kind;
    if (before) difference.seat = before->id;
    difference.unit = which.unit;
    difference.unit_name = which.unit_name;
    difference.title = which.title;
    difference.before = name_of(before);
    difference.after = name_of(after);
    const Post* post = which.post ? log_.directory().find_post(*which.post) : nullptr;
    if (post && after && after->person)
      for (const auto& tenure : post->tenures)
        if (tenure.person == *after->person) difference.since = tenure.from;
    const auto* change = which.post ? log_.last_holder_change_of(*which.post) : nullptr;
    if (change) {
      difference.changed_by = change->by;
      difference.changed_at = change->at;
    }
    found_.push_back(std::move(difference));
  }

  const Meeting& meeting_;
  const ExpectedList& now_;
  const DirectoryLog& log_;
  std::vector<SeatDifference> found_;
};

}  // namespace

std::vector<SeatDifference> expected_differences(const Meeting& meeting, const ExpectedList& now,
                                                 const DirectoryLog& log) {
  return Comparison(meeting, now, log).run();
}

}  // namespace huiban::domain
