#pragma once
// DTLS 1.2 with SRTP keys (RFC 5764) by OpenSSL, datagram by datagram. Net thread; an identity
// serves all sessions.
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace huiban::rtc {

enum class SrtpProfile { kAeadAes128Gcm, kAes128CmSha1_80 };

struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
  std::vector<std::uint8_t> send_key, send_salt, receive_key, receive_salt;
};

// A P-256 key with a self-signed certificate, made at start: only its fingerprint counts.
class DtlsIdentity {
 public:
  static Result<std::unique_ptr<DtlsIdentity>> create();
  ~DtlsIdentity();
  const std::string& fingerprint() const { return fingerprint_; }  // SHA-256, AA:BB:...

 private:
  friend class DtlsSession;
  DtlsIdentity() = default;
  void* context_ = nullptr;  // SSL_CTX
  std::string fingerprint_;
};

class DtlsSession {
 public:
  enum class State { kHandshake, kConnected, kClosed, kFailed };
  using Send = std::function<void(std::span<const std::uint8_t> datagram)>;

  // The other side's certificate must have this SHA-256 fingerprint, else the handshake fails.
  DtlsSession(const DtlsIdentity& identity, bool client, std::string fingerprint, Send send);
  ~DtlsSession();
  DtlsSession(const DtlsSession&) = delete;
  DtlsSession& operator=(const DtlsSession&) = delete;

  void start();  // client: sends the first flight
  void feed(std::span<const std::uint8_t> datagram);
  void tick();   // repeats flights whose time has come
  void close();  // close_notify
  // Once connected, when the other side has shown that it is, too: gives back what OpenSSL keeps for
  // repeating the handshake (40 KiB) and keeps the sealed close_notify alone. An alert cannot be
  // read any more: see take_perhaps_closed().
  void settle();
  bool is_settled() const { return settled_; }
  // True once after an alert that came when settled: a close_notify, if it is the other side's. Who
  // goes on sending has not closed.
  bool take_perhaps_closed() { return std::exchange(perhaps_closed_, false); }

  State state() const { return state_; }
  const std::string& failure() const { return failure_; }
  SrtpKeys keys() const;  // once connected, before settle()

  struct Inside;  // for OpenSSL's callbacks

 private:
  void step();
  std::unique_ptr<Inside> inside_;
  State state_ = State::kHandshake;
  std::string failure_;
  bool client_, settled_ = false, perhaps_closed_ = false;
  std::vector<std::uint8_t> goodbye_;  // when settled
};

}  // namespace huiban::rtc
