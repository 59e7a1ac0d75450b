// Datagrams into a DTLS session: foreign ones, and those of a true handshake, spoilt on their way.
// Input: a byte of choices, then pieces of one length byte each. A piece is sent as it is, or (choice) laid over the
// next true datagram: two bytes of place, then the bytes to mix in.
#include "rtc/dtls.h"

#include <deque>

#include "core/assert.h"
#include "rtc/demux.h"

using namespace huiban::rtc;

namespace {

using Bytes = std::vector<std::uint8_t>;

const DtlsIdentity& identity() {
  static const auto made = DtlsIdentity::create();
  HUIBAN_ASSERT(made);
  return **made;
}

class Pieces {
 public:
  explicit Pieces(std::span<const std::uint8_t> rest) : rest_(rest) {}
  bool done() const { return rest_.empty(); }
  std::span<const std::uint8_t> next() {
    if (rest_.empty()) return {};
    const std::size_t size = std::min<std::size_t>(rest_[0], rest_.size() - 1);
    const auto piece = rest_.subspan(1, size);
    rest_ = rest_.subspan(1 + size);
    return piece;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

void feed(DtlsSession& session, const Bytes& datagram) {
  if (classify(datagram) == PacketKind::kDtls) session.feed(datagram);
}

void foreign(bool client, Pieces pieces) {
  DtlsSession session(identity(), client, identity().fingerprint(), [](auto) {});
  if (client) session.start();
  while (!pieces.done()) {
    const auto piece = pieces.next();
    feed(session, Bytes(piece.begin(), piece.end()));
  }
  session.tick();
  HUIBAN_ASSERT(session.state() != DtlsSession::State::kConnected);
}

void spoil(Bytes& datagram, std::span<const std::uint8_t> piece) {
  if (piece.size() < 3 || datagram.empty()) return;
  const std::size_t at = std::size_t(piece[0] << 8 | piece[1]);
  for (std::size_t i = 2; i < piece.size(); ++i) datagram[(at + i) % datagram.size()] ^= piece[i];
}

void handshake(Pieces pieces) {
  std::deque<Bytes> up, down;
  const auto into = [](std::deque<Bytes>& queue) {
    return [&queue](std::span<const std::uint8_t> d) { queue.emplace_back(d.begin(), d.end()); };
  };
  DtlsSession client(identity(), true, identity().fingerprint(), into(up));
  DtlsSession server(identity(), false, identity().fingerprint(), into(down));
  client.start();
  for (int round = 0; round < 40 && !(up.empty() && down.empty()); ++round)
    for (auto* queue : {&up, &down}) {
      if (queue->empty()) continue;
      Bytes datagram = std::move(queue->front());
      queue->pop_front();
      spoil(datagram, pieces.next());
      feed(queue == &up ? server : client, datagram);
    }
  if (client.state() == DtlsSession::State::kConnected &&
      server.state() == DtlsSession::State::kConnected) {
    HUIBAN_ASSERT(client.keys().send_key == server.keys().receive_key);
    HUIBAN_ASSERT(client.keys().receive_salt == server.keys().send_salt);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Pieces pieces({data + 1, size - 1});
  // A handshake costs a hundred foreign datagrams: only some of the choices make one.
  (data[0] & 0x0f) == 1 ? handshake(pieces) : foreign(data[0] & 0x10, pieces);
  return 0;
}
