#include "api/session.h"

#include <algorithm>

#include "api/passwords.h"
#include "api/server.h"

namespace huiban::api {

using domain::AccountRecord;

namespace {

constexpr int kHashingAtMost = 8;  // at ~0.1 s each; more wait long enough to be told so
constexpr std::size_t kUnknownNamesAtMost = 1000;
constexpr const char* kBearerOwner = "bearer:";  // an account's owner is the hash of its cookie
constexpr auto kTouchEvery = std::chrono::minutes{5};

tl::unexpected<Error> wrong_password() {
  return fail(ErrorCode::kUnauthenticated, "账号或密码不正确",
              "The account or the password is wrong");
}

tl::unexpected<Error> locked(UtcTime until, UtcTime now) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(until - now).count();
  return fail(
      ErrorCode::kTooMany,
      "连续 5 次密码错误，账号已锁定，请 " + std::to_string(minutes) + " 分钟后再试",
      "Locked after five wrong passwords; try again in " + std::to_string(minutes) + " minutes");
}

}  // namespace

Sessions::Sessions(domain::AccountStore& accounts, const domain::Service& service,
                   const Clock& clock, const Tokens& tokens, Executor& control, Executor& worker)
    : accounts_(accounts),
      service_(service),
      clock_(clock),
      tokens_(tokens),
      control_(control),
      worker_(worker) {}

Result<Caller> Sessions::caller_of(const HttpRequest& request) {
  static constexpr std::string_view kBearer = "Bearer ";
  if (!request.authorization.empty()) {
    if (request.authorization.size() <= kBearer.size() ||
        !std::equal(kBearer.begin(), kBearer.end(), request.authorization.begin(),
                    [](char a, char b) { return std::tolower(a) == std::tolower(b); }))
      return fail(ErrorCode::kUnauthenticated, "不支持的登录方式",
                  "This kind of authorization is not supported");
    return by_bearer(request.authorization.substr(kBearer.size()));
  }
  if (const auto cookie = session_cookie_of(request)) return by_cookie(*cookie);
  return Caller{};
}

Result<Caller> Sessions::by_cookie(const std::string& value) {
  control_thread().assert_here();
  const std::string hash = sha256_hex(value);
  auto session = accounts_.find_session(hash);
  const auto now = clock_.now();
  if (session && now - session->last_seen > kSessionIdle) {
    if (auto dropped = accounts_.drop_session(hash); !dropped)
      return tl::make_unexpected(dropped.error());
    session.reset();
  }
  const auto account = session ? accounts_.find_account(session->account) : std::nullopt;
  if (!account)
    return fail(ErrorCode::kUnauthenticated, "登录已失效，请重新登录",
                "The session has ended; sign in again");
  if (now - session->last_seen > kTouchEvery) {
    session->last_seen = now;
    // A disk that is full must not stop reading; the session then ends at its old time.
    (void)accounts_.put_session(*session);
  }
  return caller_for(*account, hash);
}

Result<Caller> Sessions::by_bearer(const std::string& token) {
  control_thread().assert_here();
  const auto bearer = tokens_.read_bearer(token);
  const auto* meeting = bearer ? service_.find_meeting(bearer->place.meeting) : nullptr;
  const auto* venue = meeting ? meeting->find_venue(bearer->place.venue) : nullptr;
  if (!venue)
    return fail(ErrorCode::kUnauthenticated, "会场凭证无效，请重新打开入会链接",
                "The venue's token is not valid; open the join link again");
  Caller caller;
  caller.kind =
      bearer->kind == BearerKind::kDevice ? Caller::Kind::kDevice : Caller::Kind::kVenuePage;
  caller.owner = kBearerOwner + bearer->session;
  caller.actor.role = domain::Role::kVenueDevice;
  caller.actor.meeting = meeting->id();
  caller.actor.venue = venue->id;
  caller.actor.label = venue->name + (venue->kind == domain::VenueKind::kBranch ? "会场" : "");
  return caller;
}

Result<Caller> Sessions::caller_for(const AccountRecord& account, std::string owner) const {
  Caller caller;
  caller.kind = Caller::Kind::kAccount;
  caller.actor.role = account.role;
  caller.actor.account = account.id;
  caller.actor.unit = account.unit;
  caller.actor.label = account.label;
  caller.owner = std::move(owner);
  caller.account_name = account.name;
  caller.must_change_password = account.must_change_password;
  return caller;
}

std::optional<UtcTime> Sessions::locked_until(const std::string& name) {
  std::optional<UtcTime> until;
  if (const auto account = accounts_.find_account(name)) {
    until = account->locked_until;
  } else if (const auto found = unknown_names_.find(name); found != unknown_names_.end()) {
    until = found->second.locked_until;
  }
  return until && *until > clock_.now() ? until : std::nullopt;
}

void Sessions::count_failure(const std::string& name) {
  const auto lock = [&](int& count, std::optional<UtcTime>& until) {
    if (++count < kSignInFailures) return;
    count = 0;
    until = clock_.now() + kLockOut;
  };
  if (auto account = accounts_.find_account(name)) {
    lock(account->failures, account->locked_until);
    (void)accounts_.put_account(*account);
    return;
  }
  if (unknown_names_.size() >= kUnknownNamesAtMost && !unknown_names_.count(name))
    unknown_names_.erase(unknown_names_.begin());
  auto& entry = unknown_names_[name];
  lock(entry.count, entry.locked_until);
}

void Sessions::async_sign_in(std::string name, std::string password,
                             std::function<void(Result<SignedIn>)> done) {
  control_thread().assert_here();
  if (const auto until = locked_until(name)) return done(locked(*until, clock_.now()));
  if (hashing_ >= kHashingAtMost)
    return done(fail(ErrorCode::kTooMany, "登录的人太多，请稍候再试",
                     "Too many people sign in; try again soon"));
  const auto account = accounts_.find_account(name);
  ++hashing_;
  worker_.post([weak = weak_from_this(), &control = control_, name = std::move(name),
                password = std::move(password), done = std::move(done),
                hash = account ? account->password_hash : std::string()] {
    const bool known = !hash.empty();
    const bool matched = password_matches(known ? hash : decoy_password_hash(), password) && known;
    control.post([weak, name, matched, done] {
      if (const auto self = weak.lock()) self->finish_sign_in(name, matched, done);
    });
  });
}

void Sessions::finish_sign_in(const std::string& name, bool matched,
                              const std::function<void(Result<SignedIn>)>& done) {
  --hashing_;
  // Attempts that ran side by side count one after another here.
  if (const auto until = locked_until(name)) return done(locked(*until, clock_.now()));
  auto account = accounts_.find_account(name);
  if (!matched || !account) {
    count_failure(name);
    if (const auto until = locked_until(name)) return done(locked(*until, clock_.now()));
    return done(wrong_password());
  }
  if (account->failures != 0 || account->locked_until) {
    account->failures = 0;
    account->locked_until.reset();
    if (auto put = accounts_.put_account(*account); !put)
      return done(tl::make_unexpected(put.error()));
  }
  SignedIn result;
  result.cookie = base64url(random_bytes(32));
  const auto hash = sha256_hex(result.cookie);
  if (auto put = accounts_.put_session({hash, account->id, clock_.now(), clock_.now()}); !put)
    return done(tl::make_unexpected(put.error()));
  result.caller = *caller_for(*account, hash);
  done(std::move(result));
}

void Sessions::async_change_password(const Caller& caller, std::string old_password,
                                     std::string new_password,
                                     std::function<void(Result<void>)> done) {
  control_thread().assert_here();
  const auto account =
      caller.actor.account ? accounts_.find_account(*caller.actor.account) : std::nullopt;
  if (!account) return done(wrong_password());
  if (auto ok = check_password_rules(new_password, account->name); !ok) return done(std::move(ok));
  if (old_password == new_password)
    return done(fail(ErrorCode::kInvalid, "新密码不能与旧密码相同",
                     "The new password must differ from the old one"));
  if (const auto until = locked_until(account->name)) return done(locked(*until, clock_.now()));
  worker_.post([weak = weak_from_this(), &control = control_, caller, account = *account,
                old_password = std::move(old_password), new_password = std::move(new_password),
                done = std::move(done)] {
    const bool matched = password_matches(account.password_hash, old_password);
    const std::string hash = matched ? hash_password(new_password) : std::string();
    control.post([weak, caller, name = account.name, hash, done] {
      const auto self = weak.lock();
      if (!self) return;
      auto now = self->accounts_.find_account(name);
      if (hash.empty() || !now) {
        self->count_failure(name);
        return done(fail(ErrorCode::kInvalid, "旧密码不正确", "The old password is wrong"));
      }
      now->password_hash = hash;
      now->must_change_password = false;
      now->failures = 0;
      if (auto put = self->accounts_.put_account(*now); !put) return done(std::move(put));
      const auto kept = self->accounts_.find_session(caller.owner);
      if (auto dropped = self->accounts_.drop_sessions_of(now->id); !dropped)
        return done(std::move(dropped));
      if (kept)
        if (auto put = self->accounts_.put_session(*kept); !put) return done(std::move(put));
      done({});
    });
  });
}

void Sessions::sign_out(const Caller& caller) {
  control_thread().assert_here();
  if (caller.kind == Caller::Kind::kAccount) (void)accounts_.drop_session(caller.owner);
}

bool Sessions::still_open(const std::string& owner, bool in_use) {
  control_thread().assert_here();
  if (owner.rfind(kBearerOwner, 0) == 0) return true;
  auto session = accounts_.find_session(owner);
  if (!session) return false;
  if (!in_use || clock_.now() - session->last_seen < kTouchEvery) return true;
  session->last_seen = clock_.now();
  (void)accounts_.put_session(*session);
  return true;
}

std::optional<std::string> session_cookie_of(const HttpRequest& request) {
  return request.cookie_value(request.secure ? kSecureSessionCookie : kSessionCookie);
}

std::string session_cookie(const std::string& session, bool secure) {
  std::string value = std::string(secure ? kSecureSessionCookie : kSessionCookie) + "=" + session +
                      "; Path=/; HttpOnly; SameSite=Strict";
  if (secure) value += "; Secure";
  if (session.empty()) value += "; Max-Age=0";
  return value;
}

}  // namespace huiban::api
