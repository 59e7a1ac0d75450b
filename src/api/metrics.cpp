#include "api/metrics.h"

#include <cstdio>

#include "api/core.h"
#include "api/hub.h"
#include "api/lws_server.h"

namespace huiban::api {
namespace {

class Page {
 public:
  void head(const char* name, const char* type, const char* help) {
    text_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void value(const std::string& name, double number) {
    char line[64];
    std::snprintf(line, sizeof line, " %.15g\n", number);
    text_ += name + line;
  }
  void single(const char* name, const char* type, const char* help, double number) {
    head(name, type, help);
    value(name, number);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

HttpResponse readiness(Core& core) {
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  const auto accounts = core.parts.accounts.all_accounts();
  response.status = accounts ? 200 : 503;
  response.body = accounts ? "ready\n" : "store: " + accounts.error().en + "\n";
  return response;
}

HttpResponse metrics(Core& core, const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  if (request.remote != "127.0.0.1" && request.remote != "::1") {
    response.status = 404;
    response.body = "not found\n";
    return response;
  }
  Page page;
  const auto& web = core.web->figures();
  page.head("huiban_http_responses_total", "counter", "Answers of the API by status.");
  for (const auto& [status, count] : core.figures.answers)
    page.value("huiban_http_responses_total{status=\"" + std::to_string(status) + "\"}",
               double(count));
  page.single("huiban_http_requests_total", "counter", "Requests, static files included.",
              double(web.requests));
  page.single("huiban_connections", "gauge", "Open TCP connections of the web server.",
              double(web.connections));
  page.single("huiban_connections_refused_total", "counter", "Connections over a limit.",
              double(web.refused_connections));
  page.single("huiban_ws_clients", "gauge", "Open live pages.", double(web.sockets));
  page.single("huiban_ws_messages_total", "counter", "Messages sent to live pages.",
              double(web.messages_sent));
  page.single("huiban_ws_slow_closed_total", "counter",
              "Live pages closed because they did not read.", double(web.slow_sockets_closed));
  page.single("huiban_events_stored_total", "counter", "Facts stored since the start.",
              double(core.figures.events_stored));
  page.single("huiban_sign_ins_total", "counter", "Sign-ins.", double(core.figures.sign_ins));
  page.single("huiban_sign_in_failures_total", "counter", "Failed sign-ins.",
              double(core.figures.sign_in_failures));
  page.single("huiban_refusals_total", "counter", "Requests refused for lack of rights.",
              double(core.figures.refusals));
  page.single("huiban_media_peers", "gauge", "Media sessions made over the API.",
              double(core.peers.size()));
  page.single("huiban_control_seconds_total", "counter",
              "Time spent in handlers on the control thread.",
              std::chrono::duration<double>(core.figures.control_time).count());
  page.head("huiban_venue_kbps", "gauge", "Bit rate of a venue, last second.");
  for (const auto& [meeting, venues] : core.hub->latest_figures())
    for (const auto& v : venues) {
      const auto labels =
          "{meeting=\"" + meeting.str() + "\",venue=\"" + v.venue.str() + "\",direction=\"";
      page.value("huiban_venue_kbps" + labels + "up\"}", v.up_kbps);
      page.value("huiban_venue_kbps" + labels + "down\"}", v.down_kbps);
    }
  page.head("huiban_venue_loss_ratio", "gauge", "Packet loss of a venue, last second, 0 to 1.");
  for (const auto& [meeting, venues] : core.hub->latest_figures())
    for (const auto& v : venues) {
      const auto labels =
          "{meeting=\"" + meeting.str() + "\",venue=\"" + v.venue.str() + "\",direction=\"";
      page.value("huiban_venue_loss_ratio" + labels + "up\"}", v.loss_up);
      page.value("huiban_venue_loss_ratio" + labels + "down\"}", v.loss_down);
    }
  response.body = page.take();
  return response;
}

}  // namespace huiban::api
