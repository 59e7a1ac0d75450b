#pragma once
// The accounts of a new server and their first passwords, which must be changed at the first sign-in.
#include <map>
#include <string>

#include "domain/ports.h"

namespace huiban::app {

// Account name -> first password, of accounts that have not changed theirs yet.
using FirstPasswords = std::map<std::string, std::string>;

// Makes administrator (admin) and secretary (mishu) in an empty database. passwords_file (mode 0600) keeps the first
// passwords so that a later start can show them again until they are changed.
Result<FirstPasswords> create_first_accounts(domain::AccountStore& accounts,
                                             const std::string& passwords_file);

// Adds an account with a first password unless the name exists; control thread, ~0.1 s for the hash.
Result<void> add_account(domain::AccountStore& accounts, const std::string& name,
                         const std::string& label, domain::Role role, std::optional<UnitId> unit,
                         const std::string& passwords_file);

std::string make_first_password();  // 10 letters and digits, none of them easily confused

}  // namespace huiban::app
