#pragma once
// Passwords: rules, first passwords, argon2id (declared in server.h for the command line).
#include <string>

#include "core/result.h"

namespace huiban::api {

// Invalid: shorter than 8 characters, longer than 128 bytes, no letter or no digit, holds the
// account's name.
Result<void> check_password_rules(const std::string& password, const std::string& account_name);
// 12 letters and digits without those that look alike (0 O 1 l I).
std::string make_first_password();
// Of no password: what an unknown account is compared with, so that the answer takes as long.
const std::string& decoy_password_hash();

}  // namespace huiban::api
