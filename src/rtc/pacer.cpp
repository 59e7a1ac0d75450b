#include "rtc/pacer.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace huiban::rtc {

// Entries follow each other, each with its bytes behind it; none crosses a block.
struct Pacer::Block {
  explicit Block(std::size_t size)
      : capacity(size), data(std::make_unique_for_overwrite<std::uint8_t[]>(size)) {}
  std::unique_ptr<Block> next;
  std::size_t begin = 0, end = 0, capacity;
  std::unique_ptr<std::uint8_t[]> data;
};

namespace {
constexpr std::size_t kBlock = 4 << 10;
}

Pacer::Pacer() = default;
Pacer::~Pacer() {
  while (first_) first_ = std::move(first_->next);  // block by block: no deep recursion
}

void Pacer::set_line(std::uint32_t estimate_kbps, bool filling) {
  const double wide =
      std::clamp((double(estimate_kbps) - kNarrowKbps) / double(kWideKbps - kNarrowKbps), 0.0, 1.0);
  double factor = kNarrowFactor + wide * (kFactor - kNarrowFactor);
  if (filling) factor = kFillingFactor;
  rate_ = estimate_kbps * factor * 1000 / 8;
  // A tenth of a second at the estimate, at most twelve packets: normal frames never wait.
  const double least =
      std::clamp<double>(estimate_kbps * 1000.0 / 8 / 10, kLeastBucket, kUsualBucket);
  bucket_ = std::max(least, rate_ * std::chrono::duration<double>(kBucket).count());
  tokens_ = std::min(tokens_, bucket_);
}

void Pacer::refill(Instant now) {
  if (now <= filled_) return;
  tokens_ =
      std::min(bucket_, tokens_ + rate_ * std::chrono::duration<double>(now - filled_).count());
  filled_ = now;
}

bool Pacer::take(std::size_t bytes, Instant now) {
  if (packets_ != 0) return false;
  if (rate_ == 0) return true;
  refill(now);
  if (tokens_ < double(bytes)) return false;
  tokens_ -= double(bytes);
  return true;
}

bool Pacer::push(const PacedPacket& packet, Instant now) {
  const auto limit = std::clamp<double>(rate_ * std::chrono::duration<double>(kTooOld).count(),
                                        kLeastQueue, kMostQueue);
  const std::size_t size = packet.bytes.size();
  const auto slot = std::uint8_t(std::min<std::size_t>(packet.slot, 63));
  if (double(bytes_ + size) > limit || size > 0xffff) {
    drop_all();
    dropped_ |= std::uint64_t(1) << slot;
    return false;
  }
  const std::size_t room = sizeof(Entry) + size;
  if (last_ == nullptr || last_->end + room > last_->capacity) {
    auto block = std::make_unique<Block>(std::max(kBlock, room));
    Block* const added = block.get();
    (last_ == nullptr ? first_ : last_->next) = std::move(block);
    last_ = added;
  }
  const Entry entry{now, packet.tag, std::uint16_t(size), slot};
  std::memcpy(&last_->data[last_->end], &entry, sizeof entry);
  if (size != 0) std::memcpy(&last_->data[last_->end + sizeof entry], packet.bytes.data(), size);
  last_->end += room;
  ++packets_;
  bytes_ += size;
  return true;
}

bool Pacer::front(PacedPacket& packet, Instant now) {
  if (packets_ == 0) return false;
  Entry entry;
  std::memcpy(&entry, &first_->data[first_->begin], sizeof entry);
  if (now - entry.queued > kTooOld) {
    drop_all();
    return false;
  }
  refill(now);
  if (rate_ != 0 && tokens_ < double(entry.size)) return false;
  if (rate_ != 0) tokens_ -= double(entry.size);
  packet = {{&first_->data[first_->begin + sizeof entry], entry.size}, entry.slot, entry.tag};
  return true;
}

void Pacer::pop() {
  Entry entry;
  std::memcpy(&entry, &first_->data[first_->begin], sizeof entry);
  first_->begin += sizeof entry + entry.size;
  bytes_ -= entry.size;
  --packets_;
  if (first_->begin != first_->end) return;
  first_ = std::move(first_->next);
  if (!first_) last_ = nullptr;
}

void Pacer::drop_all() {
  for (; packets_ != 0; pop()) {
    Entry entry;
    std::memcpy(&entry, &first_->data[first_->begin], sizeof entry);
    dropped_ |= std::uint64_t(1) << entry.slot;
  }
}

}  // namespace huiban::rtc
