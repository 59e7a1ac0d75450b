#pragma once
// /readyz and /metrics. Control thread.
#include "api/http.h"

namespace huiban::api {

class Core;

HttpResponse readiness(Core& core);  // 200 when the store answers, else 503
// Prometheus text; for clients on this machine only, NotFound for others.
HttpResponse metrics(Core& core, const HttpRequest& request);

}  // namespace huiban::api
