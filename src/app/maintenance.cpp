#include "app/maintenance.h"

#include <spdlog/fmt/fmt.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/server.h"
#include "app/first_accounts.h"
#include "store/store.h"

namespace huiban::app {

namespace {

// Maintenance never makes a database: a mistyped path must not look like an empty town.
Result<std::unique_ptr<store::Store>> open_existing(const std::string& path) {
  if (!std::filesystem::exists(path))
    return fail(ErrorCode::kNotFound, "没有数据库文件 " + path, "There is no database file " + path);
  return store::Store::open(path);
}

}  // namespace

Result<std::string> verify_database(const std::string& path) {
  auto store = HUIBAN_TRY(open_existing(path));
  const auto report = HUIBAN_TRY(store->verify_chain());
  if (!report.intact)
    return fail(ErrorCode::kConflict, "记录链已被改动：" + report.first_fault,
                "The event chain has been changed: " + report.first_fault);
  return fmt::format("记录链完整：{} 条记录，{} 个序列 / chain intact: {} events in {} lists", report.events,
                     report.streams, report.events, report.streams);
}

Result<std::string> backup_database(const std::string& path, const std::string& target) {
  auto store = HUIBAN_TRY(open_existing(path));
  HUIBAN_CHECK(store->backup_to(target));
  return "已备份到 " + target + " / backed up";
}

Result<std::string> reset_password(const std::string& path, const std::string& name) {
  auto store = HUIBAN_TRY(open_existing(path));
  auto account = store->accounts().find_account(name);
  if (!account) return fail(ErrorCode::kNotFound, "没有帐号 " + name, "There is no account " + name);
  const auto password = make_first_password();
  account->password_hash = api::hash_password(password);
  account->must_change_password = true;
  account->failures = 0;
  account->locked_until.reset();
  HUIBAN_CHECK(store->accounts().put_account(*account));
  HUIBAN_CHECK(store->accounts().drop_sessions_of(account->id));
  return name + "  " + password;
}

Result<std::string> verify_report(store::Store& store) {
  const auto report = HUIBAN_TRY(store.verify_chain());
  return nlohmann::json{{"intact", report.intact},
                        {"streams", report.streams},
                        {"events", report.events},
                        {"first_fault", report.first_fault}}
      .dump();
}

}  // namespace huiban::app
