#include "app/first_accounts.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "api/server.h"

namespace huiban::app {

namespace {

FirstPasswords read_passwords(const std::string& path) {
  FirstPasswords passwords;
  std::ifstream in(path);
  for (std::string name, password; in >> name >> password;) passwords[name] = password;
  return passwords;
}

Result<void> keep_password(const std::string& path, const std::string& name, const std::string& password) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string line = name + " " + password + "\n";
  const bool written = file >= 0 && ::write(file, line.data(), line.size()) == ssize_t(line.size());
  if (file >= 0) ::close(file);
  if (!written) return fail(ErrorCode::kStorage, "无法写入 " + path, "Cannot write " + path);
  return {};
}

}  // namespace

std::string make_first_password() {
  static constexpr char kAlphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, sizeof kAlphabet - 2);
  std::string password;
  for (int i = 0; i < 10; ++i) password += kAlphabet[pick(random)];
  return password;
}

Result<void> add_account(domain::AccountStore& accounts, const std::string& name,
                         const std::string& label, domain::Role role, std::optional<UnitId> unit,
                         const std::string& passwords_file) {
  if (accounts.find_account(name)) return {};
  const auto password = make_first_password();
  domain::AccountRecord account;
  account.id = AccountId::make();
  account.name = name;
  account.label = label;
  account.role = role;
  account.unit = unit;
  account.password_hash = api::hash_password(password);
  account.must_change_password = true;
  HUIBAN_CHECK(keep_password(passwords_file, name, password));
  return accounts.put_account(account);
}

Result<FirstPasswords> create_first_accounts(domain::AccountStore& accounts,
                                             const std::string& passwords_file) {
  HUIBAN_CHECK(add_account(accounts, "admin", "系统管理员", domain::Role::kAdministrator, std::nullopt,
                           passwords_file));
  HUIBAN_CHECK(add_account(accounts, "mishu", "党政办秘书", domain::Role::kSecretary, std::nullopt,
                           passwords_file));
  FirstPasswords still_valid;
  for (const auto& [name, password] : read_passwords(passwords_file))
    if (auto account = accounts.find_account(name); account && account->must_change_password)
      still_valid[name] = password;
  return still_valid;
}

}  // namespace huiban::app
