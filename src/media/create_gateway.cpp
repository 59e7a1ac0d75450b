#include "media/elements.h"
#include "media/gateway_impl.h"

namespace huiban::media {

Result<std::unique_ptr<domain::MediaGateway>> create_gateway(GatewayConfig config,
                                                             domain::MediaFacts& facts,
                                                             Executor& control,
                                                             const Clock& clock) {
  GError* error = nullptr;
  if (!gst_init_check(nullptr, nullptr, &error)) {
    const std::string reason = error ? error->message : "?";
    g_clear_error(&error);
    return fail(ErrorCode::kUnavailable, "GStreamer 无法启动：" + reason,
                "GStreamer does not start: " + reason);
  }
  if (!register_elements())
    return fail(ErrorCode::kUnavailable, "会办的 GStreamer 元件无法注册",
                "the GStreamer elements of Huiban cannot be registered");
  auto pipelines = HUIBAN_TRY(Pipelines::load(config.pipelines_dir));
  auto gateway = std::make_unique<Gateway>(std::move(pipelines), facts, control, clock);
  gateway->use(HUIBAN_TRY(create_transport_port(std::move(config.transport), *gateway)));
  return gateway;
}

}  // namespace huiban::media
