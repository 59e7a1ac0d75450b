#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/hub.h"
#include "api/json_write.h"
#include "api/passwords.h"
#include "api/server.h"

namespace huiban::api {

using domain::AccountRecord;
using domain::Role;

namespace {

Result<AccountRecord> read_account(const Call& call) {
  const auto reader = call.reader();
  AccountRecord account;
  account.name = HUIBAN_TRY(reader.text("name", Presence::kRequired, 60));
  if (account.name.empty() || account.name.find_first_not_of(
                                  "abcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string::npos)
    return reader.wrong("name", " 只能用小写字母、数字和 - _ .",
                        "may have lower-case letters, digits and - _ . only");
  account.label = HUIBAN_TRY(reader.text("label", Presence::kRequired, 120));
  if (account.label.empty()) return reader.missing("label");
  account.role = HUIBAN_TRY(reader.word("role", kRoleNames, std::optional<Role>{}));
  account.unit = HUIBAN_TRY(reader.id<UnitId>("unit"));
  const bool of_unit = account.role == Role::kUnitHead || account.role == Role::kLiaison;
  if (account.role == Role::kVenueDevice)
    return reader.wrong("role", "：会场终端用入会链接，不设账号",
                        "venue devices use join links, not accounts");
  if (of_unit && !account.unit) return reader.missing("unit");
  if (!of_unit && account.unit)
    return reader.wrong("unit", " 只用于单位负责人和联络员", "is for unit heads and liaisons only");
  if (account.unit && !call.core->service().directory().find_unit(*account.unit))
    return reader.wrong("unit", " 不是通讯录中的单位", "is not a unit of the directory");
  account.id = AccountId::make();
  account.must_change_password = true;
  return account;
}

// Hashes a new first password on the worker, then stores and answers.
void give_first_password(const CallPtr& call, AccountRecord account, int status) {
  const std::string password = make_first_password();
  auto done = call->later([account, password, status](const CallPtr& c, const std::string& hash) {
    Core& core = *c->core;
    auto stored = core.parts.accounts.find_account(account.id).value_or(account);
    const auto same_name = core.parts.accounts.find_account(account.name);
    if (same_name && same_name->id != account.id)
      return c->refuse(
          {ErrorCode::kConflict, "已有这个账号名", "There is an account of this name already", {}});
    stored.password_hash = hash;
    stored.must_change_password = true;
    stored.failures = 0;
    stored.locked_until.reset();
    if (auto put = core.parts.accounts.put_account(stored); !put) return c->refuse(put.error());
    if (auto dropped = core.parts.accounts.drop_sessions_of(stored.id); !dropped)
      return c->refuse(dropped.error());
    core.hub->check_sessions();
    c->json(status, {{"account", account_json(stored)}, {"first_password", password}});
  });
  Executor& control = call->core->parts.control;
  call->core->parts.worker.post([&control, password, done = std::move(done)] {
    control.post([hash = hash_password(password), done] { done(hash); });
  });
}

}  // namespace

void list_accounts(const CallPtr& call) {
  const auto accounts = call->core->parts.accounts.all_accounts();
  if (!accounts) return call->refuse(accounts.error());
  auto list = nlohmann::json::array();
  for (const auto& account : *accounts) list.push_back(account_json(account));
  call->json(200, list);
}

void create_account(const CallPtr& call) {
  auto account = read_account(*call);
  if (!account) return call->refuse(account.error());
  if (call->core->parts.accounts.find_account(account->name))
    return call->refuse(
        {ErrorCode::kConflict, "已有这个账号名", "There is an account of this name already", {}});
  give_first_password(call, std::move(*account), 201);
}

void reset_password(const CallPtr& call) {
  auto account = call->core->parts.accounts.find_account(call->id<AccountId>(0));
  if (!account)
    return call->refuse({ErrorCode::kNotFound, "没有这个账号", "There is no such account", {}});
  give_first_password(call, std::move(*account), 200);
}

void read_audit(const CallPtr& call) {
  const auto entries = call->core->parts.audit.latest(1000);
  if (!entries) return call->refuse(entries.error());
  auto list = nlohmann::json::array();
  for (const auto& entry : *entries)
    list.push_back({{"at", to_iso8601(entry.at)},
                    {"actor", entry.actor},
                    {"action", entry.action},
                    {"object", entry.object},
                    {"result", entry.result}});
  call->json(200, list);
}

}  // namespace huiban::api
