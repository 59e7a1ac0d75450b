#pragma once
// Tables of current state, kept with each append and rebuilt from the events.
#include "domain/events.h"
#include "store/database.h"

namespace huiban::store {

Result<void> project(Database& database, const domain::StoredEvent& event);  // inside the append's transaction
Result<void> clear_projections(Database& database);

}  // namespace huiban::store
