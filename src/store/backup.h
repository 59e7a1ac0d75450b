#pragma once
// One consistent copy of the database while it is in use, as a single file.
#include <string>

#include "store/database.h"

namespace huiban::store {

// Written beside the target under another name, checked, then renamed: the target is whole or not
// there. Conflict: the target exists. Storage: no space, not writable; nothing is left behind then.
Result<void> back_up(Database& database, const std::string& target);

}  // namespace huiban::store
