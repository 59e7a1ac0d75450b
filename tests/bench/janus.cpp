#include "tests/bench/janus.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "rtc/wire.h"

namespace huiban::bench {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kBinary = "/usr/bin/janus";
constexpr auto kStartDeadline = std::chrono::seconds(15);
constexpr int kMountpoint = 1;

// A UDP port that is free now.
std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool good = ::bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  ::close(fd);
  if (!good) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

// Plain RTP to one port on loopback.
class PlainStream {
 public:
  PlainStream(std::uint16_t port, std::uint8_t type, std::uint32_t ssrc)
      : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), type_(type), ssrc_(ssrc) {
    to_.sin_family = AF_INET;
    to_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to_.sin_port = htons(port);
  }
  ~PlainStream() { ::close(fd_); }
  PlainStream(const PlainStream&) = delete;
  PlainStream& operator=(const PlainStream&) = delete;

  void send(const std::vector<std::uint8_t>& payload, std::uint32_t timestamp, bool marker) {
    std::vector<std::uint8_t> packet(12);
    packet[0] = 0x80;
    packet[1] = std::uint8_t((marker ? 0x80 : 0) | type_);
    rtc::wire::put16(&packet[2], sequence_++);
    rtc::wire::put32(&packet[4], timestamp);
    rtc::wire::put32(&packet[8], ssrc_);
    packet.insert(packet.end(), payload.begin(), payload.end());
    ::sendto(fd_, packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to_),
             sizeof to_);
  }

 private:
  const int fd_;
  const std::uint8_t type_;
  const std::uint32_t ssrc_;
  sockaddr_in to_{};
  std::uint16_t sequence_ = 1;
};

}  // namespace

bool Janus::is_installed() {
  return ::access(kBinary, X_OK) == 0;
}

void Janus::write_settings(const std::string& address) {
  const auto text = [](auto value) { return std::to_string(value); };
  const std::string folder = folder_.string();
  std::ofstream(folder_ / "janus.jcfg")
      << "general: {\n  configs_folder = \"" << folder
      << "\"\n  debug_level = 1\n  log_to_stdout = false\n"
      << "  log_to_file = \"" << folder
      << "/janus.log\"\n  session_timeout = 0\n  event_loops = 1\n"
      << "  interface = \"" << address << "\"\n}\nmedia: { ipv6 = false }\n"
      << "nat: { ice_enforce_list = \"" << address << "\" }\n"
      << "plugins: { disable = "
         "\"libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,"
         "libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_textroom.so,libjanus_"
         "videocall.so,"
         "libjanus_videoroom.so,libjanus_voicemail.so\" }\n"
      << "transports: { disable = "
         "\"libjanus_mqtt.so,libjanus_http.so,libjanus_nanomsg.so,libjanus_rabbitmq.so,"
         "libjanus_websockets.so\" }\n";
  std::ofstream(folder_ / "janus.transport.pfunix.jcfg")
      << "general: {\n  enabled = true\n  path = \"" << folder
      << "/api\"\n  type = \"SOCK_SEQPACKET\"\n}\n";
  std::ofstream(folder_ / "janus.plugin.streaming.jcfg")
      << "bench: {\n  type = \"rtp\"\n  id = " << text(kMountpoint)
      << "\n  audio = true\n  audioport = " << text(audio_port_)
      << "\n  audiopt = 111\n  audiocodec = \"opus\"\n  video = true\n  videoport = "
      << text(video_port_) << "\n  videopt = 96\n  videocodec = \"vp8\"\n}\n";
}

Janus::Janus(const std::string& address) : audio_port_(free_port()), video_port_(free_port()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "huiban-janus-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  write_settings(address);
  const std::string folder = "--configs-folder=" + folder_.string(),
                    config = "--config=" + (folder_ / "janus.jcfg").string();
  pid_ = ::fork();
  if (pid_ == 0) {
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::execl(kBinary, kBinary, folder.c_str(), config.c_str(), nullptr);
    ::_exit(127);
  }
  try {
    connect();
    session_ = ask({{"janus", "create"}}).at("data").at("id").get<std::uint64_t>();
  } catch (...) {
    stop();
    throw;
  }
}

void Janus::connect() {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  (folder_ / "api").string().copy(to.sun_path, sizeof to.sun_path - 1);
  const auto end = steady_clock::now() + kStartDeadline;
  while (true) {
    api_ = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (::connect(api_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) break;
    ::close(std::exchange(api_, -1));
    if (steady_clock::now() > end) throw std::runtime_error("janus did not start");
    std::this_thread::sleep_for(milliseconds(50));
  }
  const timeval deadline{10, 0};
  ::setsockopt(api_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
}

Janus::~Janus() {
  stop();
}

void Janus::stop() {
  stopping_ = true;
  if (feed_.joinable()) feed_.join();
  if (api_ >= 0) ::close(api_);
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);  // its orderly end takes many seconds with a hundred peers
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

json Janus::hear() {
  std::string text(64 * 1024, 0);
  const ssize_t size = ::recv(api_, text.data(), text.size(), 0);
  if (size <= 0) throw std::runtime_error("janus does not answer");
  text.resize(std::size_t(size));
  return json::parse(text);
}

// The answer; events of earlier handles that come in between are passed over.
json Janus::ask(json request) {
  const std::string transaction = std::to_string(++transactions_);
  request["transaction"] = transaction;
  if (session_ != 0) request["session_id"] = session_;
  const std::string text = request.dump();
  if (::send(api_, text.data(), text.size(), MSG_NOSIGNAL) < 0)
    throw std::runtime_error("janus has gone");
  while (true) {
    json answer = hear();
    if (answer.value("transaction", "") != transaction) continue;
    if (answer["janus"] == "error") throw std::runtime_error("janus: " + answer.dump());
    return answer;
  }
}

bool Janus::watch(test::RtcClient& client) {
  const json attached = ask({{"janus", "attach"}, {"plugin", "janus.plugin.streaming"}});
  const auto handle = attached.at("data").at("id").get<std::uint64_t>();
  json answer = ask({{"janus", "message"},
                     {"handle_id", handle},
                     {"body", {{"request", "watch"}, {"id", kMountpoint}}}});
  while (!(answer.value("sender", std::uint64_t(0)) == handle && answer.contains("jsep")))
    answer = hear();
  const std::string ours = client.answer(answer["jsep"].at("sdp").get<std::string>());
  ask({{"janus", "message"},
       {"handle_id", handle},
       {"body", {{"request", "start"}}},
       {"jsep", {{"type", "answer"}, {"sdp", ours}}}});
  return true;
}

void Janus::feed(const Sends& sends) {
  feed_ = std::thread([this, sends] { run_feed(sends); });
}

// The packets of a Sender, at its times, in the clear.
void Janus::run_feed(Sends sends) {
  PlainStream video(video_port_, 96, 0x1111), sound(audio_port_, 111, 0x2222);
  const auto [kbps, rate] = sends.video.back();
  FrameMaker frames(kbps, rate, sends.mark);
  const std::vector<std::uint8_t> speech(kSpeechBytes, sends.mark);
  const auto frame = std::chrono::microseconds(1000000 / rate);
  auto next_frame = steady_clock::now(), next_sound = next_frame;
  for (std::uint32_t f = 0, s = 0; !stopping_;) {
    for (; next_frame <= steady_clock::now(); next_frame += frame, ++f) {
      const auto payloads = frames.next(f % std::uint32_t(rate * kKeyEvery.count()) == 0);
      for (std::size_t i = 0; i < payloads.size(); ++i)
        video.send(payloads[i], f * 90000 / std::uint32_t(rate), i + 1 == payloads.size());
    }
    for (; next_sound <= steady_clock::now(); next_sound += kSpeechPacket, ++s)
      sound.send(speech, s * 960, false);
    std::this_thread::sleep_until(std::min(next_frame, next_sound));
  }
}

}  // namespace huiban::bench
