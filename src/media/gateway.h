#pragma once
// The meetings' sound and picture: implements domain::MediaGateway on rtc::Transport and GStreamer pipelines.
// Keeps per meeting a room (one pipeline), per venue a bin from pipelines/venue.launch, and decides which source
// each slot of each peer shows. Control thread; built and stopped by app.
#include <memory>
#include <string>

#include "core/thread.h"
#include "domain/ports.h"
#include "rtc/transport.h"

namespace huiban::media {

struct GatewayConfig {
  rtc::TransportConfig transport;
  std::string pipelines_dir = "pipelines";
};

// Unavailable: port taken, GStreamer element missing, a pipeline file with an error; the message says which
// file and why.
Result<std::unique_ptr<domain::MediaGateway>> create_gateway(GatewayConfig config,
                                                             domain::MediaFacts& facts,
                                                             Executor& control, const Clock& clock);

}  // namespace huiban::media
