#pragma once
// A small blocking HTTP/1.1 and WebSocket client for tests, written apart from the server's library
// so that both ends do not share a mistake. Every wait has a deadline; what goes wrong throws
// std::runtime_error.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace huiban::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; the last wins
  std::string body;
  bool closed = false;  // the server closed the connection after it
};

constexpr std::chrono::milliseconds kDeadline{10000};

class TcpConnection {
 public:
  // from: the source address (127.0.0.2 ...), empty: any.
  // tls_at_most: the newest version offered (TLS1_1_VERSION ...), 0: any.
  explicit TcpConnection(std::uint16_t port, const std::string& from = {}, bool tls = false,
                         int tls_at_most = 0);
  ~TcpConnection();
  TcpConnection(const TcpConnection&) = delete;

  void send(const std::string& bytes);
  // At least one byte, or empty when the peer closed. Throws when nothing came in time.
  std::string receive(std::chrono::milliseconds deadline = kDeadline);
  bool closed_within(std::chrono::milliseconds deadline);  // reads and drops until the end
  HttpAnswer read_answer(bool head_request = false);
  std::string alpn() const;               // what the server chose of h2 and http/1.1
  void shrink_receive_buffer(int bytes);  // for a client that reads slowly or never
  std::string& buffer() { return buffer_; }

 private:
  struct Tls;
  int fd_ = -1;
  std::unique_ptr<Tls> tls_;
  std::string buffer_;
};

std::string request_text(const std::string& method, const std::string& target,
                         const Headers& headers, const std::string& body);

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, bool tls = false) : port_(port), tls_(tls) {}
  Headers headers;  // sent with every request: Cookie, Authorization, Accept-Language ...

  HttpAnswer request(const std::string& method, const std::string& target,
                     const std::string& body = {}, Headers more = {}) const;
  HttpAnswer get(const std::string& target) const { return request("GET", target); }
  // JSON with a fresh Idempotency-Key, or the given one.
  HttpAnswer command(const std::string& method, const std::string& target,
                     const std::string& json = {}, const std::string& key = {}) const;

 private:
  std::uint16_t port_;
  bool tls_;
};

class WebSocketClient {
 public:
  // Throws if the server does not switch protocols.
  WebSocketClient(std::uint16_t port, const std::string& target, const Headers& headers = {});

  void send_text(const std::string& text);
  void send_frame(int opcode, const std::string& payload, bool final = true);
  // The next text message; empty: nothing within the deadline, or closed (see close_code()).
  std::optional<std::string> receive(std::chrono::milliseconds deadline = kDeadline);
  // Code of the close frame, 0: closed without, nothing: still open when the deadline ends.
  std::optional<int> wait_closed(std::chrono::milliseconds deadline = kDeadline);
  bool answers_pings = true;
  int pings_seen = 0;
  TcpConnection& tcp() { return tcp_; }

 private:
  struct Frame {
    int opcode = 0;
    bool final = true;
    std::string payload;
  };
  std::optional<Frame> read_frame(std::chrono::steady_clock::time_point until);

  TcpConnection tcp_;
  std::optional<int> close_code_;
};

}  // namespace huiban::test
