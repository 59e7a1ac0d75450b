#pragma once
// What the start prints for people, and the same as JSON for tests.
#include <string>

#include "app/config.h"
#include "app/demo.h"
#include "app/first_accounts.h"

namespace huiban::api {
class Server;
}

namespace huiban::app {

struct Welcome {
  std::string text, json;
};

Welcome make_welcome(const api::Server& server, const domain::Service& service,
                     const FirstPasswords& first, const DemoTown& demo, const Config& config);

}  // namespace huiban::app
