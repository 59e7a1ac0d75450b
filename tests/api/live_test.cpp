// Live pages: what a page has after snapshot and patches is what a new page would be told, for
// every viewer class.
#include <catch2/catch.hpp>

#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

namespace {

// One page that follows the protocol as a browser does.
class Page {
 public:
  Page(const ApiWorld& world, const std::string& meeting, const std::string& more,
       const Headers& headers, const std::string& token = {})
      : socket(world.port(), "/api/v1/live?meeting=" + meeting + more, headers) {
    if (!token.empty()) socket.send_text(json{{"t", "auth"}, {"token", token}}.dump());
  }

  json next(std::chrono::milliseconds deadline = kDeadline) {
    const auto text = socket.receive(deadline);
    if (!text) return nullptr;
    const auto message = json::parse(*text);
    if (message["t"] == "snapshot") state = message["state"];
    if (message["t"] == "delta") state.merge_patch(message["patch"]);
    if (message.contains("seq")) {
      CHECK(message["seq"].get<std::uint64_t>() >= seq);
      seq = message["seq"];
    }
    return message;
  }
  // Reads until the number is reached; fails at the deadline.
  void reach(std::uint64_t wanted) {
    while (seq < wanted)
      if (next().is_null()) FAIL("the page did not reach " << wanted << ", it is at " << seq);
  }

  WebSocketClient socket;
  json state;
  std::uint64_t seq = 0;
};

Headers cookie(ApiWorld& world, Role role) {
  return {{"Cookie", "huiban_session=" + world.session_cookie(role)}};
}

bool has_null(const json& value) {
  if (value.is_null()) return true;
  if (!value.is_structured()) return false;
  for (const auto& one : value)
    if (has_null(one)) return true;
  return false;
}

}  // namespace

TEST_CASE("snapshot and patches add up to the state a new page gets") {
  ApiWorld world;
  const auto meeting = world.convened_meeting();
  const auto base = "/api/v1/meetings/" + meeting;
  const auto dongxi = world.venue(meeting, "东溪村"), xixi = world.venue(meeting, "西溪村");
  const auto token = world.page_token(meeting, "东溪村");
  const std::string item = world.meeting(meeting)["plan"]["agenda"][1]["id"];
  const auto seats = world.seats_at(meeting, "东溪村"),
             other_seats = world.seats_at(meeting, "西溪村");
  const auto secretary = world.as(Role::kSecretary);

  struct Viewer {
    std::string more;
    Headers headers;
    std::string token;
    std::unique_ptr<Page> page;
  };
  std::vector<Viewer> viewers;
  viewers.push_back({"", cookie(world, Role::kSecretary), "", nullptr});
  viewers.push_back({"", cookie(world, Role::kLeader), "", nullptr});
  viewers.push_back({"", cookie(world, Role::kObserver), "", nullptr});
  viewers.push_back({"&as=display", cookie(world, Role::kSecretary), "", nullptr});
  viewers.push_back({"&auth=token", cookie(world, Role::kSecretary), token, nullptr});
  for (auto& viewer : viewers) {
    viewer.page = std::make_unique<Page>(world, meeting, viewer.more, viewer.headers, viewer.token);
    REQUIRE(viewer.page->next()["t"] == "snapshot");
  }
  REQUIRE(viewers[0].page->state["seats"].size() == 7);
  REQUIRE(viewers[1].page->state["seats"].size() == 7);
  REQUIRE_FALSE(viewers[2].page->state.contains("seats"));
  REQUIRE_FALSE(viewers[3].page->state.contains("seats"));
  REQUIRE(viewers[4].page->state["seats"].size() == 2);

  const auto check_all = [&](const std::string& step) {
    const std::uint64_t seq = world.meeting(meeting)["seq"];
    for (auto& viewer : viewers) {
      INFO(step << " " << viewer.more << " at " << seq);
      viewer.page->reach(seq);
      Page fresh(world, meeting, viewer.more, viewer.headers, viewer.token);
      REQUIRE(fresh.next()["t"] == "snapshot");
      CHECK(viewer.page->state == fresh.state);
      CHECK_FALSE(has_null(fresh.state));
    }
  };
  const auto command = [&](const char* method, const std::string& path,
                           const json& body = nullptr) {
    const auto answer = secretary.command(method, base + path, body.is_null() ? "" : body.dump());
    INFO(path << ": " << answer.body);
    REQUIRE(answer.status == 200);
    check_all(path);
  };
  const auto media = [&](auto fact) {
    world.on_control([&] { fact(static_cast<domain::MediaFacts&>(world.service())); });
    check_all("media");
  };
  const auto m = *MeetingId::parse(meeting);
  const auto v = *VenueId::parse(dongxi);
  const auto peer = PeerId::make();
  media([&](auto& facts) { facts.venue_joined(m, v, peer); });
  command("POST", "/sign-ins", {{"seats", {seats[0]}}, {"reason", "电话报到"}});
  command("POST", "/start");
  command("POST", "/sign-ins", {{"seats", seats}, {"reason", "电话报到"}});
  command("POST", "/sign-ins", {{"seats", other_seats}, {"reason", "电话报到"}});
  command("PUT", "/stage", {{"main", dongxi}, {"second", xixi}});
  command("PUT", "/stage", {{"main", nullptr}});
  REQUIRE_FALSE(viewers[0].page->state["stage"].contains("main"));
  command("POST", "/venues/" + dongxi + "/rung", {{"rung", "180p"}});
  REQUIRE(viewers[1].page->state["venues"][dongxi]["pinned_rung"] == "180p");
  command("POST", "/venues/" + dongxi + "/rung", {{"rung", nullptr}});
  REQUIRE_FALSE(viewers[1].page->state["venues"][dongxi].contains("pinned_rung"));
  command("POST", "/floor/grant", {{"venue", dongxi}});
  command("POST", "/floor/revoke", {{"venue", dongxi}});
  command("POST", "/agenda/next");
  REQUIRE(viewers[0].page->state["agenda"].contains("undo_until"));
  command("POST", "/agenda/undo");
  REQUIRE_FALSE(viewers[0].page->state["agenda"].contains("current"));
  command("POST", "/agenda/next");
  command("POST", "/agenda/next");
  command("PUT", "/agenda/" + item + "/note", {{"text", "要点"}, {"base_version", 0}});
  REQUIRE(viewers[0].page->state["agenda"]["items"][item]["note"]["text"] == "要点");
  for (std::size_t i = 1; i < viewers.size(); ++i)
    REQUIRE_FALSE(viewers[i].page->state["agenda"]["items"][item].contains("note"));
  command("PUT", "/banner", {{"text", "热烈欢迎"}});
  REQUIRE(world.bearer(token)
              .command("POST", base + "/floor/request", json{{"venue", dongxi}}.dump())
              .status == 200);
  check_all("request");
  media([&](auto& facts) { facts.venue_lost(m, v, peer, world.clock().now()); });
  REQUIRE(viewers[3].page->state["venues"][dongxi]["presence"] == "reconnecting");
  media([&](auto& facts) { facts.venue_back(m, v, peer); });
  command("POST", "/sign-ins/take-back", {{"seats", {seats[1]}}, {"reason", "误点"}});
  command("POST", "/floor/mute-all");
  command("POST", "/end");
  REQUIRE(viewers[3].page->state["meeting"]["state"] == "ended");
  REQUIRE(viewers[4].page->next()["reason"] == "ended");
}

TEST_CASE("a note is only a number to pages that may not see it") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  Page leader(world, meeting, "", cookie(world, Role::kLeader));
  REQUIRE(leader.next()["t"] == "snapshot");
  const std::string item = world.meeting(meeting)["plan"]["agenda"][0]["id"];
  const auto before = leader.seq;
  REQUIRE(world.as(Role::kSecretary)
              .command("PUT", "/api/v1/meetings/" + meeting + "/agenda/" + item + "/note",
                       json{{"text", "秘密"}, {"base_version", 0}}.dump())
              .status == 200);
  const auto message = leader.next();
  REQUIRE(message["t"] == "advance");
  REQUIRE(message["seq"] == before + 1);
  REQUIRE(message.dump().find("秘密") == std::string::npos);
}

TEST_CASE("a page resumes from its last number, also over a restart of the server") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto base = "/api/v1/meetings/" + meeting;
  const auto dongxi = world.venue(meeting, "东溪村");
  auto page = std::make_unique<Page>(world, meeting, "", cookie(world, Role::kSecretary));
  REQUIRE(page->next()["t"] == "snapshot");
  const auto left_at = page->seq;
  json state = page->state;
  page.reset();
  auto secretary = world.as(Role::kSecretary);
  REQUIRE(secretary.command("POST", base + "/floor/grant", json{{"venue", dongxi}}.dump()).status ==
          200);
  REQUIRE(secretary.command("PUT", base + "/stage", json{{"main", dongxi}}.dump()).status == 200);
  REQUIRE(secretary.command("PUT", base + "/banner", json{{"text", "欢迎"}}.dump()).status == 200);

  const auto resumed = [&](std::uint64_t after) {
    auto again = std::make_unique<Page>(world, meeting, "&after=" + std::to_string(after),
                                        cookie(world, Role::kSecretary));
    again->state = state;
    const auto message = again->next();
    REQUIRE(message["t"] == "delta");
    REQUIRE(message["seq"] == world.meeting(meeting)["seq"]);
    REQUIRE_FALSE(message["patch"].contains("seats"));  // nothing of them changed
    Page fresh(world, meeting, "", cookie(world, Role::kSecretary));
    REQUIRE(fresh.next()["t"] == "snapshot");
    REQUIRE(again->state == fresh.state);
  };
  resumed(left_at);
  world.restart();
  resumed(left_at);

  Page ahead(world, meeting, "&after=100000", cookie(world, Role::kSecretary));
  REQUIRE(ahead.next()["t"] == "snapshot");  // a number the server does not have: a restored backup
  Page odd(world, meeting, "&after=minus", cookie(world, Role::kSecretary));
  REQUIRE(odd.next()["t"] == "snapshot");
  odd.socket.send_text(json{{"t", "resume"}, {"after", left_at}}.dump());
  REQUIRE(odd.next()["t"] == "delta");
}

TEST_CASE("who may open a live page") {
  ApiWorld world;
  const auto meeting = world.running_meeting(), other = world.running_meeting();
  const auto token = world.page_token(meeting, "东溪村");
  const auto code = [&](const std::string& query, const Headers& headers,
                        const std::string& first = {}) {
    WebSocketClient socket(world.port(), "/api/v1/live" + query, headers);
    if (!first.empty()) socket.send_text(first);
    const auto message = socket.receive(std::chrono::milliseconds{3000});
    if (message) return 0;
    return socket.wait_closed().value_or(-1);
  };
  const auto auth = [](const std::string& text) {
    return json{{"t", "auth"}, {"token", text}}.dump();
  };
  REQUIRE(code("?meeting=" + meeting, cookie(world, Role::kSecretary)) == 0);
  REQUIRE(code("?meeting=" + meeting, {}, auth(token)) == 0);
  REQUIRE(code("?meeting=" + meeting, cookie(world, Role::kLiaison)) == 4403);
  REQUIRE(code("?meeting=" + meeting, cookie(world, Role::kAuditor)) == 4403);
  REQUIRE(code("?meeting=" + meeting, {{"Cookie", "huiban_session=old"}}) == 4401);
  REQUIRE(code("?meeting=" + meeting, {}, auth("nonsense")) == 4401);
  REQUIRE(code("?meeting=" + meeting, {}, R"({"t":"peer","id":"x"})") == 4401);
  REQUIRE(code("?meeting=" + other + "&auth=token", {}, auth(token)) == 4403);
  REQUIRE(code("?meeting=" + uuid_to_string(make_uuid_v7()), cookie(world, Role::kSecretary)) ==
          4404);
  REQUIRE(code("", cookie(world, Role::kSecretary)) == 4400);
  // A venue's window in the secretary's browser: the token counts, whether or not the address says
  // so.
  Page venue(world, meeting, "&auth=token", cookie(world, Role::kSecretary), token);
  REQUIRE(venue.next()["state"]["seats"].size() == 2);
  Page both(world, meeting, "", cookie(world, Role::kSecretary), token);
  REQUIRE(both.next()["state"]["seats"].size() == 7);
  REQUIRE(both.next()["state"]["seats"].size() == 2);

  const Headers foreign{{"Origin", "https://evil.example"}, cookie(world, Role::kSecretary)[0]};
  REQUIRE_THROWS(WebSocketClient(world.port(), "/api/v1/live?meeting=" + meeting, foreign));
  REQUIRE_THROWS(WebSocketClient(world.port(), "/api/v1/other?meeting=" + meeting, {}));
  const Headers own{{"Origin", "http://localhost"}, cookie(world, Role::kSecretary)[0]};
  REQUIRE_NOTHROW(WebSocketClient(world.port(), "/api/v1/live?meeting=" + meeting, own));
}

TEST_CASE("messages that are none close the page") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto code = [&](auto send) {
    Page page(world, meeting, "", cookie(world, Role::kSecretary));
    REQUIRE(page.next()["t"] == "snapshot");
    send(page.socket);
    return page.socket.wait_closed().value_or(-1);
  };
  REQUIRE(code([](auto& s) { s.send_text("not json"); }) == 4400);
  REQUIRE(code([](auto& s) { s.send_text(R"({"t":"shutdown"})"); }) == 4400);
  REQUIRE(code([](auto& s) { s.send_text(R"({"t":"resume","after":-1})"); }) == 4400);
  REQUIRE(code([](auto& s) { s.send_text("\xff\xfe"); }) == 1007);
  REQUIRE(code([](auto& s) { s.send_frame(2, "binary"); }) == 1003);
  REQUIRE(code([](auto& s) {
            // Just over the cap, so that all is sent before the server hangs up.
            for (int i = 0; i < 4; ++i)
              s.send_frame(i == 0 ? 1 : 0, std::string(60000, 'x'), false);
            s.send_frame(0, std::string(23000, 'x'), false);
          }) == 1009);
  // Split between frames, a character split too: still one message.
  Page page(world, meeting, "", cookie(world, Role::kSecretary));
  REQUIRE(page.next()["t"] == "snapshot");
  page.socket.send_frame(1, "{\"t\":\"resume\",\"x\":\"\xe4\xbc", false);
  page.socket.send_frame(0, "\x9a\",\"after\":1}");
  REQUIRE_FALSE(page.next().is_null());
}

TEST_CASE("slots, figures and a takeover reach the page of the peer") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto token = world.page_token(meeting, "东溪村");
  const auto m = *MeetingId::parse(meeting);
  const auto v = *VenueId::parse(world.venue(meeting, "东溪村"));
  const auto opened = world.bearer(token).request("POST", "/api/v1/meetings/" + meeting + "/media",
                                                  "v=0\r\n", {{"Content-Type", "application/sdp"}});
  REQUIRE(opened.status == 201);
  const auto location = opened.headers.at("location");
  const auto id = location.substr(location.rfind('/') + 1);
  const auto peer = *PeerId::parse(id);
  const auto facts = [&](auto f) {
    world.on_control([&] { f(static_cast<domain::MediaFacts&>(world.service())); });
  };
  facts([&](auto& s) { s.slot_shown(m, peer, "stage_main", v); });

  Page page(world, meeting, "&auth=token", {}, token);
  REQUIRE(page.next()["t"] == "snapshot");
  page.socket.send_text(json{{"t", "peer"}, {"id", id}}.dump());
  const auto first = page.next();  // what was shown before the page told its peer
  REQUIRE(first["t"] == "slot");
  REQUIRE(first["slot"] == "stage_main");
  REQUIRE(first["venue"] == v.str());
  facts([&](auto& s) { s.slot_shown(m, peer, "stage_main", std::nullopt); });
  REQUIRE(page.next()["venue"].is_null());

  Page stranger(world, meeting, "", cookie(world, Role::kSecretary));
  REQUIRE(stranger.next()["t"] == "snapshot");
  stranger.socket.send_text(json{{"t", "peer"}, {"id", id}}.dump());  // not its own: no slots come
  // How much of its camera to send: at once, and again to a page that comes back.
  facts([&](auto& s) { s.layers_wanted(m, peer, 2); });
  REQUIRE(page.next() == json{{"t", "layers"}, {"count", 2}});
  page.socket.send_text(json{{"t", "peer"}, {"id", id}}.dump());
  json repeated;
  do repeated = page.next();
  while (!repeated.is_null() && repeated["t"] == "slot");
  REQUIRE(repeated == json{{"t", "layers"}, {"count", 2}});
  page.socket.send_text(
      json{{"t", "received"}, {"freezes", 3}, {"frozen_ms", 1200}, {"concealed", 0.25}}.dump());
  page.socket.send_text(json{{"t", "peer"}, {"id", id}}.dump());  // its answer: that was read
  do repeated = page.next();
  while (!repeated.is_null() && repeated["t"] != "layers");

  domain::VenueFigures figures;
  figures.venue = v;
  figures.up_kbps = 412;
  figures.rung = domain::Rung::k360p;
  figures.pinned = true;
  figures.estimate_kbps = 900;
  figures.sending_layers = 2;
  figures.since_keyframe = Milliseconds{300};
  facts([&](auto& s) { s.figures(m, {figures, domain::VenueFigures{VenueId::make()}}); });
  const auto own = page.next();
  REQUIRE(own["t"] == "figures");
  REQUIRE(own["figures"].size() == 1);
  const auto line = own["figures"][0];
  CHECK(line["rung"] == "360p");
  CHECK(line["pinned"] == true);
  CHECK(line["estimate_kbps"] == 900);
  CHECK(line["sending_layers"] == 2);
  CHECK(line["since_keyframe_ms"] == 300);
  CHECK(line["freezes"] == 3);
  CHECK(line["frozen_ms"] == 1200);
  CHECK(line["concealed"] == 0.25);
  const auto all = stranger.next();
  REQUIRE(all["t"] == "figures");
  REQUIRE(all["figures"].size() == 2);
  REQUIRE(all["figures"][0]["up_kbps"] == 412);
  CHECK(all["figures"][1]["rung"] == "720p");
  CHECK_FALSE(all["figures"][1].contains("freezes"));
  CHECK_FALSE(all["figures"][1].contains("since_keyframe_ms"));
  const auto metrics = world.nobody().get("/metrics").body;
  for (const auto* text : {"huiban_venue_rung{", "huiban_venue_estimate_kbps{",
                           "huiban_venue_frozen_seconds_total{", "name=\"东溪村\"} 1.2\n"})
    CHECK(metrics.find(text) != std::string::npos);
  // When the last line is gone its figures are too, once.
  facts([&](auto& s) { s.figures(m, {}); });
  facts([&](auto& s) { s.figures(m, {}); });
  REQUIRE(stranger.next()["figures"].empty());
  CHECK(world.nobody().get("/metrics").body.find("huiban_venue_rung{") == std::string::npos);

  facts([&](auto& s) { s.venue_joined(m, v, peer); });
  facts([&](auto& s) { s.venue_taken_over(m, v, peer, PeerId::make()); });
  json message;
  do message = page.next();
  while (!message.is_null() && message["t"] != "goodbye");
  REQUIRE(message["reason"] == "taken_over");
}

TEST_CASE("a media session that closed is forgotten") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto client = world.bearer(world.page_token(meeting, "东溪村"));
  const auto opened = client.request("POST", "/api/v1/meetings/" + meeting + "/media", "v=0\r\n",
                                     {{"Content-Type", "application/sdp"}});
  REQUIRE(opened.status == 201);
  const auto location = opened.headers.at("location");
  const auto peer = *PeerId::parse(location.substr(location.rfind('/') + 1));
  const auto sessions = [&] {
    const auto text = world.nobody().get("/metrics").body;
    return text.substr(text.find("\nhuiban_media_peers ") + 20, 1);
  };
  CHECK(sessions() == "1");
  world.on_control([&] {
    static_cast<domain::MediaFacts&>(world.service()).peer_closed(*MeetingId::parse(meeting), peer);
  });
  CHECK(sessions() == "0");
  CHECK(client.request("DELETE", location).status == 404);
}

TEST_CASE("what a page says that it received is checked") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto code = [&](const std::string& text, int times = 1) {
    Page page(world, meeting, "", cookie(world, Role::kSecretary));
    REQUIRE(page.next()["t"] == "snapshot");
    for (int i = 0; i < times; ++i) page.socket.send_text(text);
    if (const auto message = page.socket.receive(std::chrono::milliseconds{500})) return 0;
    return page.socket.wait_closed(std::chrono::milliseconds{500}).value_or(0);
  };
  const json good{{"t", "received"}, {"freezes", 3}, {"frozen_ms", 1200}, {"concealed", 0.25}};
  CHECK(code(good.dump()) == 0);
  for (const auto& [field, value] :
       std::vector<std::pair<std::string, json>>{{"freezes", -1},
                                                 {"freezes", 1.5},
                                                 {"freezes", "3"},
                                                 {"freezes", nullptr},
                                                 {"frozen_ms", 2000000000},
                                                 {"concealed", 1.01},
                                                 {"concealed", -0.1},
                                                 {"concealed", {}}}) {
    INFO(field << " " << value.dump());
    json bad = good;
    bad[field] = value;
    CHECK(code(bad.dump()) == 4400);
    bad.erase(field);
    CHECK(code(bad.dump()) == 4400);
  }
  CHECK(code(good.dump(), 250) == 1008);  // far more often than once a second
}

TEST_CASE("a held seat that runs out turns from reconnecting to offline without an event") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto m = *MeetingId::parse(meeting);
  const auto dongxi = world.venue(meeting, "东溪村");
  Page page(world, meeting, "", cookie(world, Role::kSecretary));
  REQUIRE(page.next()["t"] == "snapshot");
  const auto peer = PeerId::make();
  world.on_control([&] {
    world.service().venue_joined(m, *VenueId::parse(dongxi), peer);
    world.service().venue_lost(m, *VenueId::parse(dongxi), peer, world.clock().now());
  });
  while (page.state["venues"][dongxi]["presence"] != "reconnecting")
    REQUIRE_FALSE(page.next().is_null());
  const auto seq = page.seq;
  std::this_thread::yield();
  // Seen by the hub at least once before the time is over.
  REQUIRE(world.as(Role::kSecretary).get("/api/v1/session").status == 200);
  const auto until = std::chrono::steady_clock::now() + kDeadline;
  while (page.state["venues"][dongxi]["presence"] != "offline" &&
         std::chrono::steady_clock::now() < until) {
    world.on_control([&] { world.clock().step(std::chrono::minutes{3}); });
    (void)page.next(std::chrono::milliseconds{1100});
  }
  REQUIRE(page.state["venues"][dongxi]["presence"] == "offline");
  REQUIRE(page.seq == seq);
}

TEST_CASE("signing out closes the session's pages; the end of the server is said") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto headers = cookie(world, Role::kSecretary);
  Page page(world, meeting, "", headers), other(world, meeting, "", cookie(world, Role::kLeader));
  REQUIRE(page.next()["t"] == "snapshot");
  REQUIRE(other.next()["t"] == "snapshot");
  HttpClient client(world.port());
  client.headers = headers;
  REQUIRE(client.request("DELETE", "/api/v1/session").status == 204);
  REQUIRE(page.socket.wait_closed() == 4401);
  world.restart();
  REQUIRE(other.next()["reason"] == "shutdown");
  REQUIRE(other.socket.wait_closed() == 1001);
}

TEST_CASE("a new first password ends the account's pages and its sound and picture at once") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto headers = cookie(world, Role::kSecretary);
  Page page(world, meeting, "", headers);
  REQUIRE(page.next()["t"] == "snapshot");
  HttpClient client(world.port());
  client.headers = headers;
  const auto opened = client.request("POST", "/api/v1/meetings/" + meeting + "/media?as=console",
                                     "v=0\r\n", {{"Content-Type", "application/sdp"}});
  REQUIRE(opened.status == 201);
  const auto administrator = world.as(Role::kAdministrator);
  std::string account;
  for (const auto& one : json::parse(administrator.get("/api/v1/accounts").body))
    if (one["name"] == world.account_name(Role::kSecretary)) account = one["id"];
  REQUIRE(administrator.command("POST", "/api/v1/accounts/" + account + "/reset", "").status ==
          200);
  REQUIRE(page.socket.wait_closed() == 4401);
  const auto location = opened.headers.at("location");
  REQUIRE(world.on_control([&] { return world.media().left; }) ==
          std::vector{*PeerId::parse(location.substr(location.rfind('/') + 1))});
}

// Not part of the usual run: api_tests "[measure]".
TEST_CASE("how long a sign-in takes to reach 100 venues", "[.][measure]") {
  WorldOptions options;
  options.villages = 100;
  ApiWorld world(options);
  const auto meeting = world.running_meeting();
  const auto links =
      json::parse(world.as(Role::kSecretary).get("/api/v1/meetings/" + meeting + "/links").body);
  std::vector<std::unique_ptr<Page>> pages;
  pages.push_back(std::make_unique<Page>(world, meeting, "", cookie(world, Role::kSecretary)));
  const auto opening = std::chrono::steady_clock::now();
  for (const auto& link : links) {
    const std::string url = link["url"];
    const auto joined = world.nobody().command(
        "POST", "/api/v1/join", json{{"token", url.substr(url.rfind('/') + 1)}}.dump());
    pages.push_back(std::make_unique<Page>(world, meeting, "&auth=token", Headers{},
                                           json::parse(joined.body)["token"]));
  }
  for (auto& page : pages) REQUIRE(page->next()["t"] == "snapshot");
  const auto opened = std::chrono::steady_clock::now();
  const auto secretary = world.as(Role::kSecretary);
  std::vector<double> milliseconds;
  const auto seats = world.meeting(meeting);
  for (int i = 0; i < 50; ++i) {
    const std::string venue = seats["venues"][1 + std::size_t(i)]["name"];
    const auto one = world.seats_at(meeting, venue);
    const auto before = std::chrono::steady_clock::now();
    REQUIRE(secretary
                .command("POST", "/api/v1/meetings/" + meeting + "/sign-ins",
                         json{{"seats", one}, {"reason", "电话"}}.dump())
                .status == 200);
    const auto seq = pages[0]->seq + 1;
    for (auto& page : pages) page->reach(seq);
    milliseconds.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before)
            .count());
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  WARN(pages.size() << " pages opened in "
                    << std::chrono::duration<double>(opened - opening).count()
                    << " s; a sign-in reached all of them in " << milliseconds[25]
                    << " ms (median), " << milliseconds[49] << " ms (most)");
}
