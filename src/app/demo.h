#pragma once
// The demo town: directory and planned meetings from the town file, accounts, and one meeting that is running and
// can be joined from two browser windows. All of it is sample data and says so.
#include <optional>
#include <string>

#include "domain/service.h"

namespace huiban::app {

struct DemoTown {
  std::optional<MeetingId> meeting;  // running now
  std::optional<VenueId> main_venue, branch_venue;
};

// Fills what is missing; a second start finds the town and the running meeting again.
Result<DemoTown> fill_with_demo(const std::string& town_file, domain::Service& service,
                                domain::AccountStore& accounts, const std::string& passwords_file);

}  // namespace huiban::app
