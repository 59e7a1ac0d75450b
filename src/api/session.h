#pragma once
// Who asks: cookie sessions of accounts (kept in the AccountStore, so they survive a restart) and
// bearer tokens of venues. Lock-out after five failures for 15 minutes, idle time-out 8 hours.
// Control thread; hashing on the worker.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "api/http.h"
#include "api/tokens.h"
#include "core/thread.h"
#include "domain/service.h"

namespace huiban::api {

struct Caller {
  enum class Kind { kNobody, kAccount, kVenuePage, kDevice };
  Kind kind = Kind::kNobody;
  domain::Actor actor;
  std::string owner;  // names the session: only it may touch the media peers it made
  std::string account_name;
  bool must_change_password = false;
};

// Over HTTPS another name: a browser lets no plain page replace a Secure cookie, so a clerk who
// once used https://localhost could not sign in at http://localhost any more. __Host- binds it to
// HTTPS.
inline constexpr const char* kSessionCookie = "huiban_session";
inline constexpr const char* kSecureSessionCookie = "__Host-huiban_session";
inline constexpr auto kSessionIdle = std::chrono::hours{8};
inline constexpr int kSignInFailures = 5;
inline constexpr auto kLockOut = std::chrono::minutes{15};

class Sessions : public std::enable_shared_from_this<Sessions> {
 public:
  Sessions(domain::AccountStore& accounts, const domain::Service& service, const Clock& clock,
           const Tokens& tokens, Executor& control, Executor& worker);

  // A bearer token goes before a cookie: two windows of one browser may be two venues.
  // Unauthenticated: a token or cookie that is not (or no longer) valid. Nobody without either.
  Result<Caller> caller_of(const HttpRequest& request);
  Result<Caller> by_cookie(const std::string& value);
  Result<Caller> by_bearer(const std::string& token);

  struct SignedIn {
    Caller caller;
    std::string cookie;  // value
  };
  // Unauthenticated: name or password wrong. TooMany: locked, or too many at once.
  void async_sign_in(std::string name, std::string password,
                     std::function<void(Result<SignedIn>)> done);
  // Other sessions of the account end. Unauthenticated: the old password is wrong.
  void async_change_password(const Caller& caller, std::string old_password,
                             std::string new_password, std::function<void(Result<void>)> done);
  void sign_out(const Caller& caller);
  // By Caller::owner. False: the session has ended meanwhile. In use (a page is open), it does not
  // grow old.
  bool still_open(const std::string& owner, bool in_use);

 private:
  struct Failures {
    int count = 0;
    std::optional<UtcTime> locked_until;
  };
  Result<Caller> caller_for(const domain::AccountRecord& account, std::string owner) const;
  void finish_sign_in(const std::string& name, bool matched,
                      const std::function<void(Result<SignedIn>)>& done);
  std::optional<UtcTime> locked_until(const std::string& name);
  void count_failure(const std::string& name);

  domain::AccountStore& accounts_;
  const domain::Service& service_;
  const Clock& clock_;
  const Tokens& tokens_;
  Executor& control_;
  Executor& worker_;
  int hashing_ = 0;  // sign-ins on the worker
  std::map<std::string, Failures>
      unknown_names_;  // locked like accounts, so that names cannot be guessed
};

std::optional<std::string> session_cookie_of(const HttpRequest& request);
// Set-Cookie's value; an empty session takes the cookie away.
std::string session_cookie(const std::string& session, bool secure);

}  // namespace huiban::api
