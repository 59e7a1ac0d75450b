#include "domain/minutes.h"

#include <algorithm>

#include "domain/wording.h"

namespace huiban::domain {

namespace {

constexpr std::size_t kLongBranchList =
    30;  // more people print as 各村居…, with the sheet attached

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

std::string ended(std::string sentence) {
  static const std::string kFullStop = "。";
  for (const char* mark : {"。", "！", "？", "；", "："})
    if (sentence.size() >= 3 && sentence.compare(sentence.size() - 3, 3, mark) == 0)
      return sentence;
  return sentence + kFullStop;
}

// Who speaks opens the paragraph differently: a report is heard, a speech points out, a deployment
// requires.
std::string opening(const AgendaItem& item, const std::string& speaker) {
  const auto has = [&](AgendaKind kind) {
    return std::find(item.kinds.begin(), item.kinds.end(), kind) != item.kinds.end();
  };
  const auto about = item.subject.empty() ? std::string() : "关于" + item.subject + "的";
  if (has(AgendaKind::kSpeech)) return speaker.empty() ? "会议指出，" : speaker + "在讲话中指出，";
  if (has(AgendaKind::kDeployment) && !has(AgendaKind::kReport))
    return "会议听取了" + speaker + about + "工作部署。会议要求，";
  if (has(AgendaKind::kConveying)) return "会议传达了" + about + "有关会议精神。会议要求，";
  if (has(AgendaKind::kClosing)) return speaker + "在小结时要求，";
  return "会议听取了" + speaker + about + kind_in_words(item.kinds.front()) + "。";
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
    draft_.title = "关于" + title_without_year() + "的纪要";
    add_body(first_paragraph());
    add_items();
    add_loose_tasks();
    add_attendance();
    draft_.copies_to = "镇领导，各参会单位";
    draft_.printed_by = facts_.office;
    draft_.printed_on = draft_.date + "印发";
    return std::move(draft_);
  }

 private:
  std::string title_without_year() const {
    if (!plan_.year) return plan_.title;
    const auto year = std::to_string(*plan_.year) + "年";
    return plan_.title.rfind(year, 0) == 0 ? plan_.title.substr(year.size()) : plan_.title;
  }

  void add_body(std::string text, const AgendaItem* item = nullptr,
                MinutesParagraph::Kind kind = MinutesParagraph::Kind::kBody) {
    MinutesParagraph paragraph;
    paragraph.kind = kind;
    paragraph.text = std::move(text);
    if (item) {
      paragraph.item = item->id;
      const auto clock = meeting_.item_clocks().find(item->id);
      if (clock != meeting_.item_clocks().end()) paragraph.said_at = clock->second.started;
    }
    draft_.paragraphs.push_back(std::move(paragraph));
  }

  std::string first_paragraph() const {
    std::string text = date_in_words(plan_.time.date) + half_in_words(plan_.time.half) + "，";
    if (!plan_.place.empty()) text += "在" + plan_.place;
    if (plan_.form == MeetingForm::kVideo) text += "以视频形式";
    text += "召开" + plan_.title;
    if (!plan_.purpose.empty()) text += "，" + plan_.purpose;
    text += "。";
    const Post* host = plan_.host ? facts_.directory.find_post(*plan_.host) : nullptr;
    if (host) text += post_in_words(facts_.directory, *host) + "主持会议。";
    const auto& total = facts_.attendance.total;
    if (total.expected > 0)
      text += "应到" + std::to_string(total.expected) + "人，实到" + std::to_string(total.present) +
              "人。";
    return text + "现将会议内容纪要如下：";
  }

  std::vector<const Task*> tasks_of(const std::optional<AgendaItemId>& item) const {
    std::vector<const Task*> tasks;
    for (const auto& task : facts_.tasks)
      if (task.source().item == item) tasks.push_back(&task);
    return tasks;
  }

  std::string newest_note(AgendaItemId item) const {
    const auto found = meeting_.notes().find(item);
    return found == meeting_.notes().end() ? std::string() : found->second.back().text;
  }

  // Hosting and items about which nothing was noted or decided are not worth a heading.
  void add_items() {
    int number = 0;
    for (const auto& item : plan_.agenda) {
      const auto notes = lines_of(newest_note(item.id));
      const auto tasks = tasks_of(item.id);
      if (notes.empty() && tasks.empty()) continue;
      add_body(numeral(++number) + "、" + heading(item), &item, MinutesParagraph::Kind::kHeading);
      const auto speaker = speakers_in_words(facts_.directory, item.speakers);
      for (std::size_t i = 0; i < notes.size(); ++i)
        add_body(ended(i == 0 ? opening(item, speaker) + notes[i] : notes[i]), &item);
      if (notes.empty()) add_body("会议决定：", &item);
      add_tasks(tasks);
    }
  }

  static std::string heading(const AgendaItem& item) {
    return item.subject.empty() ? kind_in_words(item.kinds.front()) : "关于" + item.subject;
  }

  void add_tasks(const std::vector<const Task*>& tasks) {
    int number = 0;
    for (const Task* task : tasks) {
      const auto& content = task->content();
      std::string text = std::to_string(++number) + "." + content.title;
      const Unit* lead =
          content.lead_unit ? facts_.directory.find_unit(*content.lead_unit) : nullptr;
      std::vector<std::string> duties;
      if (lead) duties.push_back("责任单位：" + lead->name);
      std::vector<std::string> assisting;
      for (const auto& id : content.assist_units)
        if (const Unit* unit = facts_.directory.find_unit(id)) assisting.push_back(unit->name);
      if (!assisting.empty()) duties.push_back("配合单位：" + join(assisting));
      if (!content.contact.empty()) duties.push_back("责任人：" + content.contact);
      if (content.due) duties.push_back("时限：" + date_in_words(*content.due));
      text = ended(text);
      if (!duties.empty()) text += "（" + join(duties, "；") + "）";
      MinutesParagraph paragraph;
      paragraph.kind = MinutesParagraph::Kind::kTask;
      paragraph.text = std::move(text);
      paragraph.item = task->source().item;
      paragraph.task = task->id();
      if (task->source().second && meeting_.started_at())
        paragraph.said_at = *meeting_.started_at() + std::chrono::seconds{*task->source().second};
      draft_.paragraphs.push_back(std::move(paragraph));
    }
  }

  void add_loose_tasks() {
    const auto tasks = tasks_of(std::nullopt);
    if (tasks.empty()) return;
    add_body("其他事项", nullptr, MinutesParagraph::Kind::kHeading);
    add_tasks(tasks);
  }

  std::string seat_in_words(const Seat& seat) const {
    const Post* post = seat.post ? facts_.directory.find_post(*seat.post) : nullptr;
    return post && post->classes.town_leader ? seat.title : seat.unit_name + seat.title;
  }

  void add_attendance() {
    std::vector<std::string> main, branch;
    for (std::size_t i = 0; i < meeting_.seats().size() && i < facts_.attendance.seats.size();
         ++i) {
      const Seat& seat = meeting_.seats()[i];
      if (facts_.attendance.seats[i].status != SeatStatus::kPresent) continue;
      (seat.venue_kind == VenueKind::kMain ? main : branch).push_back(seat_in_words(seat));
    }
    if (!main.empty()) draft_.attendance.push_back({"出席", join(main)});
    if (branch.empty()) return;
    const auto where = branch.size() > kLongBranchList
                           ? units_in_words() + "在分会场参加会议（签到表附后）"
                           : join(branch);
    draft_.attendance.push_back({"分会场", where});
  }

  // 各村、各居民区、…: the kinds of the units that have people in branch venues.
  std::string units_in_words() const {
    std::vector<std::string> kinds;
    for (const auto& kind : facts_.directory.kinds)
      for (const auto& seat : meeting_.seats())
        if (seat.venue_kind == VenueKind::kBranch && seat.unit_kind == kind.key) {
          kinds.push_back("各" + kind.name);
          break;
        }
    return join(kinds);
  }

  const MeetingFacts& facts_;
  const Meeting& meeting_;
  const MeetingPlan& plan_;
  MinutesDraft draft_;
};

}  // namespace

MinutesDraft draft_minutes(const MeetingFacts& facts) {
  return Drafter(facts).draft();
}

}  // namespace huiban::domain
