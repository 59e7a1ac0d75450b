#include "domain/brief.h"

#include <algorithm>
#include <set>

#include "domain/rule_sentence.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

bool has(const AgendaItem& item, AgendaKind kind) {
  return std::find(item.kinds.begin(), item.kinds.end(), kind) != item.kinds.end();
}

std::string ended(const std::string& words) {
  return words.ends_with("。") || words.ends_with("！") || words.ends_with("；") ? words
                                                                              : words + "。";
}

std::string month_and_day(std::chrono::year_month_day date) {
  return std::to_string(unsigned(date.month())) + "月" + std::to_string(unsigned(date.day())) + "日";
}

// How a speaker's words are led in; the note keeps its own 强调, 指出, 要求.
std::string lead_in(const AgendaItem& item, const std::string& speaker) {
  const auto about = item.subject.empty() ? std::string() : "就" + item.subject;
  if (has(item, AgendaKind::kConveying))
    return speaker + "传达了" + (item.source.empty() ? "有关会议" : item.source) + "精神";
  if (has(item, AgendaKind::kHosting) || has(item, AgendaKind::kClosing))
    return speaker + "在主持会议时";
  if (has(item, AgendaKind::kAdvice)) return speaker + about + "提出建议和要求";
  if (has(item, AgendaKind::kSpeech)) return speaker + "在讲话中";
  std::vector<std::string> kinds;
  for (const auto kind : item.kinds) kinds.push_back(kind_in_words(kind));
  return speaker + about + "作" + join(kinds, "和");
}

class Drafter {
 public:
  explicit Drafter(const MeetingFacts& facts)
      : facts_(facts),
        meeting_(facts.meeting),
        plan_(facts.meeting.plan()),
        directory_(directory_on(facts.directory, plan_.time.date)) {}

  BriefDraft draft() {
    draft_.title = plan_.title;
    add(lead());
    const bool before = !facts_.visit_stops.empty();
    bool first = true;
    for (const AgendaItem* item : by_rank()) {
      const auto words = said(*item);
      if (words.empty()) continue;
      add((before && first ? "会上，" : "") + words, item->id);
      first = false;
    }
    if (const auto stops = stops_in_words(facts_.visit_stops); before)
      add("会前，" + (superiors().empty() ? "" : superiors() + "一行") + stops + "。");
    if (const auto sentence = rule_sentence(directory_, plan_); !sentence.empty()) add(sentence);
    return std::move(draft_);
  }

  std::vector<std::string> leaders() const {
    std::vector<std::string> words;
    std::set<PersonId> seen;
    const auto& seats = facts_.attendance.seats;
    std::vector<const Post*> posts;
    for (std::size_t i = 0; i < std::min(meeting_.seats().size(), seats.size()); ++i) {
      const Seat& seat = meeting_.seats()[i];
      const Post* post = seat.post ? directory_.find_post(*seat.post) : nullptr;
      if (!post || !post->classes.town_leader || seats[i].status != SeatStatus::kPresent) continue;
      if (seat.person && !seen.insert(*seat.person).second) continue;
      posts.push_back(post);
    }
    std::stable_sort(posts.begin(), posts.end(),
                     [](const Post* a, const Post* b) { return a->rank < b->rank; });
    for (const Post* post : posts) words.push_back(post_in_words(directory_, *post));
    return words;
  }

 private:
  void add(std::string text, std::optional<AgendaItemId> item = {}) {
    draft_.paragraphs.push_back({std::move(text), item});
  }

  std::string superiors() const {
    return cut_list(superiors_in_words(plan_), plan_.list_cut);
  }

  std::string lead() const {
    std::string text = month_and_day(plan_.time.date) + half_in_words(plan_.time.half) + "，";
    if (plan_.form == MeetingForm::kVisit && !superiors().empty()) {
      text += superiors() + "到" + directory_.town + plan_.place + "调研。";
    } else {
      text += directory_.town + (plan_.form == MeetingForm::kVideo ? "以视频形式" : "") + "召开" +
              plan_.title + "。";
      if (!superiors().empty()) text += superiors() + "到会。";
    }
    if (const auto words = leaders(); !words.empty()) {
      auto list = words;
      const bool cut = plan_.list_cut > 0 && list.size() > std::size_t(plan_.list_cut);
      if (cut) list.resize(std::size_t(plan_.list_cut));
      text += join(list, "，") + (cut ? "等" : "") + "出席会议。";
    }
    if (const auto with = accompanying_in_words(directory_, plan_); !with.empty())
      text += join(with, "，") + "陪同。";
    const Post* host = plan_.host ? directory_.find_post(*plan_.host) : nullptr;
    if (host) text += post_in_words(directory_, *host) + "主持会议。";
    if (const auto stops = stops_in_words(plan_.stops); !stops.empty()) text += stops + "。";
    return text;
  }

  std::string said(const AgendaItem& item) const {
    const auto speaker = speakers_in_words(directory_, item.speakers);
    std::vector<std::string> lines;
    if (const auto found = meeting_.notes().find(item.id); found != meeting_.notes().end())
      lines = note_lines(found->second.back().text);
    if (speaker.empty() && lines.empty()) return {};
    // Who only opened the meeting is in the lead already.
    if (lines.empty() && (has(item, AgendaKind::kHosting) || has(item, AgendaKind::kClosing)))
      return {};
    std::string text = lead_in(item, speaker);
    if (lines.empty()) return ended(text);
    text += has(item, AgendaKind::kSpeech) || has(item, AgendaKind::kHosting) ||
                    has(item, AgendaKind::kClosing)
                ? ""
                : "，";
    for (const auto& line : lines) text += ended(line);
    return text;
  }

  // Superiors before the town's leaders, these by rank (the list of the meeting's day); everybody
  // else as planned.
  std::vector<const AgendaItem*> by_rank() const {
    std::vector<const AgendaItem*> items;
    for (const auto& item : plan_.agenda) items.push_back(&item);
    const auto rank = [this](const AgendaItem* item) {
      if (has(*item, AgendaKind::kAdvice)) return -1;
      const auto& speakers = item->speakers;
      const Post* post = speakers.empty() || !speakers.front().post
                             ? nullptr
                             : directory_.find_post(*speakers.front().post);
      return post && post->classes.town_leader ? post->rank : 1'000'000;
    };
    std::stable_sort(items.begin(), items.end(), [&](const AgendaItem* a, const AgendaItem* b) {
      return rank(a) < rank(b);
    });
    return items;
  }

  const MeetingFacts& facts_;
  const Meeting& meeting_;
  const MeetingPlan& plan_;
  const Directory directory_;
  BriefDraft draft_;
};

}  // namespace

BriefDraft draft_brief(const MeetingFacts& facts) {
  return Drafter(facts).draft();
}

std::vector<std::string> leaders_present(const MeetingFacts& facts) {
  return Drafter(facts).leaders();
}

}  // namespace huiban::domain
