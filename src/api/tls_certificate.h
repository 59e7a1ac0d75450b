#pragma once
// The server's certificate: checked before it is used, made by ourselves if there is none. Any
// thread.
#include <string>
#include <vector>

#include "core/result.h"

namespace huiban::api {

// Writes an ECDSA P-256 key (mode 0600) and a self-signed certificate for localhost, this machine's
// name and addresses, and `extra_names`, if neither file exists; then checks that both load and
// belong together. Unavailable: only one of them exists, unreadable, they do not match, expired;
// the message names the file.
Result<void> ensure_certificate(const std::string& certificate, const std::string& private_key,
                                const std::vector<std::string>& extra_names);

}  // namespace huiban::api
