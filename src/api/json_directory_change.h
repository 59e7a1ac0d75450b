#pragma once
// Changes of the directory as the JSON of openapi.yaml, both ways.
#include <nlohmann/json_fwd.hpp>

#include "api/json_read.h"
#include "api/protocol.h"
#include "domain/directory_tables.h"
#include "domain/expected_difference.h"

namespace huiban::api {

// Records as pages send them. A telephone number that is left out stays as in now: pages of people
// who may not see it do not have it.
Result<domain::DirectoryPatch> read_patch(const JsonReader& reader, const domain::Directory& now);

nlohmann::json record_changes_json(const std::vector<domain::RecordChange>& changes,
                                   Language language, std::size_t most);
nlohmann::json directory_change_json(const domain::DirectoryChange& change,
                                     const domain::DirectoryLog& log, Language language);
nlohmann::json import_preview_json(const domain::ImportPlan& plan, const domain::Directory& before,
                                   std::uint64_t base_seq, Language language);
nlohmann::json difference_json(const domain::SeatDifference& difference);

}  // namespace huiban::api
