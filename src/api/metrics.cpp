#include "api/metrics.h"

#include <cstdio>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

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

// A label's value: backslash, quote and line feed are escaped in the text format.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

using Figure = std::function<std::optional<double>(const domain::VenueFigures&)>;

// One family of figures: a line per venue that has it.
void venue_family(Page& page, Core& core, const char* name, const char* type, const char* help,
                  const std::vector<std::pair<const char*, Figure>>& by_label) {
  page.head(name, type, help);
  for (const auto& [id, venues] : core.hub->latest_figures()) {
    const auto* meeting = core.service().find_meeting(id);
    for (const auto& one : venues) {
      const auto* venue = meeting ? meeting->find_venue(one.venue) : nullptr;
      for (const auto& [label, figure] : by_label)
        if (const auto value = figure(one))
          page.value(std::string(name) + "{meeting=\"" + id.str() + "\",venue=\"" +
                         one.venue.str() + "\"," + label + "name=\"" +
                         escaped(venue ? venue->name : "") + "\"}",
                     *value);
    }
  }
}

void venue_metrics(Page& page, Core& core) {
  using F = domain::VenueFigures;
  constexpr auto kUp = "direction=\"up\",", kDown = "direction=\"down\",", kOnly = "";
  const auto family = [&](const char* name, const char* help,
                          const std::vector<std::pair<const char*, Figure>>& by_label,
                          const char* type = "gauge") {
    venue_family(page, core, name, type, help, by_label);
  };
  family("huiban_venue_kbps", "Bit rate of a venue, last second.",
         {{kUp, [](const F& f) { return f.up_kbps; }},
          {kDown, [](const F& f) { return f.down_kbps; }}});
  family("huiban_venue_loss_ratio", "Packet loss of a venue, last second, 0 to 1.",
         {{kUp, [](const F& f) { return f.loss_up; }},
          {kDown, [](const F& f) { return f.loss_down; }}});
  family("huiban_venue_rtt_seconds", "Round trip to a venue.",
         {{kOnly, [](const F& f) { return f.rtt_ms / 1000; }}});
  family("huiban_venue_jitter_seconds", "Jitter of what a venue sends.",
         {{kOnly, [](const F& f) { return f.jitter_ms / 1000; }}});
  family("huiban_venue_estimate_kbps",
         "What a line is thought to carry to its venue; 0: not known.",
         {{kOnly, [](const F& f) { return double(f.estimate_kbps); }}});
  family("huiban_venue_rung",
         "Quality ladder: 0 720p, 1 360p, 2 180p, 3 slides and sound, 4 sound only.",
         {{kOnly, [](const F& f) { return double(f.rung); }}});
  family("huiban_venue_rung_pinned", "1 where the console limits the rung.",
         {{kOnly, [](const F& f) { return f.pinned ? 1.0 : 0.0; }}});
  family("huiban_venue_sending_layers", "Layers of its camera that arrive, 0 to 3.",
         {{kOnly, [](const F& f) { return double(f.sending_layers); }}});
  family("huiban_venue_keyframe_age_seconds", "Since the last keyframe of its camera.",
         {{kOnly, [](const F& f) -> std::optional<double> {
             if (!f.since_keyframe) return std::nullopt;
             return double(f.since_keyframe->count()) / 1000;
           }}});
  const auto received = [](double (*value)(const domain::ReceivedFigures&)) -> Figure {
    return [value](const F& f) {
      return f.received ? std::optional(value(*f.received)) : std::nullopt;
    };
  };
  family("huiban_venue_freezes_total", "Pictures that stood still, since the venue's page joined.",
         {{kOnly, received([](const auto& r) { return double(r.freezes); })}}, "counter");
  family("huiban_venue_frozen_seconds_total", "How long they stood still together.",
         {{kOnly, received([](const auto& r) { return double(r.frozen_ms) / 1000; })}}, "counter");
  family("huiban_venue_concealed_ratio", "Share of the sound that was missing and made up, 0 to 1.",
         {{kOnly, received([](const auto& r) { return r.concealed; })}});
}

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
  venue_metrics(page, core);
  response.body = page.take();
  return response;
}

}  // namespace huiban::api
