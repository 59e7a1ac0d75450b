// Accounts, sessions, secrets and the audit log in a real file.
#include <catch2/catch.hpp>

#include "tests/store/open_store.h"

using namespace huiban;
using namespace huiban::domain;
using test::kAt;

namespace {

struct Opened {
  test::TempDatabase files;
  std::unique_ptr<store::Store> store = test::open_store(files.path());
  AccountStore& accounts() { return store->accounts(); }
  void reopen() {
    store.reset();
    store = test::open_store(files.path());
  }
};

AccountRecord liaison(const char* name) {
  AccountRecord account;
  account.id = AccountId::make();
  account.name = name;
  account.label = "东溪村联络员";
  account.role = Role::kLiaison;
  account.unit = UnitId::make();
  account.password_hash = "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA";
  account.must_change_password = true;
  account.failures = 4;
  account.locked_until = kAt;
  return account;
}

}  // namespace

TEST_CASE("an account is kept with every field and found by name and id") {
  Opened db;
  const auto dongxi = liaison("dongxi");
  REQUIRE(db.accounts().put_account(dongxi));
  db.reopen();
  for (const auto& found :
       {db.accounts().find_account("dongxi"), db.accounts().find_account(dongxi.id)}) {
    REQUIRE(found.has_value());
    CHECK(found->id == dongxi.id);
    CHECK(found->name == dongxi.name);
    CHECK(found->label == dongxi.label);
    CHECK(found->role == dongxi.role);
    CHECK(found->unit == dongxi.unit);
    CHECK(found->password_hash == dongxi.password_hash);
    CHECK(found->must_change_password);
    CHECK(found->failures == 4);
    CHECK(found->locked_until == kAt);
  }
  CHECK(!db.accounts().find_account("Dongxi"));
  CHECK(!db.accounts().find_account("dongxi' OR '1'='1"));
  CHECK(!db.accounts().find_account(AccountId::make()));
}

TEST_CASE("an account is changed in place, empty fields stay empty") {
  Opened db;
  auto account = liaison("dongxi");
  REQUIRE(db.accounts().put_account(account));
  account.unit.reset();
  account.locked_until.reset();
  account.failures = 0;
  account.label = "";
  REQUIRE(db.accounts().put_account(account));
  const auto all = db.accounts().all_accounts();
  REQUIRE(all->size() == 1);
  CHECK(!all->front().unit);
  CHECK(!all->front().locked_until);
  CHECK(all->front().label.empty());
}

TEST_CASE("a name belongs to one account") {
  Opened db;
  REQUIRE(db.accounts().put_account(liaison("dongxi")));
  const auto refused = db.accounts().put_account(liaison("dongxi"));
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code == ErrorCode::kConflict);
  CHECK(db.accounts().all_accounts()->size() == 1);
}

TEST_CASE("sessions are kept, touched and dropped") {
  Opened db;
  const auto one = liaison("dongxi"), two = liaison("xiqiao");
  REQUIRE(db.accounts().put_account(one));
  REQUIRE(db.accounts().put_account(two));
  for (const char* token : {"a1", "a2"})
    REQUIRE(db.accounts().put_session({token, one.id, kAt, kAt}));
  REQUIRE(db.accounts().put_session({"b", two.id, kAt, kAt}));
  REQUIRE(db.accounts().put_session({"a1", one.id, kAt, kAt + Milliseconds{7}}));
  db.reopen();
  const auto found = db.accounts().find_session("a1");
  REQUIRE(found.has_value());
  CHECK(found->account == one.id);
  CHECK(found->created == kAt);
  CHECK(found->last_seen == kAt + Milliseconds{7});
  CHECK(!db.accounts().find_session("A1"));

  REQUIRE(db.accounts().drop_session("a1"));
  CHECK(!db.accounts().find_session("a1"));
  CHECK(db.accounts().find_session("a2").has_value());
  REQUIRE(db.accounts().drop_sessions_of(one.id));
  CHECK(!db.accounts().find_session("a2"));
  CHECK(db.accounts().find_session("b").has_value());
  CHECK(db.accounts().drop_session("never there").has_value());
}

TEST_CASE("a session that nobody came back to is forgotten") {
  Opened db;
  const auto account = liaison("dongxi");
  REQUIRE(db.accounts().put_account(account));
  REQUIRE(db.accounts().put_session({"old", account.id, kAt, kAt}));
  REQUIRE(db.accounts().put_session({"used", account.id, kAt, kAt + std::chrono::hours{1}}));
  const auto later = kAt + std::chrono::hours{24} + Milliseconds{1};
  REQUIRE(db.accounts().put_session({"new", account.id, later, later}));
  CHECK(!db.accounts().find_session("old"));
  CHECK(db.accounts().find_session("used").has_value());
  CHECK(db.accounts().find_session("new").has_value());
}

TEST_CASE("a session of no account is refused") {
  Opened db;
  const auto refused = db.accounts().put_session({"x", AccountId::make(), kAt, kAt});
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code == ErrorCode::kConflict);
  CHECK(!db.accounts().find_session("x"));
}

TEST_CASE("a secret is made once, kept, and each has its own") {
  Opened db;
  const auto links = db.accounts().secret("join_links");
  const auto other = db.accounts().secret("other");
  REQUIRE(links.has_value());
  CHECK(links->size() == 32);
  CHECK(*links != *other);
  CHECK(*links != std::string(32, '\0'));
  CHECK(*db.accounts().secret("join_links") == *links);
  db.reopen();
  CHECK(*db.accounts().secret("join_links") == *links);
  Opened another;
  CHECK(*another.accounts().secret("join_links") != *links);
}

TEST_CASE("the audit log gives the newest first and keeps its order") {
  Opened db;
  for (int i = 1; i <= 5; ++i)
    REQUIRE(db.store->audit().record(
        {kAt + Milliseconds{i}, "mishu", "sign_in", "第" + std::to_string(i), "ok"}));
  db.reopen();
  const auto latest = db.store->audit().latest(2);
  REQUIRE(latest->size() == 2);
  CHECK(latest->at(0).object == "第5");
  CHECK(latest->at(1).object == "第4");
  CHECK(latest->at(0).at == kAt + Milliseconds{5});
  CHECK(db.store->audit().latest(100)->size() == 5);
  CHECK(db.store->verify_chain()->intact);
}

TEST_CASE("a changed or missing audit entry is found") {
  Opened db;
  for (int i = 1; i <= 3; ++i)
    REQUIRE(db.store->audit().record({kAt, "mishu", "export", std::to_string(i), "ok"}));
  using Case = std::pair<const char*, const char*>;
  const auto [change, where] =
      GENERATE(Case{"UPDATE audit SET result = 'no' WHERE id = 2", "audit #2"},
               Case{"UPDATE audit SET actor = 'admin' WHERE id = 3", "audit #3"},
               Case{"DELETE FROM audit WHERE id = 2", "audit #3"});
  INFO(change);
  test::raw_sql(db.files.path(), std::string("DROP TRIGGER audit_is_kept;"
                                             "DROP TRIGGER audit_is_not_rewritten;") +
                                     change);
  const auto report = db.store->verify_chain();
  CHECK(!report->intact);
  CHECK(report->first_fault == where);
}
