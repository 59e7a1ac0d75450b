#pragma once
// One generated meeting from its plan to a state, told as commands and facts at believable times.
#include <random>

#include "domain/service.h"

namespace huiban::bench {

struct ToldMeeting {
  MeetingId meeting;
  int tasks = 0;
};

// until: kPlanned, kConvened, kRunning, kEnded or kCancelled. Moves the clock on to after it.
ToldMeeting tell_meeting(domain::Service& service, ManualClock& clock, std::mt19937& random,
                         domain::MeetingPlan plan, domain::MeetingState until);

}  // namespace huiban::bench
