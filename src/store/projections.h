#pragma once
// Tables of current state, kept with each append and rebuilt from the events.
#include "domain/events.h"
#include "store/database.h"

namespace huiban::store {

class SqliteEventStore;

Result<void> project(Database& database,
                     const domain::StoredEvent& event);  // inside the append's transaction

// All of them anew, in one transaction.
Result<void> rebuild_projections(Database& database, SqliteEventStore& events);
// The same, if they were made by a program that kept other ones.
Result<void> refresh_projections(Database& database, SqliteEventStore& events);

}  // namespace huiban::store
