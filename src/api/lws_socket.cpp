// WebSockets of WebServer::Impl: one write per WRITEABLE, bounded queue, whole messages in UTF-8.
#include <spdlog/spdlog.h>

#include <cstring>

#include "api/lws_connection.h"
#include "api/utf8.h"

namespace huiban::api {

HttpRequest read_head(lws* wsi, const Connection& c, const char* path);

int WebServer::Impl::socket_filter(Connection& c) {
  char path[512] = "";
  lws_hdr_copy(c.wsi, path, sizeof path, WSI_TOKEN_GET_URI);
  c.upgrade = read_head(c.wsi, c, path);
  return handler_.on_upgrade(c.upgrade) ? 0 : 1;
}

int WebServer::Impl::socket_established(Connection& c) {
  c.is_socket = true;
  ++figures_.sockets;
  handler_.on_socket_open(c.id, std::move(c.upgrade));
  c.upgrade = HttpRequest{};
  return 0;
}

int WebServer::Impl::socket_receive(Connection& c, const void* data, std::size_t len) {
  if (c.close_code != 0) return 0;
  if (c.receiving.size() + len > kSocketReceiveCap) {
    socket_close(c.id, 1009, "message too big");
    return 0;
  }
  c.receiving.append(static_cast<const char*>(data), len);
  if (!lws_is_final_fragment(c.wsi) || lws_remaining_packet_payload(c.wsi) > 0) return 0;
  std::string text = std::move(c.receiving);
  c.receiving.clear();
  if (lws_frame_is_binary(c.wsi)) {
    socket_close(c.id, 1003, "text only");
  } else if (!valid_utf8(text)) {
    socket_close(c.id, 1007, "not UTF-8");
  } else {
    handler_.on_socket_text(c.id, std::move(text));
  }
  return 0;
}

void WebServer::Impl::socket_send(std::uint64_t id, std::shared_ptr<const std::string> text,
                                  std::string key) {
  Connection* c = connection(id);
  if (!c || !c->is_socket || c->close_code != 0) return;
  if (!key.empty()) {
    for (auto& waiting : c->queue) {
      if (waiting.key != key) continue;
      c->queued_bytes += text->size() - waiting.text->size();
      waiting.text = std::move(text);
      return;
    }
  }
  const bool full = c->queue.size() >= kSocketQueueMessages ||
                    (!c->queue.empty() && c->queued_bytes + text->size() > kSocketQueueBytes);
  if (full && !key.empty()) return;
  if (full) {
    // It would never be told that it is writable: the page resumes with a new connection.
    spdlog::info("web: a page at {} does not read, its connection is closed", c->address);
    ++figures_.slow_sockets_closed;
    c->queue.clear();
    c->queued_bytes = 0;
    c->close_code = 1013;
    lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    return;
  }
  c->queued_bytes += text->size();
  c->queue.push_back({std::move(text), std::move(key)});
  lws_callback_on_writable(c->wsi);
}

void WebServer::Impl::socket_close(std::uint64_t id, std::uint16_t code, std::string reason) {
  Connection* c = connection(id);
  if (!c || !c->is_socket || c->close_code != 0) return;
  c->close_code = code;
  c->close_reason = std::move(reason);
  // What is queued goes first; a client that does not read has 5 s.
  lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_REASON_BASE, 5);
  lws_callback_on_writable(c->wsi);
}

int WebServer::Impl::socket_writeable(Connection& c) {
  if (c.queue.empty()) {
    if (c.close_code == 0) return 0;
    lws_close_reason(c.wsi, static_cast<lws_close_status>(c.close_code),
                     reinterpret_cast<unsigned char*>(c.close_reason.data()),
                     c.close_reason.size());
    return -1;
  }
  const OutgoingMessage message = std::move(c.queue.front());
  c.queue.pop_front();
  c.queued_bytes -= message.text->size();
  std::vector<unsigned char> buffer(LWS_PRE + message.text->size());
  std::memcpy(buffer.data() + LWS_PRE, message.text->data(), message.text->size());
  const int n = lws_write(c.wsi, buffer.data() + LWS_PRE, message.text->size(), LWS_WRITE_TEXT);
  if (n < static_cast<int>(message.text->size())) return -1;
  ++figures_.messages_sent;
  if (!c.queue.empty() || c.close_code != 0) lws_callback_on_writable(c.wsi);
  return 0;
}

}  // namespace huiban::api
