#pragma once
// The bench's way over HTTP: signs in as secretary, convenes, makes tokens, joins with offers. Not
// thread-safe.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/server_process.h"
#include "tests/support/http_client.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

class Office {
 public:
  // Signs in with the first password. Throws what the server refuses, as all below.
  explicit Office(const ServerProcess& server);

  void use_demo_meeting();  // with its main venue on the stage
  void hold_meeting(
      int branches);  // a new one of the server's villages, running; the main venue on the stage
  void end_meeting();
  const std::string& meeting() const { return meeting_; }
  static constexpr const char* kPassword = "Huiban-bench-2026";
  const std::string& main_venue() const { return main_; }
  const std::vector<std::string>& branches() const { return branches_; }

  void set_stage(const std::string& main, const std::string& second = {});
  void grant_floor(const std::string& venue);
  void revoke_floor(const std::string& venue);

  // Each makes an offer of the client's lines and takes the answer; false: unusable.
  bool join_publisher(test::RtcClient& client, const std::string& venue);
  bool join_watcher(test::RtcClient& client);  // as somebody of the first branch venue
  bool join_venue(test::RtcClient& client, const std::string& page_token);
  bool join_console(test::RtcClient& client, const std::vector<std::string>& wall);

  // A media session: where it is and who may change it. Of the last join.
  struct Session {
    std::string path;
    test::Headers headers;
  };
  const Session& session() const { return session_; }
  void leave(const Session& session);
  // ICE restart: our new credentials go out, the server's new ones come back.
  std::string restart(const Session& session, const std::string& fragment);
  void set_wall(const Session& session, const std::vector<std::string>& wall);
  std::unique_ptr<test::WebSocketClient> open_page(const std::string& page_token);  // empty: our own

  // Venue to its join link's token; what the page of such a link gets for it.
  std::map<std::string, std::string> link_tokens();
  std::string page_token(const std::string& link_token);
  std::map<std::string, std::string> page_tokens();  // both, of all venues

 private:
  std::string path(const std::string& rest) const { return "/api/v1/meetings/" + meeting_ + rest; }
  std::string make_token(const std::string& venue);
  bool join(test::RtcClient& client, const std::string& as, const test::Headers& headers);
  void find_venues();

  test::HttpClient http_;
  std::uint16_t port_;
  std::string demo_meeting_, meeting_, main_, watcher_token_;
  std::vector<std::string> branches_;
  Session session_;
  int watchers_ = 0;  // made with this token
};

}  // namespace huiban::bench
