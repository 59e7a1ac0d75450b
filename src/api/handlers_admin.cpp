#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/hub.h"

namespace huiban::api {

void verify_chain(const CallPtr& call) {
  if (!call->core->parts.verify_chain)
    return call->refuse(
        {ErrorCode::kUnavailable, "核验不可用", "Verification is not available", {}});
  const auto report = call->core->parts.verify_chain();
  if (!report) return call->refuse(report.error());
  HttpResponse response = empty_response(200);
  response.content_type = "application/json";
  response.body = *report;
  call->answer(std::move(response));
}

void get_pipeline_dot(const CallPtr& call) {
  auto* media = call->core->parts.media;
  if (!media)
    return call->refuse(
        {ErrorCode::kUnavailable, "音视频服务没有运行", "The media service does not run", {}});
  auto dot = media->pipeline_dot(call->id<MeetingId>(0));
  if (!dot) return call->refuse(dot.error());
  HttpResponse response = empty_response(200);
  response.content_type = "text/vnd.graphviz; charset=utf-8";
  response.body = std::move(*dot);
  call->answer(std::move(response));
}

void get_test_clock(const CallPtr& call) {
  call->json(200, {{"now", to_iso8601(call->core->parts.test_clock->now())}});
}

void set_test_clock(const CallPtr& call) {
  const auto reader = call->reader();
  const auto now = reader.time("now");
  if (!now) return call->refuse(now.error());
  ManualClock& clock = *call->core->parts.test_clock;
  if (*now) {
    clock.set(**now);
  } else {
    const auto step = reader.whole("step_ms");
    if (!step) return call->refuse(step.error());
    constexpr std::int64_t kYear = 366LL * 24 * 3600 * 1000;
    if (*step < -10 * kYear || *step > 10 * kYear)
      return call->refuse(reader.wrong("step_ms", " 超过十年", "is more than ten years").value());
    clock.step(Milliseconds{*step});
  }
  call->core->service().advance_roll_calls();
  call->core->hub->clock_changed();
  get_test_clock(call);
}

}  // namespace huiban::api
