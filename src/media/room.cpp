#include "media/room.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <deque>

#include "media/guarded.h"

namespace huiban::media {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

std::string error_text(GstMessage* message) {
  GError* error = nullptr;
  gchar* debug = nullptr;
  gst_message_parse_error(message, &error, &debug);
  gchar* element = gst_object_get_name(GST_MESSAGE_SRC(message));
  std::string text = std::string(element ? element : "?") + ": " + error->message;
  spdlog::warn("media: {} ({})", text, debug ? debug : "");
  g_free(element);
  g_free(debug);
  g_error_free(error);
  return text;
}

}  // namespace

struct Room::Entry {
  VenueTracks tracks;
  std::unique_ptr<VenueBin> bin;  // null between take-down and rebuild, or after too many faults
  bool live = false;
  int generation = 0;  // of the bin; answers to older ones are ignored
  std::deque<SteadyTime> faults;
};

Room::Room(RoomConfig config, const LaunchTemplate& venue_launch, TransportPort& port,
           Executor& control, OnFault on_fault)
    : config_(std::move(config)),
      venue_launch_(venue_launch),
      port_(port),
      control_(control),
      on_fault_(std::move(on_fault)) {
  control_thread().assert_here();
  pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(config_.name.c_str()))));
  GstOwned<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(pipeline_.get())));
  gst_bus_add_watch(
      bus.get(),
      [](GstBus*, GstMessage* message, gpointer self) -> gboolean {
        guarded("room bus", [&] { static_cast<Room*>(self)->on_message(message); });
        return G_SOURCE_CONTINUE;
      },
      this);
  // Empty, so there is nothing to wait for; bins that join later get its clock and base time.
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

Room::~Room() {
  control_thread().assert_here();
  alive_.reset();
  GstOwned<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(pipeline_.get())));
  gst_bus_remove_watch(bus.get());
  for (auto& [venue, entry] : venues_)
    if (entry->bin) entry->bin->release();
  for (auto& bin : leaving_) bin->release();
  stop_later(std::move(pipeline_));
}

void Room::detach_all(std::function<void()> done) {
  control_thread().assert_here();
  auto last = on_control(std::move(done));
  auto count = std::make_shared<std::size_t>(venues_.size());
  if (*count == 0) return last();
  for (auto& [venue, entry] : venues_) {
    entry->live = false;
    ++entry->generation;  // a bin that is still starting stays detached
    VenueBin::detach(entry->tracks, port_, [count, last] {
      if (--*count == 0) last();
    });
  }
}

std::function<void()> Room::on_control(std::function<void()> task) {
  return [&control = control_, alive = std::weak_ptr<char>(alive_), task = std::move(task)] {
    control.post([alive, task] {
      if (!alive.expired()) task();
    });
  };
}

void Room::add_venue(VenueId venue, VenueTracks tracks) {
  control_thread().assert_here();
  auto [at, is_new] = venues_.try_emplace(venue);
  if (!is_new) return;
  at->second = std::make_unique<Entry>();
  at->second->tracks = tracks;
  build(venue, *at->second);
}

void Room::build(VenueId venue, Entry& entry) {
  auto bin = VenueBin::build(venue_launch_, venue, entry.tracks, port_);
  if (!bin) {
    // Checked at start, so this is a file that somebody changed or a plugin that went away
    // meanwhile.
    on_fault_(venue, bin.error().zh, false);
    return;
  }
  entry.bin = std::make_unique<VenueBin>(std::move(*bin));
  const int generation = ++entry.generation;
  gst_bin_add(GST_BIN(pipeline_.get()), entry.bin->element());
  async_set_state(
      entry.bin->element(), GST_STATE_PLAYING, config_.state_deadline, control_,
      [this, alive = std::weak_ptr<char>(alive_), venue, generation](const Result<void>& result) {
        if (!alive.expired()) started(venue, generation, result);
      });
}

void Room::started(VenueId venue, int generation, const Result<void>& result) {
  const auto at = venues_.find(venue);
  if (at == venues_.end() || at->second->generation != generation || !at->second->bin) return;
  if (!result) return faulty(venue, result.error().zh);
  at->second->bin->attach(port_);
  at->second->live = true;
}

void Room::faulty(VenueId venue, const std::string& reason) {
  const auto at = venues_.find(venue);
  if (at == venues_.end() || !at->second->bin) return;  // already being taken down
  Entry& entry = *at->second;
  const auto now = std::chrono::steady_clock::now();
  entry.faults.push_back(now);
  while (now - entry.faults.front() > config_.fault_window) entry.faults.pop_front();
  const bool rebuild = static_cast<int>(entry.faults.size()) < config_.max_faults;
  entry.live = false;
  const int generation = ++entry.generation;
  take_down(entry.tracks, std::move(entry.bin), [this, venue, generation, rebuild] {
    const auto again = venues_.find(venue);
    if (rebuild && again != venues_.end() && again->second->generation == generation)
      build(venue, *again->second);
  });
  on_fault_(venue, reason, rebuild);
}

// Order matters: first no packet comes in any more, then the bin leaves the pipeline, then it is
// stopped.
void Room::take_down(VenueTracks tracks, std::unique_ptr<VenueBin> bin,
                     std::function<void()> then) {
  VenueBin* leaving = bin.get();
  leaving_.push_back(std::move(bin));
  VenueBin::detach(tracks, port_, on_control([this, leaving, then = std::move(then)] {
                     auto element = leaving->release();
                     leaving_.remove_if([&](const auto& other) { return other.get() == leaving; });
                     gst_bin_remove(GST_BIN(pipeline_.get()), element.get());
                     stop_later(std::move(element));
                     if (then) then();
                   }));
}

void Room::remove_venue(VenueId venue) {
  control_thread().assert_here();
  const auto at = venues_.find(venue);
  if (at == venues_.end()) return;
  if (at->second->bin) take_down(at->second->tracks, std::move(at->second->bin), {});
  venues_.erase(at);
}

void Room::on_message(GstMessage* message) {
  GstObject* source = GST_MESSAGE_SRC(message);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY) {
    gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));
    return;
  }
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
  const std::string reason = error_text(message);
  for (const auto& [venue, entry] : venues_) {
    if (!entry->bin) continue;
    GstObject* bin = GST_OBJECT(entry->bin->element());
    if (source == bin || gst_object_has_as_ancestor(source, bin)) return faulty(venue, reason);
  }
}

bool Room::is_live(VenueId venue) const {
  const auto at = venues_.find(venue);
  return at != venues_.end() && at->second->live;
}

GstOwned<GstElement> Room::tee(VenueId venue, Track track, rtc::Layer layer) const {
  const auto at = venues_.find(venue);
  if (at == venues_.end() || !at->second->bin) return nullptr;
  return at->second->bin->tee(track, layer);
}

std::string Room::dot() const {
  gchar* text = gst_debug_bin_to_dot_data(GST_BIN(pipeline_.get()), GST_DEBUG_GRAPH_SHOW_ALL);
  std::string copy = text ? text : "";
  g_free(text);
  return copy;
}

}  // namespace huiban::media
