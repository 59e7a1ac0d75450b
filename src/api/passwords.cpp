#include "api/passwords.h"

#include <sodium.h>

#include <cctype>
#include <stdexcept>

#include "api/server.h"
#include "api/utf8.h"

namespace huiban::api {

std::string hash_password(const std::string& password) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  // "Interactive": 2 passes over 64 MiB, about 0.1 s; a town has some hundred accounts.
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    throw std::runtime_error("not enough memory to hash a password");
  hash.resize(hash.find('\0'));
  return hash;
}

bool password_matches(const std::string& hash, const std::string& password) {
  if (sodium_init() < 0 || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

Result<void> check_password_rules(const std::string& password, const std::string& account_name) {
  std::size_t characters = 0;
  bool letter = false, digit = false;
  for (const char c : password) {
    const auto b = static_cast<unsigned char>(c);
    if ((b & 0xc0) != 0x80) ++characters;
    if (std::isdigit(b)) digit = true;
    if (std::isalpha(b) || b >= 0x80) letter = true;
  }
  if (!valid_utf8(password) || characters < 8 || password.size() > 128)
    return fail(ErrorCode::kInvalid, "新密码应为 8 个字符以上、128 字节以内",
                "The new password needs 8 characters or more and at most 128 bytes");
  if (!letter || !digit)
    return fail(ErrorCode::kInvalid, "新密码应同时含有字母和数字",
                "The new password needs both letters and digits");
  if (!account_name.empty() && password.find(account_name) != std::string::npos)
    return fail(ErrorCode::kInvalid, "新密码不能含有账号名",
                "The new password may not contain the account's name");
  return {};
}

std::string make_first_password() {
  static constexpr char kLetters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
  static constexpr char kDigits[] = "23456789";
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  std::string password;
  for (int i = 0; i < 12; ++i)
    password += i % 4 == 3 ? kDigits[randombytes_uniform(sizeof kDigits - 1)]
                           : kLetters[randombytes_uniform(sizeof kLetters - 1)];
  return password;
}

const std::string& decoy_password_hash() {
  static const std::string hash = hash_password(make_first_password());
  return hash;
}

}  // namespace huiban::api
