#include "domain/notice.h"

#include <algorithm>

#include "domain/rule_sentence.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

std::string clock_in_words(std::chrono::minutes at) {
  const auto minute = std::to_string(at.count() % 60);
  return std::to_string(at.count() / 60) + ":" + (minute.size() < 2 ? "0" : "") + minute;
}

std::string weekday_in_words(std::chrono::year_month_day date) {
  static constexpr const char* kDays[] = {"日", "一", "二", "三", "四", "五", "六"};
  return std::string("星期") + kDays[std::chrono::weekday{std::chrono::sys_days{date}}.c_encoding()];
}

class NoticeWriter {
 public:
  NoticeWriter(const MeetingFacts& facts, std::optional<UnitId> unit)
      : facts_(facts), plan_(facts.meeting.plan()), unit_(unit) {}

  NoticeDraft write() {
    draft_.mark = facts_.office + "文件";
    draft_.number = facts_.meeting.number();
    draft_.title = "关于召开" + plan_.title + "的通知";
    draft_.addressee = addressee();
    text(opening());
    heading("会议时间", when());
    heading("会议地点", "");
    for (const auto& line : where()) text(line);
    if (!plan_.stops.empty()) {
      heading("察看点位", "");
      int stop = 0;
      for (const auto& place : plan_.stops) text(numbered(++stop, place + "。"));
    }
    heading("参会人员", "");
    for (const auto& line : guests()) text(line);
    for (const auto& line : who()) text(line);
    if (!plan_.agenda.empty()) {
      heading("会议议程", "");
      int number = 0;
      for (const auto& item : plan_.agenda) text(numbered(++number, agenda_line(item)));
    }
    heading("有关要求", "");
    int number = 0;
    for (const auto& line : demands()) text(numbered(++number, line));
    draft_.signature = facts_.office;
    draft_.date = date_in_words(local_date(facts_.as_of, facts_.utc_offset));
    draft_.contact = "（联系单位：" + facts_.office + "）";
    return std::move(draft_);
  }

 private:
  void text(std::string words) { draft_.paragraphs.push_back({false, std::move(words)}); }
  void heading(const std::string& words, const std::string& after) {
    draft_.paragraphs.push_back({true, numeral(++headings_) + "、" + words});
    if (!after.empty()) text(after);
  }
  static std::string numbered(int number, const std::string& words) {
    return std::to_string(number) + "." + words;
  }

  bool concerns(const Seat& seat) const { return !unit_ || seat.unit == *unit_; }
  bool has_seat_in(VenueKind kind) const {
    const auto& seats = facts_.meeting.seats();
    return std::any_of(seats.begin(), seats.end(), [&](const Seat& seat) {
      return concerns(seat) && seat.venue_kind == kind;
    });
  }

  std::string addressee() const {
    const Unit* unit = unit_ ? facts_.directory.find_unit(*unit_) : nullptr;
    return unit ? unit->name : "各有关单位";
  }

  std::string opening() const {
    const auto purpose = plan_.purpose.empty() ? std::string() : "为" + plan_.purpose + "，";
    return purpose + "经研究，决定召开" + plan_.title + "。现将有关事项通知如下：";
  }

  std::string when() const {
    std::string words = date_in_words(plan_.time.date) + "（" + weekday_in_words(plan_.time.date) +
                        "）" + half_in_words(plan_.time.half);
    if (!plan_.time.start) return words + "。";
    words += clock_in_words(*plan_.time.start);
    const auto seated = *plan_.time.start - kSeatedBefore;
    return words + "，请于" + clock_in_words(std::max(seated, std::chrono::minutes{0})) +
           "前入座、签到。";
  }

  std::vector<std::string> where() const {
    std::vector<std::string> lines;
    const auto place = plan_.place.empty() ? "另行通知" : plan_.place;
    if (plan_.form != MeetingForm::kVideo) return {place + "。"};
    if (has_seat_in(VenueKind::kMain)) lines.push_back("主会场：" + place + "。");
    if (has_seat_in(VenueKind::kBranch))
      lines.push_back(std::string("分会场：") + (unit_ ? "本单位会议室" : "各单位会议室") +
                      "，用浏览器打开入会链接参加，不用安装软件。");
    return lines;
  }

  std::vector<std::string> guests() const {
    std::vector<std::string> lines;
    if (const auto words = superiors_in_words(plan_); !words.empty())
      lines.push_back("上级领导：" + cut_list(words, plan_.list_cut) + "。");
    if (const auto words = accompanying_in_words(facts_.directory, plan_); !words.empty())
      lines.push_back("陪同：" + cut_list(words, plan_.list_cut) + "。");
    return lines;
  }

  // 主会场：党总支书记；分会场：安全干部、卫生干部。
  std::vector<std::string> who() const {
    if (!unit_) {
      const auto sentence = rule_sentence(facts_.directory, plan_);
      return {sentence.empty() ? "见应到名单。" : sentence};
    }
    std::vector<std::string> lines;
    for (const auto kind : {VenueKind::kMain, VenueKind::kBranch}) {
      std::vector<std::string> titles;
      for (const auto& seat : facts_.meeting.seats())
        if (concerns(seat) && seat.venue_kind == kind)
          titles.push_back(seat.title + (seat.vacant ? "（空缺）" : ""));
      if (titles.empty()) continue;
      const char* room = kind == VenueKind::kMain ? "主会场：" : "分会场：";
      lines.push_back((plan_.form == MeetingForm::kVideo ? room : "") + join(titles) + "。");
    }
    return lines;
  }

  std::string agenda_line(const AgendaItem& item) const {
    const auto speakers = speakers_in_words(facts_.directory, item.speakers);
    return speakers + (speakers.empty() ? "" : "：") + item_in_words(item) + "。";
  }

  std::vector<std::string> demands() const {
    std::vector<std::string> lines{
        "请收到通知后尽快在系统中回执，报参会人员的职务、姓名和手机号码。",
        "不能参加的，请事先请假或报替会人员，经会议主持领导同意。"};
    if (has_seat_in(VenueKind::kBranch) && plan_.form == MeetingForm::kVideo)
      lines.push_back("请分会场在会前一小时内打开入会链接，检查摄像头、话筒和网络。");
    lines.push_back("请遵守会场纪律，手机调至静音。");
    return lines;
  }

  const MeetingFacts& facts_;
  const MeetingPlan& plan_;
  const std::optional<UnitId> unit_;
  NoticeDraft draft_;
  int headings_ = 0;
};

}  // namespace

NoticeDraft draft_notice(const MeetingFacts& facts, std::optional<UnitId> unit) {
  return NoticeWriter(facts, unit).write();
}

}  // namespace huiban::domain
