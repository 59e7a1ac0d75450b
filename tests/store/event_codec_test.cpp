// Every event as stored JSON and back; older, unknown and damaged bodies.
#include "store/event_codec.h"

#include <catch2/catch.hpp>
#include <set>

#include "store/json_fields.h"
#include "tests/store/every_event.h"

namespace huiban::test {

// Converts to whatever a field wants; never called, only asked about.
struct Anything {
  template <class T>
  operator T() const;
};

}  // namespace huiban::test

using namespace huiban;
using namespace huiban::store;
using nlohmann::json;
using test::Anything;

namespace {

// How many fields an aggregate has: the longest list that initialises it.
template <class T, class... Fields>
constexpr std::size_t fields_of() {
  if constexpr (requires { T{Fields{}..., Anything{}}; })
    return fields_of<T, Fields..., Anything>();
  else
    return sizeof...(Fields);
}

template <class T>
void check_all_fields_stored(const char* name) {
  INFO(name << ": a field of the domain is missing in store/json_fields.h");
  CHECK(json(T{}).size() == fields_of<T>());
}
#define CHECK_FIELDS(T) check_all_fields_stored<domain::T>(#T)

}  // namespace

TEST_CASE("every event is stored and read back with every field") {
  const auto events = test::every_event();
  std::set<std::size_t> kinds;
  for (const auto& event : events) {
    kinds.insert(event.index());
    const auto stored = encode(event);
    REQUIRE(stored.has_value());
    INFO(stored->type << " " << stored->body);
    CHECK(stored->version == 1);
    const auto read = decode(*stored);
    REQUIRE(read.has_value());
    CHECK(read->index() == event.index());
    CHECK(encode(*read)->body == stored->body);
  }
  CHECK(kinds.size() == std::variant_size_v<domain::EventPayload>);
}

TEST_CASE("no field of the domain is forgotten in stored JSON") {
  CHECK_FIELDS(PostClasses);
  CHECK_FIELDS(UnitKind);
  CHECK_FIELDS(Unit);
  CHECK_FIELDS(Person);
  CHECK_FIELDS(Post);
  CHECK_FIELDS(Committee);
  CHECK_FIELDS(Alias);
  CHECK_FIELDS(Tenure);
  CHECK_FIELDS(PostClass);
  CHECK_FIELDS(OrderList);
  CHECK_FIELDS(Device);
  CHECK_FIELDS(Room);
  CHECK_FIELDS(DirectoryPatch);
  CHECK_FIELDS(Directory);
  CHECK_FIELDS(MeetingTime);
  CHECK_FIELDS(Speaker);
  CHECK_FIELDS(AgendaItem);
  CHECK_FIELDS(AttendanceRule);
  CHECK_FIELDS(MeetingPlan);
  CHECK_FIELDS(Venue);
  CHECK_FIELDS(Seat);
  CHECK_FIELDS(Actor);
  CHECK_FIELDS(TaskSource);
  CHECK_FIELDS(TaskContent);
  for (const auto& event : test::every_event())
    std::visit(
        [](const auto& payload) {
          using T = std::decay_t<decltype(payload)>;
          CHECK(json(payload).size() == fields_of<T>());
        },
        event);
}

TEST_CASE("an older body is lifted step by step, its bytes stay as they are") {
  // A banner was once {"words"}, then {"line"}, now {"text"}.
  const Lift lifts[] = {
      {"banner_set", 1, [](json& b) { b["line"] = b.at("words"), b.erase("words"); }},
      {"banner_set", 2, [](json& b) { b["text"] = b.at("line"), b.erase("line"); }}};
  const auto text = [&](int version, const std::string& body) {
    return std::get<domain::BannerSet>(*decode({"banner_set", version, body}, lifts)).text;
  };
  CHECK(text(1, R"({"words":"一"})") == "一");
  CHECK(text(2, R"({"line":"二"})") == "二");
  CHECK(text(3, R"({"text":"三"})") == "三");
  CHECK(encode(domain::BannerSet{"四"}, lifts)->version == 3);
  CHECK(encode(domain::AllMuted{}, lifts)->version == 1);
  CHECK(!decode({"banner_set", 4, R"({"text":"五"})"}, lifts).has_value());
  CHECK(!decode({"banner_set", 1, R"({"text":"六"})"}, lifts).has_value());  // not of version 1
}

TEST_CASE("a field that was added later keeps its default in older bodies") {
  const auto revoked =
      decode({"floor_revoked", 1, R"({"venue":"0190a000-0000-7000-8000-000000000001"})"});
  REQUIRE(revoked.has_value());
  CHECK(std::get<domain::FloorRevoked>(*revoked).reason.empty());
}

TEST_CASE("an event that cannot be read is refused with a sentence") {
  const auto refused = [](const EncodedEvent& event, const char* says) {
    const auto read = decode(event);
    INFO(event.type << " " << event.body);
    REQUIRE(!read.has_value());
    CHECK(read.error().code == ErrorCode::kStorage);
    CHECK(read.error().en.find(says) != std::string::npos);
    CHECK(!read.error().zh.empty());
  };
  refused({"meeting_levitated", 1, "{}"}, "meeting_levitated");
  refused({"banner_set", 2, R"({"text":""})"}, "banner_set v2");
  refused({"banner_set", 0, R"({"text":""})"}, "banner_set v0");
  refused({"banner_set", 1, R"({"text":)"}, "cannot be read");
  refused({"banner_set", 1, R"(["text"])"}, "cannot be read");
  refused({"banner_set", 1, R"({"text":5})"}, "cannot be read");
  refused({"floor_granted", 1, R"({"venue":"not-an-id"})"}, "cannot be read");
}

TEST_CASE("an actor is read back with every field, a damaged one is refused") {
  const auto actor = test::secretary();
  const auto stored = encode_actor(actor);
  REQUIRE(stored.has_value());
  const auto read = decode_actor(*stored);
  REQUIRE(read.has_value());
  CHECK(read->role == actor.role);
  CHECK(read->venue == actor.venue);
  CHECK(read->label == actor.label);
  CHECK(encode_actor(*read) == *stored);
  CHECK(!decode_actor("{").has_value());
  CHECK(!decode_actor(R"({"label":5})").has_value());
}

TEST_CASE("a text that is not UTF-8 is not stored") {
  const auto stored = encode(domain::BannerSet{"\xff\xfe"});
  REQUIRE(!stored.has_value());
  CHECK(stored.error().code == ErrorCode::kMalformed);
  domain::Actor actor;
  actor.label = "\xc3";
  CHECK(encode_actor(actor).error().code == ErrorCode::kMalformed);
}
