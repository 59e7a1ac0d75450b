#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "core/ids.h"

namespace huiban::test {

using Clock = std::chrono::steady_clock;

struct TcpConnection::Tls {
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  ~Tls() {
    if (ssl) SSL_free(ssl);
    if (context) SSL_CTX_free(context);
  }
};

namespace {

int milliseconds_left(Clock::time_point until) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::max<long long>(0, left));
}

bool readable(int fd, Clock::time_point until) {
  pollfd p{fd, POLLIN, 0};
  return poll(&p, 1, milliseconds_left(until)) > 0;
}

}  // namespace

TcpConnection::TcpConnection(std::uint16_t port, const std::string& from, bool tls,
                             int tls_at_most) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  if (!from.empty()) {
    inet_pton(AF_INET, from.c_str(), &to.sin_addr);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("bind");
  }
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{10, 0};
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("connect");
  if (!tls) return;
  tls_ = std::make_unique<Tls>();
  tls_->context = SSL_CTX_new(TLS_client_method());
  if (tls_at_most != 0) {
    SSL_CTX_set_security_level(tls_->context, 0);  // the old versions at all
    SSL_CTX_set_max_proto_version(tls_->context, tls_at_most);
  }
  tls_->ssl = SSL_new(tls_->context);
  SSL_set_alpn_protos(tls_->ssl, reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
  SSL_set_fd(tls_->ssl, fd_);
  if (SSL_connect(tls_->ssl) != 1) throw std::runtime_error("TLS handshake");
}

TcpConnection::~TcpConnection() {
  if (fd_ >= 0) close(fd_);
}

void TcpConnection::shrink_receive_buffer(int bytes) {
  setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

std::string TcpConnection::alpn() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(tls_->ssl, &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

void TcpConnection::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto n =
        tls_ ? SSL_write(tls_->ssl, bytes.data() + sent, static_cast<int>(bytes.size() - sent))
             : ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) throw std::runtime_error("send: the server closed the connection");
    sent += static_cast<std::size_t>(n);
  }
}

std::string TcpConnection::receive(std::chrono::milliseconds deadline) {
  char bytes[65536];
  const bool waiting = tls_ && SSL_pending(tls_->ssl) > 0;
  if (!waiting && !readable(fd_, Clock::now() + deadline))
    throw std::runtime_error("receive: nothing came in time");
  const auto n =
      tls_ ? SSL_read(tls_->ssl, bytes, sizeof bytes) : recv(fd_, bytes, sizeof bytes, 0);
  return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : std::string();
}

bool TcpConnection::closed_within(std::chrono::milliseconds deadline) {
  const auto until = Clock::now() + deadline;
  while (readable(fd_, until)) {
    char bytes[65536];
    if (recv(fd_, bytes, sizeof bytes, 0) <= 0) return true;
  }
  return false;
}

HttpAnswer TcpConnection::read_answer(bool head_request) {
  HttpAnswer answer;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    const auto more = receive();
    if (more.empty()) throw std::runtime_error("read_answer: closed before an answer");
    buffer_ += more;
  }
  std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  answer.status = std::atoi(head.c_str() + head.find(' ') + 1);
  std::size_t at = head.find("\r\n") + 2;
  while (at < head.size()) {
    const auto line_end = head.find("\r\n", at), colon = head.find(':', at);
    std::string name = head.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    answer.headers[name] = head.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  const auto length = answer.headers.find("content-length");
  const std::size_t size =
      head_request || length == answer.headers.end() ? 0 : std::stoul(length->second);
  while (buffer_.size() < size) {
    const auto more = receive();
    if (more.empty()) throw std::runtime_error("read_answer: closed within the body");
    buffer_ += more;
  }
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  const auto connection = answer.headers.find("connection");
  answer.closed = connection != answer.headers.end() && connection->second == "close";
  return answer;
}

std::string request_text(const std::string& method, const std::string& target,
                         const Headers& headers, const std::string& body) {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

HttpAnswer HttpClient::request(const std::string& method, const std::string& target,
                               const std::string& body, Headers more) const {
  Headers all = headers;
  all.insert(all.end(), more.begin(), more.end());
  all.emplace_back("Connection", "close");
  TcpConnection tcp(port_, {}, tls_);
  tcp.send(request_text(method, target, all, body));
  return tcp.read_answer(method == "HEAD");
}

HttpAnswer HttpClient::command(const std::string& method, const std::string& target,
                               const std::string& json, const std::string& key) const {
  Headers more{{"Idempotency-Key", key.empty() ? uuid_to_string(make_uuid_v7()) : key}};
  if (!json.empty()) more.emplace_back("Content-Type", "application/json");
  return request(method, target, json, std::move(more));
}

WebSocketClient::WebSocketClient(std::uint16_t port, const std::string& target,
                                 const Headers& headers)
    : tcp_(port) {
  Headers all{{"Upgrade", "websocket"},
              {"Connection", "Upgrade"},
              {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
              {"Sec-WebSocket-Version", "13"}};
  all.insert(all.end(), headers.begin(), headers.end());
  tcp_.send(request_text("GET", target, all, {}));
  const auto answer = tcp_.read_answer();
  // RFC 6455 section 1.3, the answer to the sample nonce.
  const auto accept = answer.headers.find("sec-websocket-accept");
  if (answer.status != 101 || accept == answer.headers.end() ||
      accept->second != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    throw std::runtime_error("WebSocket: not switched, status " + std::to_string(answer.status));
}

void WebSocketClient::send_frame(int opcode, const std::string& payload, bool final) {
  std::string frame;
  frame += static_cast<char>((final ? 0x80 : 0) | opcode);
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65536) {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size());
  } else {
    frame += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      frame += static_cast<char>(payload.size() >> shift);
  }
  const char mask[4] = {0x12, 0x34, 0x56, 0x78};
  frame.append(mask, 4);
  for (std::size_t i = 0; i < payload.size(); ++i)
    frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  tcp_.send(frame);
}

void WebSocketClient::send_text(const std::string& text) {
  send_frame(1, text);
}

std::optional<WebSocketClient::Frame> WebSocketClient::read_frame(Clock::time_point until) {
  std::string& buffer = tcp_.buffer();
  for (;;) {
    if (buffer.size() >= 2) {
      std::size_t head = 2, size = static_cast<unsigned char>(buffer[1]) & 0x7f;
      const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
      if (buffer.size() >= head + wide) {
        if (wide) size = 0;
        for (std::size_t i = 0; i < wide; ++i)
          size = size << 8 | static_cast<unsigned char>(buffer[head + i]);
        head += wide;
        if (buffer.size() >= head + size) {
          Frame frame{buffer[0] & 0x0f, (buffer[0] & 0x80) != 0, buffer.substr(head, size)};
          buffer.erase(0, head + size);
          return frame;
        }
      }
    }
    try {
      const auto more = tcp_.receive(std::chrono::milliseconds(milliseconds_left(until)));
      if (more.empty()) {
        if (!close_code_) close_code_ = 0;
        return std::nullopt;
      }
      buffer += more;
    } catch (const std::runtime_error&) {
      return std::nullopt;
    }
  }
}

std::optional<std::string> WebSocketClient::receive(std::chrono::milliseconds deadline) {
  const auto until = Clock::now() + deadline;
  std::string message;
  while (!close_code_) {
    const auto frame = read_frame(until);
    if (!frame) return std::nullopt;
    if (frame->opcode == 9) {
      ++pings_seen;
      if (answers_pings) send_frame(10, frame->payload);
    } else if (frame->opcode == 8) {
      close_code_ = frame->payload.size() < 2 ? 1005
                                              : static_cast<unsigned char>(frame->payload[0]) << 8 |
                                                    static_cast<unsigned char>(frame->payload[1]);
    } else if (frame->opcode <= 2) {
      message += frame->payload;
      if (frame->final) return message;
    }
  }
  return std::nullopt;
}

std::optional<int> WebSocketClient::wait_closed(std::chrono::milliseconds deadline) {
  const auto until = Clock::now() + deadline;
  while (!close_code_ && milliseconds_left(until) > 0)
    (void)receive(std::chrono::milliseconds(milliseconds_left(until)));
  return close_code_;
}

}  // namespace huiban::test
