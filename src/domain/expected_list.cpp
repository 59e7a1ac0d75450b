#include <algorithm>
#include <set>
#include <tuple>

#include "domain/attendance.h"
#include "domain/rule_sentence.h"

namespace huiban::domain {

namespace {

constexpr const char* kPostClasses[] = {"town_leaders", "both_heads", "party_head", "any_head"};

bool in_class(const Post& post, const std::string& post_class) {
  if (post_class == "town_leaders") return post.classes.town_leader;
  if (post_class == "party_head") return post.classes.party_head;
  if (post_class == "any_head") return post.classes.head;
  return post.classes.party_head || post.classes.admin_head;  // both_heads
}

Error unknown(std::size_t rule, const std::string& zh, const std::string& en) {
  const auto number = std::to_string(rule + 1);
  return {ErrorCode::kInvalid, "参会范围第" + number + "条：" + zh, "Attendance rule " + number + ": " + en, {}};
}

// Builds the list rule by rule. 负责人 rules come last: they add nothing where another rule expects a head.
class ListBuilder {
 public:
  ListBuilder(const Directory& directory, const MeetingPlan& plan) : directory_(directory), plan_(plan) {}

  Result<ExpectedList> build() {
    for (std::size_t i = 0; i < plan_.rules.size(); ++i) HUIBAN_CHECK(check(i));
    for (std::size_t i = 0; i < plan_.rules.size(); ++i)
      if (plan_.rules[i].post_class != "any_head") add_rule(i);
    for (std::size_t i = 0; i < plan_.rules.size(); ++i)
      if (plan_.rules[i].post_class == "any_head") add_any_head_rule(i);
    add_agenda_people();
    sort_seats();
    make_venues();
    count();
    warn_of_split_persons();
    list_.sentence_zh = rule_sentence(directory_, plan_);
    return std::move(list_);
  }

 private:
  Result<void> check(std::size_t index) const {
    const auto& rule = plan_.rules[index];
    for (const auto& key : rule.kinds) {
      const UnitKind* kind = directory_.find_kind(key);
      if (!kind) return tl::make_unexpected(unknown(index, "没有单位类别 " + key, "no unit kind " + key));
      if (!kind->attends)
        return tl::make_unexpected(unknown(index, kind->name + " 不参会", kind->name + " does not attend"));
    }
    for (const auto& name : rule.committees)
      if (!directory_.find_committee(name))
        return tl::make_unexpected(unknown(index, "没有委员会 " + name, "no committee " + name));
    for (const auto& name : rule.aliases)
      if (!find_alias(name))
        return tl::make_unexpected(unknown(index, "没有统称 " + name, "no alias " + name));
    for (const auto& id : rule.units)
      if (!directory_.find_unit(id)) return tl::make_unexpected(unknown(index, "单位不存在", "unknown unit"));
    const auto& cls = rule.post_class;
    if (!cls.empty() && std::find(std::begin(kPostClasses), std::end(kPostClasses), cls) == std::end(kPostClasses))
      return tl::make_unexpected(unknown(index, "没有职务类别 " + cls, "no post class " + cls));
    if (cls.empty() && rule.posts.empty())
      return tl::make_unexpected(unknown(index, "没有选职务", "no posts are named"));
    for (const auto& title : rule.posts) {
      const bool known = std::any_of(directory_.posts.begin(), directory_.posts.end(),
                                     [&](const Post& p) { return p.title == title; });
      if (!known) return tl::make_unexpected(unknown(index, "没有职务 " + title, "no post " + title));
    }
    return {};
  }

  const Alias* find_alias(const std::string& name) const {
    for (const auto& alias : directory_.aliases)
      if (alias.name == name) return &alias;
    return nullptr;
  }

  // Each unit once, in office order, however many selectors name it.
  std::vector<const Unit*> units_of(const AttendanceRule& rule) const {
    std::set<std::string> kinds(rule.kinds.begin(), rule.kinds.end());
    std::set<UnitId> ids(rule.units.begin(), rule.units.end());
    for (const auto& name : rule.committees) {
      const auto& members = directory_.find_committee(name)->members;
      ids.insert(members.begin(), members.end());
    }
    for (const auto& name : rule.aliases) {
      const Alias* alias = find_alias(name);
      kinds.insert(alias->kinds.begin(), alias->kinds.end());
      ids.insert(alias->units.begin(), alias->units.end());
    }
    std::vector<const Unit*> units;
    for (const auto& unit : directory_.units)
      if (kinds.count(unit.kind) || ids.count(unit.id)) units.push_back(&unit);
    return units;
  }

  void add_rule(std::size_t index) {
    const auto& rule = plan_.rules[index];
    int named = 0;
    for (const Unit* unit : units_of(rule))
      for (const Post* post : directory_.posts_of(unit->id)) {
        const bool wanted = rule.post_class.empty()
                                ? std::find(rule.posts.begin(), rule.posts.end(), post->title) != rule.posts.end()
                                : in_class(*post, rule.post_class);
        if (!wanted) continue;
        ++named;
        if (const Seat* seat = seat_of(post->id)) {
          list_.warnings_zh.push_back(unit->name + post->title + "已在第" + std::to_string(seat->rule + 1) +
                                      "条中，按第" + std::to_string(seat->rule + 1) + "条计");
          continue;
        }
        add_seat(*unit, post, rule.venue, int(index));
      }
    if (named == 0)
      list_.warnings_zh.push_back("参会范围第" + std::to_string(index + 1) + "条没有选到人");
  }

  void add_any_head_rule(std::size_t index) {
    const auto& rule = plan_.rules[index];
    for (const Unit* unit : units_of(rule)) {
      const bool expected = std::any_of(list_.seats.begin(), list_.seats.end(),
                                        [&](const Seat& s) { return s.unit == unit->id && is_head(s); });
      if (expected)
        list_.warnings_zh.push_back(unit->name + "已有负责人在应到名单中，第" + std::to_string(index + 1) +
                                    "条不再加");
      else
        add_seat(*unit, nullptr, rule.venue, int(index));
    }
  }

  bool is_head(const Seat& seat) const {
    if (!seat.post) return true;
    const Post* post = directory_.find_post(*seat.post);
    return post && post->classes.head;
  }

  const Seat* seat_of(PostId post) const {
    for (const auto& seat : list_.seats)
      if (seat.post == post) return &seat;
    return nullptr;
  }

  void add_seat(const Unit& unit, const Post* post, VenueKind venue, int rule) {
    Seat seat;
    seat.id = SeatId::make();
    seat.unit = unit.id;
    seat.unit_name = unit.name;
    seat.unit_kind = unit.kind;
    seat.unit_order = unit.order;
    seat.title = post ? post->title : "负责人";
    seat.venue_kind = venue;
    seat.rule = rule;
    if (post) {
      seat.post = post->id;
      seat.vacant = post->holder_state == HolderState::kVacant;
      if (post->holder_state == HolderState::kHeld) seat.person = post->holder;
    }
    list_.seats.push_back(std::move(seat));
  }

  // Host and speakers are expected too (会议角色), in the main venue, unless a rule already has them.
  void add_agenda_people() {
    if (plan_.host) add_agenda_post(*plan_.host);
    for (const auto& item : plan_.agenda)
      for (const auto& speaker : item.speakers) {
        if (speaker.post) add_agenda_post(*speaker.post);
        else if (speaker.unit) add_agenda_unit(*speaker.unit);
      }
  }

  void add_agenda_post(PostId id) {
    const Post* post = directory_.find_post(id);
    if (!post || seat_of(id)) return;
    const bool any_head_seat = std::any_of(list_.seats.begin(), list_.seats.end(), [&](const Seat& s) {
      return s.unit == post->unit && !s.post;
    });
    if (any_head_seat && post->classes.head) return;
    add_seat(*directory_.find_unit(post->unit), post, VenueKind::kMain, -1);
  }

  // A unit named alone is satisfied by any of its expected seats, else by its head.
  void add_agenda_unit(UnitId id) {
    const Unit* unit = directory_.find_unit(id);
    const bool expected = std::any_of(list_.seats.begin(), list_.seats.end(),
                                      [&](const Seat& s) { return s.unit == id; });
    if (!unit || expected) return;
    const auto posts = directory_.posts_of(id);
    const auto head = std::find_if(posts.begin(), posts.end(), [](const Post* p) { return p->classes.head; });
    add_seat(*unit, head == posts.end() ? nullptr : *head, VenueKind::kMain, -1);
  }

  void sort_seats() {
    const auto key = [this](const Seat& seat) {
      const Unit* unit = directory_.find_unit(seat.unit);
      const Post* post = seat.post ? directory_.find_post(*seat.post) : nullptr;
      return std::tuple(seat.venue_kind == VenueKind::kBranch, unit ? unit->order : 0, post ? post->rank : 0);
    };
    std::stable_sort(list_.seats.begin(), list_.seats.end(),
                     [&](const Seat& a, const Seat& b) { return key(a) < key(b); });
    int order = 0;
    for (auto& seat : list_.seats) seat.order = ++order;
  }

  void make_venues() {
    Venue main{VenueId::make(), VenueKind::kMain, "主会场", {}, 0};
    std::vector<Venue> branches;
    for (auto& seat : list_.seats) {
      Venue* venue = &main;
      if (seat.venue_kind == VenueKind::kBranch) {
        if (branches.empty() || branches.back().units.front() != seat.unit)
          branches.push_back({VenueId::make(), VenueKind::kBranch, seat.unit_name, {seat.unit},
                              int(branches.size()) + 1});
        venue = &branches.back();
      } else if (main.units.empty() || main.units.back() != seat.unit) {
        main.units.push_back(seat.unit);
      }
      seat.venue = venue->id;
    }
    list_.venues.push_back(std::move(main));
    for (auto& branch : branches) list_.venues.push_back(std::move(branch));
  }

  // Persons are counted once; a post not registered counts as one person, a vacant one as none.
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
      if (seat.rule < 0) ++(main ? totals.main_by_agenda : totals.branch_by_agenda);
      else ++(main ? totals.main_by_rules : totals.branch_by_rules), ++totals.by_rule[std::size_t(seat.rule)];
      const Unit* unit = directory_.find_unit(seat.unit);
      for (auto& row : totals.by_kind)
        if (unit && row.kind == unit->kind) ++(main ? row.main : row.branch);
    }
    std::erase_if(totals.by_kind, [](const auto& row) { return row.main + row.branch == 0; });
  }

  // 一肩挑: somebody whose seats lie in different rooms leaves one of them empty.
  void warn_of_split_persons() {
    for (const auto& person : directory_.persons) {
      std::set<VenueId> rooms;
      std::string posts;
      for (const auto& seat : list_.seats)
        if (seat.person == person.id && rooms.insert(seat.venue).second)
          posts += (posts.empty() ? "" : "、") + seat.unit_name + seat.title;
      if (rooms.size() > 1) list_.warnings_zh.push_back(posts + "由一人担任，座位在不同会场");
    }
  }

  const Directory& directory_;
  const MeetingPlan& plan_;
  ExpectedList list_;
};

}  // namespace

Result<ExpectedList> expected_list(const Directory& directory, const MeetingPlan& plan) {
  return ListBuilder(directory, plan).build();
}

}  // namespace huiban::domain
