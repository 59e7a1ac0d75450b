#include "domain/wording.h"

namespace huiban::domain {

std::string join(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::string date_in_words(std::chrono::year_month_day date) {
  return std::to_string(int(date.year())) + "年" + std::to_string(unsigned(date.month())) + "月" +
         std::to_string(unsigned(date.day())) + "日";
}

std::string half_in_words(HalfDay half) {
  switch (half) {
    case HalfDay::kNone:
      return "";
    case HalfDay::kMorning:
      return "上午";
    case HalfDay::kAfternoon:
      return "下午";
  }
  return "";
}

std::string form_in_words(MeetingForm form) {
  switch (form) {
    case MeetingForm::kVideo:
      return "视频";
    case MeetingForm::kOnsite:
      return "现场";
    case MeetingForm::kVisit:
      return "调研";
  }
  return "";
}

std::string numeral(int n) {
  static constexpr const char* kDigits[] = {"",   "一", "二", "三", "四",
                                            "五", "六", "七", "八", "九"};
  if (n < 1 || n > 99) return std::to_string(n);
  std::string tens;
  if (n >= 20) tens = kDigits[n / 10];
  if (n >= 10) tens += "十";
  return tens + kDigits[n % 10];
}

std::string kind_in_words(AgendaKind kind) {
  switch (kind) {
    case AgendaKind::kHosting:
      return "主持";
    case AgendaKind::kSpeech:
      return "讲话";
    case AgendaKind::kDeployment:
      return "工作部署";
    case AgendaKind::kConveying:
      return "传达精神";
    case AgendaKind::kPledge:
      return "表态发言";
    case AgendaKind::kExchange:
      return "交流发言";
    case AgendaKind::kCritique:
      return "点评分析";
    case AgendaKind::kReport:
      return "情况汇报";
    case AgendaKind::kClosing:
      return "主持人小结";
    case AgendaKind::kOther:
      return "其他";
    case AgendaKind::kSiteBriefing:
      return "现场介绍";
    case AgendaKind::kHearing:
      return "听取汇报";
    case AgendaKind::kAdvice:
      return "建议和要求";
  }
  return "";
}

std::string item_in_words(const AgendaItem& item) {
  std::string kinds;
  for (const auto kind : item.kinds) kinds += (kinds.empty() ? "" : "、") + kind_in_words(kind);
  return item.subject.empty() ? kinds : kinds + "（" + item.subject + "）";
}

std::string post_in_words(const Directory& directory, const Post& post) {
  const Unit* unit = directory.find_unit(post.unit);
  return (post.classes.town_leader || !unit ? "" : unit->name) + post.title;
}

std::string speakers_in_words(const Directory& directory, const std::vector<Speaker>& speakers) {
  std::string words;
  for (const auto& speaker : speakers) {
    std::string one = speaker.text;
    if (const Post* post = speaker.post ? directory.find_post(*speaker.post) : nullptr)
      one = post_in_words(directory, *post);
    else if (const Unit* unit = speaker.unit ? directory.find_unit(*speaker.unit) : nullptr)
      one = unit->name;
    if (!one.empty()) words += (words.empty() ? "" : "、") + one;
  }
  return words;
}

std::chrono::year_month_day local_date(std::chrono::sys_time<std::chrono::milliseconds> at,
                                       std::chrono::minutes utc_offset) {
  return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(at + utc_offset)};
}

}  // namespace huiban::domain
