#pragma once
// A town as a JSON file: directory and planned meetings. The demo town is one
// (config/demo/demo-town.json).
#include <string>
#include <vector>

#include "core/result.h"
#include "domain/agenda.h"
#include "domain/directory.h"

namespace huiban::store {

struct TownFile {
  domain::Directory directory;  // ids are made at reading
  std::vector<domain::MeetingPlan> meetings;
};

// NotFound: no such file. Invalid: not JSON, a field missing, wrong or unknown, or a name that the
// file does not define; the message names the file, the place in it (meetings[0]/rules[2]/venue)
// and what.
Result<TownFile> read_town_file(const std::string& path);
Result<TownFile> parse_town_file(const std::string& json, const std::string& name = "(text)");

}  // namespace huiban::store
