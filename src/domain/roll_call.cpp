#include "domain/roll_call.h"

#include <algorithm>
#include <utility>

namespace huiban::domain {

namespace {

bool may_be_called(const RollCallRow& row) {
  return row.outcome != RollCallOutcome::kAnswered && row.sign != RollCallSign::kSecretary;
}

}  // namespace

const RollCallRow* RollCall::find(VenueId venue) const {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.venue == venue; });
  return found == rows.end() ? nullptr : &*found;
}

RollCallRow* RollCall::find(VenueId venue) {
  return const_cast<RollCallRow*>(std::as_const(*this).find(venue));
}

std::optional<NextCall> next_call(const RollCall& call) {
  for (int round = call.round; round <= call.rounds; ++round)
    for (const auto& row : call.rows)
      if (row.round < round && may_be_called(row))
        return NextCall{row.venue, round};
  return std::nullopt;
}

std::vector<VenueId> next_calls(const RollCall& call, std::size_t most) {
  std::vector<VenueId> list;
  RollCall ahead = call;
  while (list.size() < most) {
    const auto next = next_call(ahead);
    if (!next) break;
    ahead.round = next->round;
    ahead.current = next->venue;
    ahead.find(next->venue)->round = next->round;
    list.push_back(next->venue);
  }
  return list;
}

}  // namespace huiban::domain
