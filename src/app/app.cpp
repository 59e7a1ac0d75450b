#include "app/app.h"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "api/server.h"
#include "app/demo.h"
#include "app/first_accounts.h"
#include "app/maintenance.h"
#include "app/welcome.h"
#include "documents/document_writer.h"
#include "domain/service.h"
#include "media/gateway.h"
#include "store/store.h"

namespace huiban::app {

namespace {

constexpr std::chrono::milliseconds kAlivePeriod{2000};  // the longest gap a crash leaves unexplained
constexpr std::chrono::seconds kTrimPeriod{20};

// Without the file, Monday to Friday are worked: dues are then a little off, which is better than no server.
std::string read_working_days(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  if (!file) spdlog::warn("office.working_days: cannot read {}; Monday to Friday are worked", path);
  return {std::istreambuf_iterator<char>(file), {}};
}

domain::OfficeSettings office_settings(const Config& config) {
  domain::OfficeSettings settings;
  settings.office = config.office.name;
  settings.number_mark = config.office.number_mark;
  settings.utc_offset = std::chrono::minutes{config.office.utc_offset_minutes};
  settings.working_days = read_working_days(config.office.working_days);
  settings.attendance.grace = std::chrono::minutes{config.attendance.grace_minutes};
  settings.attendance.early = std::chrono::minutes{config.attendance.early_minutes};
  settings.attendance.hold = std::chrono::minutes{config.attendance.hold_minutes};
  settings.attendance.window_before = std::chrono::minutes{config.attendance.window_minutes};
  settings.attendance.scan_before = std::chrono::minutes{config.attendance.scan_minutes};
  return settings;
}

// HUIBAN_MEDIA_WITHOUT=nack,rtx,red,estimator: tests compare with a server that does without them (docs/testing.md).
void leave_out_measures(rtc::TransportConfig& transport) {
  const char* without = std::getenv("HUIBAN_MEDIA_WITHOUT");
  if (without == nullptr) return;
  std::istringstream names(without);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == "nack") transport.measures.nack = false;
    if (name == "rtx") transport.measures.rtx = false;
    if (name == "red") transport.measures.red = false;
    if (name == "estimator") transport.measures.estimator = false;
  }
  spdlog::warn("Test: media without {}. Never use this for real meetings.", without);
}

}  // namespace

Result<std::unique_ptr<App>> App::start(Config config, ServeOptions options, ControlLoop& control) {
  std::unique_ptr<App> app(new App(std::move(config), std::move(options), control));
  HUIBAN_CHECK(app->build());
  return app;
}

App::App(Config config, ServeOptions options, ControlLoop& control)
    : config_(std::move(config)), options_(std::move(options)), control_(control) {}

// Pages are told and closed first, then media; both still post to control, so what is queued runs before the
// service and the store go.
App::~App() {
  if (worker_) worker_->stop();
  if (service_) service_->set_publisher(nullptr);
  server_.reset();
  if (service_) service_->set_media(nullptr);
  media_.reset();
  control_.drain();
}

Result<void> App::build() {
  if (options_.test_clock) {
    auto manual = std::make_unique<ManualClock>(SystemClock{}.now());
    test_clock_ = manual.get();
    clock_ = std::move(manual);
    spdlog::warn("TEST CLOCK: time stands still and API clients may set it. Never use this for real meetings.");
  } else {
    clock_ = std::make_unique<SystemClock>();
  }

  const auto folder = std::filesystem::path(config_.store.path).parent_path();
  std::error_code ignored;  // the store's own open reports a folder that cannot be used
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  store_ = HUIBAN_TRY(store::Store::open(config_.store.path));

  service_ = std::make_unique<domain::Service>(store_->events(), *clock_, office_settings(config_));
  service_->set_line_memory(&store_->lines());
  service_->set_evidence(&store_->evidence());
  media::GatewayConfig media_config;
  media_config.transport.port = config_.media.port;
  media_config.transport.tcp = config_.media.tcp;
  media_config.transport.announce = config_.media.announce;
  media_config.transport.bind_address = config_.media.bind_address;
  leave_out_measures(media_config.transport);
  media_config.transport.gso = config_.media.gso;
  media_config.pipelines_dir = config_.media.pipelines_dir;
  media_ = HUIBAN_TRY(media::create_gateway(media_config, *service_, control_, *clock_));
  service_->set_media(media_.get());
  HUIBAN_CHECK(service_->start());

  documents_ = documents::create_document_writer();
  worker_ = std::make_unique<Worker>();
  const auto passwords_file = config_.store.path + ".first-passwords";
  DemoTown demo;
  if (options_.demo)
    demo = HUIBAN_TRY(
        fill_with_demo(config_.demo.town_file, *service_, store_->accounts(), passwords_file));
  const auto first = HUIBAN_TRY(create_first_accounts(store_->accounts(), passwords_file));

  api::ServerConfig server_config;
  server_config.bind_address = config_.server.bind_address;
  server_config.http_port = config_.server.http_port;
  server_config.https_port = config_.server.https_port;
  server_config.certificate = config_.server.certificate;
  server_config.private_key = config_.server.private_key;
  server_config.web_dir = config_.server.web_dir;
  server_config.public_url = config_.server.public_url;
  api::ServerParts parts{*service_,  store_->accounts(), store_->audit(), media_.get(),
                         documents_.get(), control_,     *worker_,        test_clock_,
                         [this] { return verify_report(*store_); },
                         &store_->evidence()};
  server_ = HUIBAN_TRY(api::Server::start(server_config, parts));
  service_->set_publisher(server_.get());

  control_.every(kAlivePeriod, [this] {
    if (auto marked = store_->events().mark_alive(clock_->now()); !marked)
      spdlog::error("cannot mark the database alive: {}", marked.error().detail);
  });
  control_.every(std::chrono::seconds{1}, [this] {
    service_->release_seats();
    service_->advance_roll_calls();
    service_->advance_tasks();
  });
  // What handshakes and storms of joins needed for a moment goes back to the system.
  control_.every(kTrimPeriod, [this] { worker_->post([] { ::malloc_trim(0); }); });
  const Welcome welcome = make_welcome(*server_, *service_, first, demo, config_);
  welcome_ = welcome.text;
  ready_json_ = welcome.json;
  return write_ready_file();
}

Result<void> App::write_ready_file() const {
  if (options_.ready_file.empty()) return {};
  const auto partial = options_.ready_file + ".part";
  std::ofstream(partial) << ready_json_ << "\n";
  std::error_code failed;
  std::filesystem::rename(partial, options_.ready_file, failed);
  if (failed)
    return fail(ErrorCode::kStorage, "无法写入 " + options_.ready_file, "Cannot write " + options_.ready_file,
                failed.message());
  return {};
}

}  // namespace huiban::app
