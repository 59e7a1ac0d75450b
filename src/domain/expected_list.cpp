#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "domain/attendance.h"
#include "domain/rule_selection.h"
#include "domain/rule_sentence.h"

namespace huiban::domain {

namespace {

constexpr int kByAgenda = -1;  // Seat::rule of 会议角色

std::string rule_in_words(int index) {
  return "第" + std::to_string(index + 1) + "条";
}

// Builds the list rule by rule (docs/attendance.md). 负责人 rules come last: they add nothing where
// another rule expects a head.
class ListBuilder {
 public:
  ListBuilder(const Directory& directory, const MeetingPlan& plan)
      : directory_(directory), plan_(plan) {}

  Result<ExpectedList> build() {
    const auto& rules = plan_.rules;
    for (std::size_t i = 0; i < rules.size(); ++i)
      HUIBAN_CHECK(check_rule(directory_, rules[i], i));
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (!is_any_head(directory_, rules[i])) add_rule(int(i), rules[i]);
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (is_any_head(directory_, rules[i])) add_any_head_rule(int(i), rules[i]);
    add_agenda_people();
    sort_seats();
    make_venues();
    count();
    warn_of_split_persons();
    list_.sentence_zh = rule_sentence(directory_, plan_);
    return std::move(list_);
  }

 private:
  void warn(std::string text) { list_.warnings_zh.push_back(std::move(text)); }

  void add_rule(int index, const AttendanceRule& rule) {
    int named = 0;
    for (const Unit* unit : units_of_rule(directory_, rule))
      for (const Post* post : directory_.posts_of(unit->id)) {
        if (!rule_wants(directory_, rule, *post)) continue;
        ++named;
        if (const Seat* seat = seat_of(post->id))
          warn(unit->name + post->title + "已在" + rule_in_words(seat->rule) + "中，按" +
               rule_in_words(seat->rule) + "计");
        else
          add_seat(*unit, post, rule.venue, index);
      }
    if (named == 0) warn("参会范围" + rule_in_words(index) + "没有选到人");
  }

  // One seat per unit, filled by whichever head comes; where a head is expected anyway it is not
  // added.
  void add_any_head_rule(int index, const AttendanceRule& rule) {
    const auto units = units_of_rule(directory_, rule);
    const PostClass& cls = *directory_.find_class(rule.post_class);
    for (const Unit* unit : units) {
      const auto posts = directory_.posts_of_class(unit->id, cls);
      if (expects_one_of(unit->id, posts))
        warn(unit->name + "已有" + cls.name + "在应到名单中，" + rule_in_words(index) + "不再加");
      else if (posts.empty())
        warn(unit->name + "没有" + cls.name + "职务，" + rule_in_words(index) + "没有加");
      else
        add_any_seat(*unit, cls.name, posts, rule.venue, index);
    }
    if (units.empty()) warn("参会范围" + rule_in_words(index) + "没有选到人");
  }

  // A vacant post sends nobody, so it does not stand for the unit.
  bool expects_one_of(UnitId unit, const std::vector<const Post*>& posts) const {
    const auto is_one = [&](PostId id) {
      return std::any_of(posts.begin(), posts.end(),
                         [&](const Post* post) { return post->id == id; });
    };
    return std::any_of(list_.seats.begin(), list_.seats.end(), [&](const Seat& seat) {
      if (seat.unit != unit || seat.vacant) return false;
      return seat.post ? is_one(*seat.post)
                       : std::any_of(seat.heads.begin(), seat.heads.end(), is_one);
    });
  }

  const Seat* seat_of(PostId post) const {
    const auto found = std::find_if(list_.seats.begin(), list_.seats.end(),
                                    [&](const Seat& seat) { return seat.post == post; });
    return found == list_.seats.end() ? nullptr : &*found;
  }

  Seat& new_seat(const Unit& unit, const std::string& title, VenueKind venue, int rule, int rank) {
    Seat seat;
    seat.id = SeatId::make();
    seat.unit = unit.id;
    seat.unit_name = unit.name;
    seat.unit_kind = unit.kind;
    seat.unit_order = unit.order;
    seat.title = title;
    seat.venue_kind = venue;
    seat.rule = rule;
    ranks_[seat.id] = rank;
    return list_.seats.emplace_back(std::move(seat));
  }

  void add_seat(const Unit& unit, const Post* post, VenueKind venue, int rule) {
    Seat& seat = new_seat(unit, post->title, venue, rule, post->rank);
    seat.post = post->id;
    seat.vacant = post->holder_state == HolderState::kVacant;
    if (post->holder_state == HolderState::kHeld) seat.person = post->holder;
  }

  // A seat that whichever of the posts comes fills; vacant when all of them are.
  void add_any_seat(const Unit& unit, const std::string& title,
                    const std::vector<const Post*>& posts, VenueKind venue, int rule) {
    Seat& seat = new_seat(unit, title, venue, rule, 0);
    seat.vacant = true;
    for (const Post* post : posts) {
      seat.heads.push_back(post->id);
      if (post->holder_state != HolderState::kVacant) seat.vacant = false;
    }
  }

  // Host and speakers are expected too, in the main venue, unless a rule already has them. Words
  // alone (五家重点点位小区) have no seat.
  void add_agenda_people() {
    if (plan_.host) add_agenda_post(*plan_.host);
    for (const auto& item : plan_.agenda)
      for (const auto& speaker : item.speakers)
        if (speaker.post) add_agenda_post(*speaker.post);
    for (const auto& item : plan_.agenda)
      for (const auto& speaker : item.speakers)
        if (!speaker.post && speaker.unit) add_agenda_unit(*speaker.unit);
  }

  void add_agenda_post(PostId id) {
    const Post* post = directory_.find_post(id);
    const Unit* unit = post ? directory_.find_unit(post->unit) : nullptr;
    if (!unit) return;
    if (post->holder_state == HolderState::kVacant && warned_vacant_.insert(id).second)
      warn("议程中的" + unit->name + post->title + "空缺");
    if (seat_of(id) || fills_head_seat(*post)) return;
    add_seat(*unit, post, VenueKind::kMain, kByAgenda);
  }

  // The 负责人 seat of a unit is taken by the first of its heads that the agenda names.
  bool fills_head_seat(const Post& post) {
    for (const auto& seat : list_.seats) {
      if (std::find(seat.heads.begin(), seat.heads.end(), post.id) == seat.heads.end()) continue;
      return head_seat_of_.try_emplace(seat.id, post.id).first->second == post.id;
    }
    return false;
  }

  // A unit named alone is satisfied by any of its expected seats, else by its head.
  void add_agenda_unit(UnitId id) {
    const Unit* unit = directory_.find_unit(id);
    if (!unit || std::any_of(list_.seats.begin(), list_.seats.end(),
                             [&](const Seat& seat) { return seat.unit == id && !seat.vacant; }))
      return;
    const auto heads = directory_.heads_of(id);
    if (heads.empty())
      warn("议程中的" + unit->name + "没有负责人职务，不计入应到");
    else if (heads.size() == 1)
      add_seat(*unit, heads.front(), VenueKind::kMain, kByAgenda);
    else
      add_any_seat(*unit, "负责人", heads, VenueKind::kMain, kByAgenda);
  }

  void sort_seats() {
    const auto key = [this](const Seat& seat) {
      return std::tuple(seat.venue_kind == VenueKind::kBranch, seat.unit_order, seat.unit,
                        ranks_.at(seat.id));
    };
    std::stable_sort(list_.seats.begin(), list_.seats.end(),
                     [&](const Seat& a, const Seat& b) { return key(a) < key(b); });
    int order = 0;
    for (auto& seat : list_.seats) seat.order = ++order;
  }

  // One main venue; one branch venue per unit that has seats there. Seats of a unit stand together.
  void make_venues() {
    Venue main{VenueId::make(), VenueKind::kMain, "主会场", {}, 0};
    std::vector<Venue> branches;
    for (auto& seat : list_.seats) {
      if (seat.venue_kind == VenueKind::kMain) {
        if (main.units.empty() || main.units.back() != seat.unit) main.units.push_back(seat.unit);
        seat.venue = main.id;
        continue;
      }
      if (branches.empty() || branches.back().units.front() != seat.unit)
        branches.push_back({VenueId::make(),
                            VenueKind::kBranch,
                            seat.unit_name,
                            {seat.unit},
                            int(branches.size()) + 1});
      seat.venue = branches.back().id;
    }
    list_.venues.push_back(std::move(main));
    for (auto& branch : branches) list_.venues.push_back(std::move(branch));
  }

  // Persons are counted once, under their first seat; a post that is not registered counts as one
  // person, a vacant one as none.
  void count() {
    auto& totals = list_.totals;
    totals.by_rule.assign(plan_.rules.size(), 0);
    std::set<PersonId> seen;
    for (const auto& kind : directory_.kinds) totals.by_kind.push_back({kind.key, 0, 0});
    for (const auto& seat : list_.seats) {
      ++totals.posts;
      if (seat.vacant || (seat.person && !seen.insert(*seat.person).second)) continue;
      const bool main = seat.venue_kind == VenueKind::kMain;
      ++(main ? totals.main_persons : totals.branch_persons);
      if (seat.rule == kByAgenda) {
        ++(main ? totals.main_by_agenda : totals.branch_by_agenda);
      } else {
        ++(main ? totals.main_by_rules : totals.branch_by_rules);
        ++totals.by_rule[std::size_t(seat.rule)];
      }
      for (auto& row : totals.by_kind)
        if (row.kind == seat.unit_kind) ++(main ? row.main : row.branch);
    }
    std::erase_if(totals.by_kind, [](const auto& row) { return row.main + row.branch == 0; });
  }

  // 一肩挑: somebody whose seats lie in different rooms leaves one of them empty.
  void warn_of_split_persons() {
    for (const auto& person : directory_.persons) {
      std::set<VenueId> rooms;
      std::string posts;
      for (const auto& seat : list_.seats) {
        if (seat.person != person.id) continue;
        rooms.insert(seat.venue);
        posts += (posts.empty() ? "" : "、") + seat.unit_name + seat.title;
      }
      if (rooms.size() > 1) warn(posts + "由一人担任，座位在不同会场");
    }
  }

  const Directory& directory_;
  const MeetingPlan& plan_;
  ExpectedList list_;
  std::map<SeatId, int> ranks_;
  std::map<SeatId, PostId> head_seat_of_;  // which agenda post sits on a 负责人 seat
  std::set<PostId> warned_vacant_;
};

}  // namespace

Result<ExpectedList> expected_list(const Directory& directory, const MeetingPlan& plan) {
  return ListBuilder(directory, plan).build();
}

}  // namespace huiban::domain
