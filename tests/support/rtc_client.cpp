#include "tests/support/rtc_client.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <utility>

#include "core/assert.h"
#include "rtc/demux.h"
#include "rtc/random.h"
#include "rtc/rtp.h"
#include "rtc/stun.h"
#include "rtc/wire.h"

namespace huiban::test {

using namespace huiban::rtc;
using std::chrono::steady_clock;

namespace {

sockaddr_in to_socket(const Address& address) {
  HUIBAN_ASSERT(address.is_v4());
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address.port);
  std::memcpy(&to.sin_addr, address.ip.data() + 12, 4);
  return to;
}

}  // namespace

RtcClient::RtcClient(const DtlsIdentity& identity, std::vector<RtcLine> wanted,
                     const std::string& bind_address)
    : lines(std::move(wanted)),
      identity_(identity),
      bind_address_(bind_address),
      ufrag_(random_text(8)),
      password_(random_text(24)) {
  for (RtcLine& line : lines)
    if (line.sends) line.ssrc = random_u32() | 1u;
  open();
}

RtcClient::~RtcClient() {
  ::close(fd_);
}

void RtcClient::open() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const auto address = parse_address(bind_address_, 0);
  HUIBAN_ASSERT(fd_ >= 0 && address);
  const sockaddr_in to = to_socket(*address);
  HUIBAN_ASSERT(::bind(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  const int buffer = 1 << 20;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
}

void RtcClient::open_tcp() {
  HUIBAN_ASSERT(server_);
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  reader_ = {};
  unsent_.clear();
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in to = to_socket(*server_);
  is_cut = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0;
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

void RtcClient::move() {
  over_tcp ? open_tcp() : open();
  next_check_ = {};
}

std::string RtcClient::offer() const {
  std::ostringstream out;
  out << "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE";
  for (std::size_t i = 0; i < lines.size(); ++i) out << " " << i;
  out << "\r\na=fingerprint:sha-256 " << identity_.fingerprint() << "\r\na=setup:active\r\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool audio = lines[i].kind == MediaKind::kAudio;
    const int type = audio ? kAudioType : kVideoType;
    out << "m=" << (audio ? "audio" : "video") << " 9 UDP/TLS/RTP/SAVPF " << type
        << (offers_measures && !audio ? " " + std::to_string(kRtxType) : std::string())
        << "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:" << ufrag_ << "\r\na=ice-pwd:" << password_
        << "\r\na=mid:" << i << "\r\na=" << (lines[i].sends ? "sendonly" : "recvonly")
        << "\r\na=rtcp-mux\r\na=extmap:" << int(kMidId)
        << " urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
    if (audio)
      out << "a=extmap:" << int(kLevelId)
          << " urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=rtpmap:" << type
          << " opus/48000/2\r\n";
    else
      out << "a=rtpmap:" << type << " VP8/90000\r\na=rtcp-fb:" << type
          << " nack\r\na=rtcp-fb:" << type << " nack pli\r\na=rtcp-fb:" << type << " goog-remb\r\n";
    if (offers_measures) {
      out << "a=extmap:" << int(kWideId)
          << " http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
          << "a=rtcp-fb:" << type << " transport-cc\r\n";
      if (!audio)
        out << "a=rtpmap:" << int(kRtxType) << " rtx/90000\r\na=fmtp:" << int(kRtxType)
            << " apt=" << type << "\r\n";
    }
    if (lines[i].simulcast)
      out << "a=extmap:" << int(kRidId)
          << " urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=rid:l send\r\na=rid:m send\r\n"
             "a=rid:h send\r\na=simulcast:send l;m;h\r\n";
    else if (lines[i].sends)
      out << "a=ssrc:" << lines[i].ssrc << " cname:test\r\n";
  }
  return out.str();
}

bool RtcClient::accept(const std::string& answer) {
  std::istringstream text(answer);
  std::ptrdiff_t line_index = -1;
  bool has_ssrc = false;
  for (std::string line; std::getline(text, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto value = [&line](const char* prefix) -> std::optional<std::string> {
      if (line.rfind(prefix, 0) != 0) return std::nullopt;
      return line.substr(std::strlen(prefix));
    };
    if (line.rfind("m=", 0) == 0) {
      ++line_index;
      has_ssrc = false;
    }
    if (const auto v = value("a=ice-ufrag:")) remote_ufrag_ = *v;
    if (const auto v = value("a=ice-pwd:")) remote_password_ = *v;
    if (const auto v = value("a=fingerprint:sha-256 ")) remote_fingerprint_ = *v;
    if (const auto v = value("a=candidate:"); v && !server_) {
      std::istringstream words(*v);
      std::string foundation, component, transport, priority, ip;
      int port = 0;
      words >> foundation >> component >> transport >> priority >> ip >> port;
      const auto found = parse_address(ip, std::uint16_t(port));
      if (found && found->is_v4() && transport == (over_tcp ? "tcp" : "udp")) server_ = found;
    }
    // The first is the stream's, another is that of its repairs.
    if (const auto v = value("a=ssrc:"); v && line_index >= 0 &&
                                         std::size_t(line_index) < lines.size() &&
                                         !lines[std::size_t(line_index)].sends) {
      RtcLine& one = lines[std::size_t(line_index)];
      const auto ssrc = std::uint32_t(std::stoul(*v));
      if (!std::exchange(has_ssrc, true))
        one.ssrc = ssrc;
      else if (ssrc != one.ssrc)
        one.repair_ssrc = ssrc;
    }
  }
  if (server_ && over_tcp && !dtls_) open_tcp();
  return server_ && !remote_ufrag_.empty() && !remote_password_.empty() &&
         !remote_fingerprint_.empty();
}

std::string RtcClient::answer(const std::string& offer) {
  answers_ = true;
  accept(offer);  // the credentials and the fingerprint; whence it comes, its checks will tell
  std::istringstream text(offer);
  std::ostringstream out;
  std::string line, kind, type, mid;
  const auto close_line = [&] {
    if (kind.empty()) return;
    out << "m=" << kind << " 9 UDP/TLS/RTP/SAVPF " << type << "\r\nc=IN IP4 0.0.0.0\r\n"
        << mid << "a=recvonly\r\na=rtcp-mux\r\na=ice-ufrag:" << ufrag_
        << "\r\na=ice-pwd:" << password_ << "\r\na=fingerprint:sha-256 " << identity_.fingerprint()
        << "\r\na=setup:active\r\na=rtpmap:" << type
        << (kind == "audio" ? " opus/48000/2\r\n" : " VP8/90000\r\n");
    if (kind == "video")
      out << "a=rtcp-fb:" << type << " nack\r\na=rtcp-fb:" << type << " nack pli\r\n";
    sockaddr_in own{};
    socklen_t length = sizeof own;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&own), &length);
    out << "a=candidate:1 1 udp 2130706431 " << bind_address_ << " " << ntohs(own.sin_port)
        << " typ host\r\na=end-of-candidates\r\n";
  };
  out << "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n";
  while (std::getline(text, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.rfind("a=group:BUNDLE", 0) == 0) out << line << "\r\n";
    if (line.rfind("a=mid:", 0) == 0) mid = line + "\r\n";
    if (line.rfind("m=", 0) != 0) continue;
    close_line();
    std::istringstream words(line.substr(2));
    std::string port, protocol;
    words >> kind >> port >> protocol >> type;
  }
  close_line();
  return out.str();
}

std::string RtcClient::restart_fragment() {
  ufrag_ = random_text(8);
  password_ = random_text(24);
  return "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=ice-ufrag:" + ufrag_ +
         "\r\na=ice-pwd:" + password_ + "\r\n";
}

bool RtcClient::accept_restart(const std::string& fragment) {
  remote_ufrag_.clear();
  remote_password_.clear();
  next_check_ = {};
  return accept(fragment);
}

void RtcClient::send_raw(std::span<const std::uint8_t> datagram) {
  if (!server_) return;
  if (over_tcp) {
    if (!datagram.empty()) append_frame(unsent_, datagram);
    const ssize_t size = ::send(fd_, unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size > 0) unsent_.erase(unsent_.begin(), unsent_.begin() + size);
    return;
  }
  const sockaddr_in to = to_socket(*server_);
  ::sendto(fd_, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to),
           sizeof to);
}

void RtcClient::send_check(steady_clock::time_point now) {
  std::array<std::uint8_t, 12> transaction{};
  for (std::size_t i = 0; i < 12; i += 4) wire::put32(&transaction[i], random_u32());
  send_raw(write_binding_request(transaction, remote_ufrag_ + ":" + ufrag_, remote_password_,
                                 nominates, 1, 7));
  next_check_ = now + (is_connected() ? check_interval : std::chrono::milliseconds(50));
}

void RtcClient::tick() {
  const auto now = steady_clock::now();
  if (answers_checks && !answers_ && server_ && now >= next_check_) send_check(now);
  if (dtls_) dtls_->tick();
  if (over_tcp && !unsent_.empty()) send_raw({});
}

void RtcClient::read_tcp() {
  Bytes room(256 * 1024);
  while (!is_cut) {
    const std::size_t kept = reader_.pending();
    const ssize_t size = ::recv(fd_, room.data() + kept, room.size() - kept, MSG_DONTWAIT);
    if (size < 0) {
      is_cut = errno != EAGAIN && errno != EWOULDBLOCK;
      return;
    }
    is_cut = size == 0;
    reader_.resume(room);
    HUIBAN_ASSERT(reader_.split({room.data(), kept + std::size_t(size)},
                                [this](std::span<std::uint8_t> packet) { on_packet(packet); }));
  }
}

void RtcClient::on_readable() {
  if (over_tcp) return read_tcp();
  constexpr std::size_t kBatch = 16, kPacket = 2048;
  thread_local std::uint8_t buffer[kBatch * kPacket];
  thread_local mmsghdr messages[kBatch];
  iovec parts[kBatch];
  sockaddr_in from[kBatch];
  int count = 0;
  do {
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {buffer + i * kPacket, kPacket};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &from[i];
      messages[i].msg_hdr.msg_namelen = sizeof from[i];
    }
    count = ::recvmmsg(fd_, messages, kBatch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
      const std::span packet(buffer + std::size_t(i) * kPacket, messages[i].msg_len);
      if (answers_ && classify(packet) == PacketKind::kStun) answer_check(packet, from[i]);
      on_packet(packet);
    }
  } while (count == int(kBatch));
}

void RtcClient::answer_check(std::span<const std::uint8_t> packet, const sockaddr_in& from) {
  const auto message = parse_stun(packet);
  if (!message || message->type != kBindingRequest || !check_integrity(packet, *message, password_))
    return;
  Address seen;
  seen.ip[10] = seen.ip[11] = 0xff;
  std::memcpy(seen.ip.data() + 12, &from.sin_addr, 4);
  seen.port = ntohs(from.sin_port);
  server_ = seen;
  send_raw(write_binding_success(*message, seen, password_));
  if (!dtls_ && message->use_candidate) begin_handshake();
}

void RtcClient::begin_handshake() {
  dtls_ = std::make_unique<DtlsSession>(
      identity_, true, remote_fingerprint_,
      [this](std::span<const std::uint8_t> datagram) { send_raw(datagram); });
  dtls_->start();
}

void RtcClient::on_packet(std::span<std::uint8_t> packet) {
  switch (classify(packet)) {
    case PacketKind::kStun: {
      const auto message = parse_stun(packet);
      if (!message) return;
      if (message->type == kBindingError) ++checks_refused;
      if (message->type != kBindingSuccess || !check_integrity(packet, *message, remote_password_))
        return;
      ++checks_answered;
      if (!dtls_) begin_handshake();
      return;
    }
    case PacketKind::kDtls:
      if (!dtls_) return;
      dtls_->feed(packet);
      if (dtls_->state() == DtlsSession::State::kConnected && !srtp_)
        srtp_ = std::make_unique<SrtpSession>(dtls_->keys());
      if (dtls_->state() == DtlsSession::State::kFailed) failure_ = dtls_->failure();
      return;
    case PacketKind::kRtp: {
      if (!srtp_) return;
      const auto header = parse_rtp_header(packet);
      if (!header) return;
      if (loses && loses(*header)) return;
      if (!first_packet) first_packet = steady_clock::now();
      if (on_header) on_header(*header);
      if (on_clear) {
        const std::size_t size = srtp_->unprotect_rtp(packet);
        if (size > header->size) on_clear(*header, packet.first(size).subspan(header->size));
      }
      ++counted[header->ssrc];
      const auto [known, first] = highest.try_emplace(header->ssrc, header->sequence);
      if (first)
        begun[header->ssrc] = {header->sequence, steady_clock::now()};
      else
        known->second = std::max(known->second, wire::extend16(known->second, header->sequence));
      if (!keeps_packets) return;
      Packet kept;
      kept.sealed.assign(packet.begin(), packet.end());
      const std::size_t size = srtp_->unprotect_rtp(packet);
      // A repair repeats the index and is refused by the replay window: then only the sealed bytes
      // are kept.
      if (size > 0) kept.clear.assign(packet.begin(), packet.begin() + std::ptrdiff_t(size));
      received[header->ssrc].push_back(std::move(kept));
      return;
    }
    case PacketKind::kRtcp: {
      if (!srtp_) return;
      const std::size_t size = srtp_->unprotect_rtcp(packet);
      if (size == 0) return;
      auto items = parse_rtcp(packet.first(size));
      if (items && (keeps_packets || keeps_reports))
        reports.insert(reports.end(), items->begin(), items->end());
      return;
    }
    default:
      return;
  }
}

bool RtcClient::is_closed() const {
  return dtls_ && dtls_->state() == DtlsSession::State::kClosed;
}

bool RtcClient::pump(const std::function<bool()>& until, std::chrono::milliseconds deadline) {
  const auto end = steady_clock::now() + deadline;
  while (!until()) {
    if (steady_clock::now() >= end) return false;
    tick();
    pollfd wait{fd_, POLLIN, 0};
    ::poll(&wait, 1, 5);
    on_readable();
  }
  return true;
}

void RtcClient::send_rtp(Bytes packet) {
  if (!srtp_) return;
  const std::size_t size = packet.size();
  packet.resize(size + SrtpSession::kMaxGrowth);
  packet.resize(srtp_->protect_rtp(packet.data(), size));
  send_raw(packet);
}

void RtcClient::send_rtcp(Bytes compound) {
  if (!srtp_) return;
  const std::size_t size = compound.size();
  compound.resize(size + SrtpSession::kMaxGrowth);
  compound.resize(srtp_->protect_rtcp(compound.data(), size));
  send_raw(compound);
}

RtcClient::Bytes RtcClient::make_rtp(std::size_t line, std::uint16_t sequence,
                                     std::uint32_t timestamp, bool marker,
                                     std::span<const std::uint8_t> payload, int level_dbov,
                                     std::size_t encoding) const {
  const bool audio = lines.at(line).kind == MediaKind::kAudio;
  const std::string mid = std::to_string(line);
  const std::size_t used = 1 + mid.size() + (audio || lines.at(line).simulcast ? 2 : 0);
  const std::size_t header = 16 + (used + 3) / 4 * 4;
  Bytes packet(header);
  packet.reserve(header + payload.size() + rtc::SrtpSession::kMaxGrowth);
  packet[0] = 0x90;
  packet[1] = std::uint8_t((marker ? 0x80 : 0) | (audio ? kAudioType : kVideoType));
  wire::put16(&packet[2], sequence);
  wire::put32(&packet[4], timestamp);
  wire::put32(&packet[8], lines[line].ssrc + std::uint32_t(encoding));
  wire::put16(&packet[12], 0xbede);
  wire::put16(&packet[14], std::uint32_t((header - 16) / 4));
  packet[16] = std::uint8_t(kMidId << 4 | (mid.size() - 1));
  for (std::size_t i = 0; i < mid.size(); ++i) packet[17 + i] = std::uint8_t(mid[i]);
  if (audio) {
    packet[17 + mid.size()] = std::uint8_t(kLevelId << 4);
    packet[18 + mid.size()] = std::uint8_t(-level_dbov);
  }
  if (lines[line].simulcast) {
    packet[17 + mid.size()] = std::uint8_t(kRidId << 4);
    packet[18 + mid.size()] = std::uint8_t("lmh"[encoding]);
  }
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

}  // namespace huiban::test
