#pragma once
// The running server: builds every object in the order of its members, stops them in reverse (docs/shutdown.md).
// Lives on the control thread.
#include <memory>
#include <string>

#include "app/config.h"
#include "app/control_loop.h"
#include "app/worker.h"
#include "core/clock.h"
#include "core/result.h"

namespace huiban::domain {
class DocumentWriter;
class MediaGateway;
class Service;
}  // namespace huiban::domain
namespace huiban::store {
class Store;
}
namespace huiban::api {
class Server;
}

namespace huiban::app {

struct ServeOptions {
  bool demo = false;         // fill an empty database with the demo town
  bool test_clock = false;   // an API client may set the clock; never on by default
  std::string ready_file;    // tests: written when the server answers, with ports, links and passwords as JSON
};

class App {
 public:
  // Unavailable, Storage or Invalid with a sentence for the person who starts it.
  static Result<std::unique_ptr<App>> start(Config config, ServeOptions options, ControlLoop& control);
  ~App();

  // What a newcomer reads on the screen: address, first passwords, join links, next step.
  const std::string& welcome() const { return welcome_; }

 private:
  App(Config config, ServeOptions options, ControlLoop& control);
  Result<void> build();
  Result<void> write_ready_file() const;

  Config config_;
  ServeOptions options_;
  ControlLoop& control_;
  std::unique_ptr<Clock> clock_;
  ManualClock* test_clock_ = nullptr;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<domain::Service> service_;
  std::unique_ptr<domain::MediaGateway> media_;
  std::unique_ptr<domain::DocumentWriter> documents_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<api::Server> server_;
  std::string welcome_;
  std::string ready_json_;
};

}  // namespace huiban::app
