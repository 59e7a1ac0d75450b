#include "media/still.h"

#include <gst/app/gstappsink.h>

#include "media/guarded.h"

namespace huiban::media {
namespace {

constexpr const char* kQuality = "85";   // about 60 kB at 720p
constexpr Milliseconds kAskAgain{1000};  // a key frame may be lost on the way

tl::unexpected<Error> no_picture(const std::string& detail) {
  return fail(ErrorCode::kUnavailable, "暂时没有画面，请稍后再试",
              "there is no picture right now, try again", detail);
}

std::string bytes_of(GstSample* sample) {
  GstMapInfo map;
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  if (!buffer || !gst_buffer_map(buffer, &map, GST_MAP_READ)) return {};
  std::string bytes(reinterpret_cast<const char*>(map.data), map.size);
  gst_buffer_unmap(buffer, &map);
  return bytes;
}

// What the appsink needs on its streaming thread; the still itself may be gone.
struct Receiver {
  Executor& control;
  std::weak_ptr<char> alive;
  Still* still;
};

GstFlowReturn on_sample(GstAppSink* sink, gpointer data) {
  GstMini<GstSample> sample(gst_app_sink_try_pull_sample(sink, 0));
  if (!sample) return GST_FLOW_OK;
  guarded("still", [&] {
    auto* receiver = static_cast<Receiver*>(data);
    receiver->control.post(
        [alive = receiver->alive, still = receiver->still, jpeg = bytes_of(sample.get())] {
          if (!alive.expired() && !jpeg.empty()) still->finish(jpeg);
        });
  });
  return GST_FLOW_OK;
}

Result<GstOwned<GstElement>> parse(const LaunchTemplate& launch) {
  return launch.build({{"quality", kQuality}}, true, {"in", "out"});
}

}  // namespace

Result<void> Still::check(const LaunchTemplate& launch) {
  HUIBAN_CHECK(parse(launch));
  return {};
}

Still::Still(Parts parts, Done done) : parts_(std::move(parts)) {
  control_thread().assert_here();
  waiting_.push_back(std::move(done));
  deadline_.once(parts_.deadline, [this] { finish(no_picture("no key frame by the deadline")); });
  auto pipeline = parse(parts_.launch);
  if (!pipeline) {
    // Never out of the constructor: the owner has no still to forget yet.
    parts_.control.post([this, alive = std::weak_ptr<char>(alive_), error = pipeline.error()] {
      if (!alive.expired()) finish(tl::make_unexpected(error));
    });
    return;
  }
  pipeline_ = std::move(*pipeline);
  watch();
  listen();
  async_set_state(pipeline_.get(), GST_STATE_PLAYING, parts_.deadline, parts_.control,
                  [this, alive = std::weak_ptr<char>(alive_)](const Result<void>& result) {
                    if (alive.expired() || !pipeline_) return;
                    if (!result) return finish(tl::make_unexpected(result.error()));
                    start();
                  });
}

Still::~Still() {
  alive_.reset();
  take_down();
}

void Still::watch() {
  GstOwned<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(pipeline_.get())));
  gst_bus_add_watch(
      bus.get(),
      [](GstBus*, GstMessage* message, gpointer self) -> gboolean {
        if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return G_SOURCE_CONTINUE;
        GError* error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        const std::string text = error->message;
        g_error_free(error);
        guarded("still bus", [&] { static_cast<Still*>(self)->finish(no_picture(text)); });
        return G_SOURCE_CONTINUE;  // finish() took the watch away
      },
      this);
}

void Still::listen() {
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = on_sample;
  gst_app_sink_set_callbacks(GST_APP_SINK(element_of(pipeline_.get(), "out").get()), &callbacks,
                             new Receiver{parts_.control, alive_, this},
                             [](gpointer data) { delete static_cast<Receiver*>(data); });
}

void Still::start() {
  tap_ = std::make_unique<Tap>(parts_.tee.get(), element_of(pipeline_.get(), "in").get());
  if (!tap_->linked()) return finish(no_picture("the venue's bin is being rebuilt"));
  parts_.ask_keyframe();
  again_.every(kAskAgain, [this] { parts_.ask_keyframe(); });
}

void Still::take_down() {
  deadline_.cancel();
  again_.cancel();
  tap_.reset();
  if (!pipeline_) return;
  GstOwned<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(pipeline_.get())));
  gst_bus_remove_watch(bus.get());
  stop_later(std::move(pipeline_));
}

void Still::finish(Result<std::string> result) {
  control_thread().assert_here();
  if (waiting_.empty()) return;
  take_down();
  const auto waiting = std::exchange(waiting_, {});
  const auto finished = parts_.finished;
  const std::weak_ptr<char> alive = alive_;
  for (const auto& done : waiting) done(result);
  if (!alive.expired() && finished) finished();
}

}  // namespace huiban::media
