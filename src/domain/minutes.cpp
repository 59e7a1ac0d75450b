#include "domain/minutes.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/rule_sentence.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

// More people than this in branch venues print as kinds of units, with the sheet attached.
constexpr std::size_t kLongBranchList = 30;

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

std::string ended(const std::string& sentence) {
  for (const std::string mark : {"。", "！", "？", "；", "："})
    if (sentence.size() >= mark.size() &&
        sentence.compare(sentence.size() - mark.size(), mark.size(), mark) == 0)
      return sentence;
  return sentence + "。";
}

bool has(const AgendaItem& item, AgendaKind kind) {
  return std::find(item.kinds.begin(), item.kinds.end(), kind) != item.kinds.end();
}

// What was done: 会议听取了副镇长关于防汛防台的工作部署。
std::string deed(const AgendaItem& item, const std::string& speaker) {
  const auto about = item.subject.empty() ? std::string() : "关于" + item.subject + "的";
  if (has(item, AgendaKind::kHosting)) return speaker.empty() ? "" : speaker + "主持会议。";
  if (has(item, AgendaKind::kClosing)) return speaker.empty() ? "" : speaker + "作了小结。";
  if (has(item, AgendaKind::kConveying) && !item.source.empty())
    return (speaker.empty() ? "会议" : speaker) + "传达了" + item.source +
           (item.source_link.empty() ? "" : "（" + item.source_link + "）") + "精神。";
  if (has(item, AgendaKind::kSiteBriefing))
    return speaker.empty() ? "" : speaker + "作了" + about + "现场介绍。";
  if (has(item, AgendaKind::kHearing)) return "会议听取了" + speaker + about + "汇报。";
  if (has(item, AgendaKind::kAdvice))
    return speaker.empty() ? "" : speaker + "提出了" + about + "建议和要求。";
  if (has(item, AgendaKind::kConveying))
    return (speaker.empty() ? "会议" : speaker) + "传达了" + about + "有关会议精神。";
  std::vector<std::string> kinds;
  for (const auto kind : item.kinds) kinds.push_back(kind_in_words(kind));
  return "会议听取了" + speaker + about + join(kinds, "和") + "。";
}

// How what was said begins: a speech points out, a deployment requires; a statement stands as it
// is.
std::string verb(const AgendaItem& item) {
  if (has(item, AgendaKind::kSpeech)) return "会议指出，";
  for (const auto kind : {AgendaKind::kDeployment, AgendaKind::kConveying, AgendaKind::kClosing,
                          AgendaKind::kCritique})
    if (has(item, kind)) return "会议要求，";
  return {};
}

// 【安全、消防】 begins a block with numbers of its own, "- " a numbered line: two lists in one speech.
std::vector<std::string> numbered(std::vector<std::string> lines) {
  int block = 0, number = 0;
  for (auto& line : lines) {
    if (starts_with(line, "【") && line.ends_with("】")) {
      constexpr auto kBracket = std::char_traits<char>::length("【");
      line = "（" + numeral(++block) + "）" + line.substr(kBracket, line.size() - 2 * kBracket);
      number = 0;
    } else if (starts_with(line, "- ")) {
      line = std::to_string(++number) + "." + line.substr(2);
    }
  }
  return lines;
}

class Drafter {
 public:
  explicit Drafter(const MeetingFacts& facts)
      : facts_(facts), meeting_(facts.meeting), plan_(facts.meeting.plan()) {}

  MinutesDraft draft() {
    const auto signed_on = meeting_.ended_at().value_or(facts_.as_of);
    draft_.mark = facts_.mark;
    draft_.number = meeting_.minutes_number();
    draft_.maker = facts_.office;
    draft_.date = date_in_words(local_date(signed_on, facts_.utc_offset));
    draft_.title = title();
    add(first_paragraph());
    add_items();
    add_tasks_of_no_item();
    add_attendance();
    draft_.copies_to = "镇领导，各参会单位";
    draft_.printed_by = facts_.office;
    draft_.printed_on = draft_.date + "印发";
    return std::move(draft_);
  }

 private:
  using Kind = MinutesParagraph::Kind;

  // 关于…会议的纪要; the year in front is the number's matter.
  std::string title() const {
    auto words = plan_.title;
    const auto year = plan_.year ? std::to_string(*plan_.year) + "年" : std::string();
    if (!year.empty() && starts_with(words, year)) words = words.substr(year.size());
    return (starts_with(words, "关于") ? "" : "关于") + words + "的纪要";
  }

  MinutesParagraph& add(std::string text, Kind kind = Kind::kBody,
                        const AgendaItem* item = nullptr) {
    MinutesParagraph paragraph;
    paragraph.kind = kind;
    paragraph.text = std::move(text);
    if (item) {
      paragraph.item = item->id;
      paragraph.said_at = started(*item);
    }
    draft_.paragraphs.push_back(std::move(paragraph));
    return draft_.paragraphs.back();
  }

  // Time, place, form and purpose; who hosted and who spoke; how many came where.
  std::string first_paragraph() const {
    std::string text = plan_.time.date.ok()
                           ? date_in_words(plan_.time.date) + half_in_words(plan_.time.half) + "，"
                           : "";
    const auto superiors = superiors_in_words(plan_);
    if (plan_.form == MeetingForm::kVisit && !superiors.empty()) {
      text += cut_list(superiors, plan_.list_cut) + "到" + facts_.directory.town + plan_.place +
              "调研";
    } else {
      text += facts_.directory.town;
      if (!plan_.place.empty()) text += "在" + plan_.place;
      if (plan_.form == MeetingForm::kVideo) text += "以视频形式";
      text += "召开" + plan_.title;
    }
    if (!plan_.purpose.empty()) text += "，" + plan_.purpose;
    text += "。" + chairs();
    if (const auto stops = stops_in_words(plan_.stops); !stops.empty()) text += stops + "。";
    if (const auto stops = stops_in_words(facts_.visit_stops); !stops.empty())
      text += "会前，" + stops + "。";
    const auto& total = facts_.attendance.total;
    if (total.expected > 0) {
      text += "应到" + std::to_string(total.expected) + "人，实到" + std::to_string(total.present) +
              "人";
      if (facts_.attendance.branch.expected > 0)
        text += "，其中主会场" + std::to_string(facts_.attendance.main.present) + "人、分会场" +
                std::to_string(facts_.attendance.branch.present) + "人";
      text += "。";
    }
    return text + "会议纪要如下：";
  }

  // 党委副书记、镇长主持会议，党委书记出席并讲话。
  std::string chairs() const {
    std::vector<std::string> words;
    const Post* host = plan_.host ? facts_.directory.find_post(*plan_.host) : nullptr;
    if (host) words.push_back(post_in_words(facts_.directory, *host) + "主持会议");
    for (const auto& item : plan_.agenda) {
      const auto speaker = speakers_in_words(facts_.directory, item.speakers);
      if (has(item, AgendaKind::kSpeech) && !speaker.empty())
        words.push_back(speaker + "出席并讲话");
    }
    return words.empty() ? "" : join(words, "，") + "。";
  }

  std::optional<UtcTime> started(const AgendaItem& item) const {
    const auto found = meeting_.item_clocks().find(item.id);
    return found == meeting_.item_clocks().end() ? std::nullopt : found->second.started;
  }

  // As spoken; items that were not called stand behind those that were, as planned.
  std::vector<const AgendaItem*> items_in_order() const {
    std::vector<const AgendaItem*> items;
    for (const auto& item : plan_.agenda) items.push_back(&item);
    std::stable_sort(items.begin(), items.end(), [this](const AgendaItem* a, const AgendaItem* b) {
      return started(*a).value_or(UtcTime::max()) < started(*b).value_or(UtcTime::max());
    });
    return items;
  }

  std::vector<const Task*> tasks_of(const AgendaItem* item) const {
    std::vector<const Task*> tasks;
    for (const auto& task : facts_.tasks) {
      const bool known = task.source().item && meeting_.find_item(*task.source().item);
      if (item ? task.source().item == item->id : !known) tasks.push_back(&task);
    }
    return tasks;
  }

  std::string newest_note(const AgendaItem& item) const {
    const auto found = meeting_.notes().find(item.id);
    return found == meeting_.notes().end() ? std::string() : found->second.back().text;
  }

  // Items about which nothing was noted or decided get no heading.
  void add_items() {
    int number = 0;
    for (const AgendaItem* item : items_in_order()) {
      const auto notes = numbered(note_lines(newest_note(*item)));
      const auto tasks = tasks_of(item);
      if (notes.empty() && tasks.empty() && item->findings.empty()) continue;
      add(numeral(++number) + "、" + item_in_words(*item), Kind::kHeading, item);
      const auto opening = deed(*item, speakers_in_words(facts_.directory, item->speakers));
      if (notes.empty()) {
        if (!opening.empty()) add(opening, Kind::kBody, item);
      } else {
        // Notes that are worded as minutes already (会议强调，…) keep their own verb.
        const auto lead = starts_with(notes.front(), "会议") ? "" : verb(*item);
        add(ended(opening + lead + notes.front()), Kind::kBody, item);
        for (std::size_t i = 1; i < notes.size(); ++i) add(ended(notes[i]), Kind::kBody, item);
      }
      if (!item->findings.empty()) add("暗访督查发现的问题：", Kind::kBody, item);
      for (std::size_t i = 0; i < item->findings.size(); ++i)
        add(ended(std::to_string(i + 1) + "." + item->findings[i]), Kind::kBody, item);
      add_tasks(tasks, item);
    }
  }

  void add_tasks(const std::vector<const Task*>& tasks, const AgendaItem* item) {
    if (tasks.empty()) return;
    add("会议决定：", Kind::kBody, item);
    int number = 0;
    for (const Task* task : tasks) {
      auto& paragraph =
          add(std::to_string(++number) + "." + task_in_words(task->content()), Kind::kTask);
      paragraph.item = task->source().item;
      paragraph.task = task->id();
      if (task->source().second && meeting_.started_at())
        paragraph.said_at = *meeting_.started_at() + std::chrono::seconds{*task->source().second};
    }
  }

  // The matter, then 责任单位, 配合单位, 责任人 and 时限 as far as they are fixed.
  std::string task_in_words(const TaskContent& content) const {
    std::vector<std::string> duties, assisting;
    if (const Unit* lead =
            content.lead_unit ? facts_.directory.find_unit(*content.lead_unit) : nullptr)
      duties.push_back("责任单位：" + lead->name);
    if (!content.fan_out.empty()) duties.push_back("责任单位：" + content.fan_out);
    for (const auto& id : content.assist_units)
      if (const Unit* unit = facts_.directory.find_unit(id)) assisting.push_back(unit->name);
    if (!assisting.empty()) duties.push_back("配合单位：" + join(assisting));
    if (!content.contact.empty()) duties.push_back("责任人：" + content.contact);
    if (content.due) duties.push_back("时限：" + date_in_words(*content.due));
    const auto text = ended(content.title);
    return duties.empty() ? text : text + "（" + join(duties, "；") + "）";
  }

  void add_tasks_of_no_item() {
    const auto tasks = tasks_of(nullptr);
    if (tasks.empty()) return;
    add("其他事项", Kind::kHeading);
    add_tasks(tasks, nullptr);
  }

  std::string seat_in_words(const Seat& seat) const {
    const Post* post = seat.post ? facts_.directory.find_post(*seat.post) : nullptr;
    return (post && post->classes.town_leader ? "" : seat.unit_name) + seat.title;
  }

  // Present people by office order, each once; further posts of one person stand in （兼…）.
  std::vector<std::string> present_in(VenueKind kind, std::set<std::string>* kinds) const {
    struct Entry {
      std::string words;
      std::vector<std::string> further;
    };
    std::vector<Entry> entries;
    std::map<PersonId, std::pair<VenueKind, std::size_t>> of_person;
    const auto count = std::min(meeting_.seats().size(), facts_.attendance.seats.size());
    for (std::size_t i = 0; i < count; ++i) {
      const Seat& seat = meeting_.seats()[i];
      const auto& result = facts_.attendance.seats[i];
      const bool substitute = result.status == SeatStatus::kSubstitute;
      if (result.status != SeatStatus::kPresent && !(substitute && !result.by_expected)) continue;
      if (seat.person) {
        const auto [first, added] =
            of_person.try_emplace(*seat.person, seat.venue_kind, entries.size());
        if (!added) {
          if (first->second.first == kind)
            entries[first->second.second].further.push_back(seat_in_words(seat));
          continue;
        }
      }
      if (seat.venue_kind != kind) continue;
      entries.push_back(
          {seat_in_words(seat) + (substitute ? "（" + result.substitute + "替会）" : ""), {}});
      if (kinds) kinds->insert(seat.unit_kind);
    }
    std::vector<std::string> people;
    for (const auto& entry : entries)
      people.push_back(entry.further.empty() ? entry.words
                                             : entry.words + "（兼" + join(entry.further) + "）");
    return people;
  }

  // Each person once, by the first of the seats.
  std::vector<std::string> on_leave() const {
    std::vector<std::string> people;
    std::set<PersonId> seen;
    const auto count = std::min(meeting_.seats().size(), facts_.attendance.seats.size());
    for (std::size_t i = 0; i < count; ++i) {
      const Seat& seat = meeting_.seats()[i];
      if (facts_.attendance.seats[i].status != SeatStatus::kLeave) continue;
      if (!seat.person || seen.insert(*seat.person).second) people.push_back(seat_in_words(seat));
    }
    return people;
  }

  // 出席: who came, by the facts. 列席: who spoke or was entered without a seat in the list.
  void add_attendance() {
    std::set<std::string> kinds;
    const auto main = present_in(VenueKind::kMain, nullptr);
    const auto branch = present_in(VenueKind::kBranch, &kinds);
    auto main_words = superiors_in_words(plan_);  // they rank above the town's people
    main_words.insert(main_words.end(), main.begin(), main.end());
    auto text = cut_list(main_words, plan_.list_cut);
    if (branch.size() > kLongBranchList)
      text += (text.empty() ? "" : "；") + enumeration(kinds_in_words(facts_.directory, kinds)) +
              "有关人员在分会场参加会议（签到表附后）";
    else if (!branch.empty())
      text += (text.empty() ? "" : "；") + cut_list(branch, plan_.list_cut) + "在分会场参加会议";
    if (!text.empty()) draft_.attendance.push_back({"出席", text});
    if (const auto with = accompanying_in_words(facts_.directory, plan_); !with.empty())
      draft_.attendance.push_back({"陪同", cut_list(with, plan_.list_cut)});
    if (const auto leave = on_leave(); !leave.empty())
      draft_.attendance.push_back({"请假", join(leave)});
    std::vector<std::string> guests;
    for (const auto& guest : plan_.guests)
      if (!guest.superior && !guest.accompanies) guests.push_back(guest.unit + guest.title);
    for (const auto& guest : meeting_.guests())
      if (guest.kind == GuestKind::kAttending) guests.push_back(guest.text);
    for (const AgendaItem* item : items_in_order())
      for (const auto& speaker : item->speakers)
        if (started(*item) && !speaker.post && !speaker.unit && !speaker.text.empty() &&
            std::find(guests.begin(), guests.end(), speaker.text) == guests.end() &&
            std::find(main_words.begin(), main_words.end(), speaker.text) == main_words.end())
          guests.push_back(speaker.text);
    if (!guests.empty()) draft_.attendance.push_back({"列席", join(guests)});
  }

  const MeetingFacts& facts_;
  const Meeting& meeting_;
  const MeetingPlan& plan_;
  MinutesDraft draft_;
};

}  // namespace

// The lines of a note without blank ones and trailing blanks.
std::vector<std::string> note_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.pop_back();
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.empty()) lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

std::vector<std::string> superiors_in_words(const MeetingPlan& plan) {
  std::vector<std::string> words;
  for (const auto& guest : plan.guests)
    if (guest.superior && !guest.accompanies) words.push_back(guest.unit + guest.title);
  return words;
}

std::vector<std::string> accompanying_in_words(const Directory& directory,
                                               const MeetingPlan& plan) {
  std::vector<std::string> words;
  for (const auto& guest : plan.guests)
    if (guest.accompanies) words.push_back(guest.unit + guest.title);
  for (const auto& id : plan.accompanying)
    if (const Post* post = directory.find_post(id)) words.push_back(post_in_words(directory, *post));
  return words;
}

std::string cut_list(std::vector<std::string> words, int most) {
  const bool cut = most > 0 && words.size() > std::size_t(most);
  if (cut) words.resize(std::size_t(most));
  return join(words) + (cut ? "等" : "");
}

std::string stops_in_words(const std::vector<std::string>& stops) {
  if (stops.empty()) return {};
  if (stops.size() == 1) return "实地察看了" + stops.front();
  return "先后实地察看了" + join(stops) + "等" + std::to_string(stops.size()) + "个点位";
}

MinutesDraft draft_minutes(const MeetingFacts& facts) {
  return Drafter(facts).draft();
}

}  // namespace huiban::domain
