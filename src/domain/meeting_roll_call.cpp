// What the events of a roll call do to a meeting.
#include "domain/meeting.h"

namespace huiban::domain {

const RollCall* Meeting::running_roll_call() const {
  return roll_calls_.empty() || !roll_calls_.back().running() ? nullptr : &roll_calls_.back();
}

void Meeting::on(const RollCallStarted& e, UtcTime at) {
  RollCall call;
  for (const auto& venue : e.venues) {
    RollCallRow row;
    row.venue = venue;
    call.rows.push_back(std::move(row));
  }
  call.started_at = at;
  call.stills = e.stills;
  call.answer_within = Milliseconds{e.answer_within_ms};
  call.rounds = e.rounds;
  call.stage_main = stage_main_;
  call.stage_second = stage_second_;
  call.floor = floor_;
  roll_calls_.push_back(std::move(call));
  forget_undo();
}

void Meeting::on(const RollCallCalled& e, UtcTime at) {
  if (roll_calls_.empty()) return;
  RollCall& call = roll_calls_.back();
  call.current = e.venue;
  call.round = e.round;
  if (RollCallRow* row = call.find(e.venue)) {
    row->round = e.round;
    row->called_at = at;
    row->outcome = RollCallOutcome::kWaiting;
    row->sign = RollCallSign::kNone;
    row->marked_at.reset();
  }
  stage_main_ = e.venue;
  stage_second_.reset();
  floor_.clear();
  if (const Venue* main = main_venue()) floor_.push_back(main->id);
  if (!has_floor(e.venue)) floor_.push_back(e.venue);
}

void Meeting::on(const RollCallMarked& e, UtcTime at) {
  RollCallRow* row = roll_calls_.empty() ? nullptr : roll_calls_.back().find(e.venue);
  if (!row) return;
  row->outcome = e.outcome;
  row->sign = e.sign;
  row->marked_at = at;
  row->after = Milliseconds{e.after_ms};
  row->level_dbov = e.level_dbov;
}

void Meeting::on(const RollCallStillKept& e, UtcTime) {
  RollCallRow* row = roll_calls_.empty() ? nullptr : roll_calls_.back().find(e.venue);
  if (row) row->still = e.still;
}

void Meeting::on(const RollCallEnded& e, UtcTime at) {
  if (roll_calls_.empty()) return;
  RollCall& call = roll_calls_.back();
  call.ended_at = at;
  call.stopped = e.stopped;
  call.current.reset();
  stage_main_ = call.stage_main;
  stage_second_ = call.stage_second;
  floor_ = call.floor;
}

}  // namespace huiban::domain
