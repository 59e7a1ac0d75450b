#pragma once
// Numbered migrations. A version that shipped is never edited; tests migrate from every older one.
#include "store/database.h"

namespace huiban::store {

// Brings the file to the newest version in one transaction per step. Storage: the file is of a
// newer version, or another program's; nothing in it was changed then.
Result<void> migrate(Database& database);
int newest_schema_version();
Result<void> migrate_to(Database& database, int version);  // tests make old files with it

}  // namespace huiban::store
