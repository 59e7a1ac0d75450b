#pragma once
// Meeting A of the demo town, held: notes, tasks, and attendance with late and absent seats. Sample data of the tests.
#include "domain/minutes.h"
#include "store/town_file.h"

namespace huiban::test {

// present: how many seats of the main venue and of the branches sign in, in list order.
domain::MeetingFacts held_meeting(const store::TownFile& town, std::size_t main_present, std::size_t branch_present);

}  // namespace huiban::test
