// What a meeting keeps of content sharing, the wall's rules and goals.
#include "domain/meeting.h"

namespace huiban::domain {

void Meeting::on(const ContentGranted& e, UtcTime) {
  content_granted_ = e.venue;
}

void Meeting::on(const ContentRevoked& e, UtcTime) {
  if (content_granted_ == e.venue) content_granted_.reset();
}

void Meeting::on(const ContentStarted& e, UtcTime) {
  content_shown_ = e.venue;
  content_peer_ = e.peer;
}

void Meeting::on(const ContentStopped& e, UtcTime) {
  if (content_shown_ != e.venue) return;
  content_shown_.reset();
  content_peer_.reset();
}

void Meeting::on(const TileRulesSet& e, UtcTime) {
  plan_.tiles = e.rules;
}

void Meeting::on(const GoalRanked& e, UtcTime at) {
  goal_ranks_[e.goal] = {e.rank, e.note, at, event_by_};
}

}  // namespace huiban::domain
