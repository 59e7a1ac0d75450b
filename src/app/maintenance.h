#pragma once
// Commands for the database file, besides the running server. Each returns a sentence for the screen.
#include <string>

#include "core/result.h"

namespace huiban::store {
class Store;
}

namespace huiban::app {

Result<std::string> verify_database(const std::string& path);  // Conflict if a chain is broken
Result<std::string> backup_database(const std::string& path, const std::string& target);
Result<std::string> reset_password(const std::string& path, const std::string& account);

// {"intact":true,"streams":3,"events":120,"first_fault":""}
Result<std::string> verify_report(store::Store& store);

}  // namespace huiban::app
