#pragma once
// What media reported to the rules, as lines of text with venues by letter.
#include <map>
#include <string>
#include <vector>

#include "domain/ports.h"

namespace huiban::test {

class RecordedFacts final : public domain::MediaFacts {
 public:
  std::map<VenueId, std::string> venue_names;
  std::map<PeerId, std::string> peer_names;
  std::vector<std::string> lines;   // presence and faults
  std::vector<std::string> slots;   // "page1 stage_main east"
  std::vector<std::string> layers;  // "e 2": the page e shall send two
  std::vector<PeerId> closed;
  std::vector<domain::VenueFigures> last_figures;
  UtcTime last_packet{};

  void venue_joined(MeetingId, VenueId v, PeerId p) override { add("joined", v, p); }
  void venue_lost(MeetingId, VenueId v, PeerId p, UtcTime last) override {
    last_packet = last;
    add("lost", v, p);
  }
  void venue_back(MeetingId, VenueId v, PeerId p) override { add("back", v, p); }
  void venue_taken_over(MeetingId, VenueId v, PeerId before, PeerId now) override {
    lines.push_back("taken over " + name(v) + " " + name(before) + " " + name(now));
  }
  void slot_shown(MeetingId, PeerId p, const std::string& slot, std::optional<VenueId> v) override {
    slots.push_back(name(p) + " " + slot + " " + (v ? name(*v) : "-"));
  }
  void figures(MeetingId, const std::vector<domain::VenueFigures>& venues) override {
    last_figures = venues;
  }
  void layers_wanted(MeetingId, PeerId p, std::size_t count) override {
    layers.push_back(name(p) + " " + std::to_string(count));
  }
  void peer_closed(MeetingId, PeerId p) override { closed.push_back(p); }
  void content_shared(MeetingId, VenueId v, PeerId p, bool shared) override {
    add(shared ? "shares" : "stops sharing", v, p);
  }
  void media_fault(MeetingId, const std::string& what) override {
    lines.push_back("fault " + what);
  }

  std::vector<std::string> take() { return std::exchange(lines, {}); }

 private:
  std::string name(VenueId v) const { return venue_names.count(v) ? venue_names.at(v) : "?"; }
  std::string name(PeerId p) const { return peer_names.count(p) ? peer_names.at(p) : "?"; }
  void add(const char* what, VenueId v, PeerId p) {
    lines.push_back(std::string(what) + " " + name(v) + " " + name(p));
  }
};

}  // namespace huiban::test
