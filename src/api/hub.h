#pragma once
// Live pages: one WebSocket per page, a snapshot, then merge patches numbered by the stored event
// (docs/protocol.md, docs/adr/0006). A patch is computed once per event and viewer class and shared
// by the pages of the class. Control thread; sends through WebServer.
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/http.h"
#include "api/live_state.h"
#include "api/lws_server.h"
#include "api/session.h"
#include "domain/service.h"

namespace huiban::api {

class Core;

class Hub {
 public:
  explicit Hub(Core& core) : core_(core) {}

  void opened(SocketId socket, const HttpRequest& head);
  void received(SocketId socket, const std::string& text);
  void closed(SocketId socket);
  void tick();           // once a second: held seats that ran out, pages that never signed in
  void shutdown();       // goodbye to every page
  void clock_changed();  // the test clock moved: everything may have changed
  void drop_session(const std::string& owner);  // signed out: its pages and media are closed
  void check_sessions();  // once a minute, and when sessions were ended: the same for what is gone

  void event_stored(const domain::StoredEvent& event);
  void slot_shown(MeetingId meeting, PeerId peer, const std::string& slot,
                  std::optional<VenueId> venue);
  void figures(MeetingId meeting, std::vector<domain::VenueFigures> venues);
  void layers_wanted(PeerId publisher, std::size_t count);

  std::size_t pages() const { return pages_.size(); }
  const std::map<MeetingId, std::vector<domain::VenueFigures>>& latest_figures() const {
    return figures_;
  }

 private:
  struct Page {
    SocketId socket = 0;
    MeetingId meeting;
    Caller caller;
    bool signed_in = false;
    bool display = false;
    ViewerClass viewer;
    std::optional<std::uint64_t> after;  // of the address, until signed in
    std::optional<PeerId> peer;
    int messages = 0;  // without those of "received" that come no faster than once a second
    std::optional<UtcTime> received_at;  // wall clock
    UtcTime opened_at;                   // wall clock
  };
  // The touched sections of recent events of a meeting, for pages that resume.
  struct Feed {
    bool loaded = false;
    std::deque<std::pair<std::uint64_t, Touch>> touches;
  };
  using Text = std::shared_ptr<const std::string>;

  void sign_in(Page& page, Result<Caller> caller);
  void start(Page& page);
  void resume(Page& page, std::uint64_t after);
  void bind_peer(Page& page, const std::string& id);
  void keep_received(const Page& page, const nlohmann::json& message);
  Feed& feed(const domain::Meeting& meeting);
  Text snapshot(LiveView& view, const domain::Meeting& meeting, const ViewerClass& viewer) const;
  // A delta, or advance when the class sees nothing of it.
  Text delta(LiveView& view, const domain::Meeting& meeting, const ViewerClass& viewer,
             const Touch& touch) const;
  void publish(const domain::Meeting& meeting, const Touch& touch);
  void check_holds();
  void send(SocketId socket, const nlohmann::json& message, std::string key = {}) const;
  void close(SocketId socket, std::uint16_t code, const std::string& reason) const;
  void send_slot(SocketId socket, const std::string& slot, std::optional<VenueId> venue) const;
  void send_layers(SocketId socket, std::size_t count) const;

  Core& core_;
  std::map<SocketId, Page> pages_;
  std::map<MeetingId, Feed> feeds_;
  std::map<MeetingId, std::vector<domain::VenueFigures>> figures_;
  std::map<MeetingId, std::set<VenueId>> reconnecting_;  // as last shown
  int ticks_ = 0;
};

}  // namespace huiban::api
