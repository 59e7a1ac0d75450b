#include "api/json_read.h"

#include <cstdio>

namespace huiban::api {

using nlohmann::json;

bool JsonReader::has(const char* name) const {
  const auto found = object_.find(name);
  return found != object_.end() && !found->is_null();
}

tl::unexpected<Error> JsonReader::missing(const char* name) const {
  return fail(ErrorCode::kInvalid, "缺少字段 " + field(name),
              "The field " + field(name) + " is missing");
}

tl::unexpected<Error> JsonReader::wrong(const char* name, const std::string& zh,
                                        const std::string& en) const {
  return fail(ErrorCode::kInvalid, "字段 " + field(name) + zh,
              "The field " + field(name) + " " + en);
}

tl::unexpected<Error> JsonReader::not_id(const std::string& field) {
  return fail(ErrorCode::kInvalid, "字段 " + field + " 不是有效的编号（UUID）",
              "The field " + field + " is not a UUID");
}

tl::unexpected<Error> JsonReader::unknown_word(const std::string& field,
                                               const std::string& allowed) {
  return fail(ErrorCode::kInvalid, "字段 " + field + " 的取值只能是：" + allowed,
              "The field " + field + " must be one of: " + allowed);
}

Result<void> JsonReader::check_array(const char* name, std::size_t most) const {
  if (!object_[name].is_array()) return wrong(name, " 必须是列表", "must be a list");
  if (object_[name].size() > most)
    return wrong(name, " 最多 " + std::to_string(most) + " 项",
                 "may have " + std::to_string(most) + " entries at most");
  return {};
}

Result<std::string> JsonReader::text(const char* name, Presence presence, std::size_t max) const {
  if (!has(name)) {
    if (presence == Presence::kRequired) return missing(name);
    return std::string{};
  }
  if (!object_[name].is_string()) return wrong(name, " 必须是文字", "must be a text");
  const auto& value = object_[name].get_ref<const std::string&>();
  if (value.size() > max) return wrong(name, " 太长", "is too long");
  for (const char c : value) {
    const auto b = static_cast<unsigned char>(c);
    if ((b < 0x20 && c != '\n' && c != '\r' && c != '\t') || b == 0x7f)
      return wrong(name, " 含有控制字符", "contains control characters");
  }
  return value;
}

Result<bool> JsonReader::flag(const char* name, bool otherwise) const {
  if (!has(name)) return otherwise;
  if (!object_[name].is_boolean()) return wrong(name, " 必须是 true 或 false", "must be a boolean");
  return object_[name].get<bool>();
}

Result<std::int64_t> JsonReader::whole(const char* name) const {
  if (!has(name)) return missing(name);
  const auto& value = object_[name];
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{1} << 53))
    return wrong(name, " 必须是整数", "must be a whole number");
  return value.get<std::int64_t>();
}

Result<bool> JsonReader::flag(const char* name) const {
  if (!has(name)) return false;
  if (!object_[name].is_boolean())
    return wrong(name, " 必须是 true 或 false", "must be true or false");
  return object_[name].get<bool>();
}

Result<int> JsonReader::integer(const char* name, int least, int most,
                                std::optional<int> otherwise) const {
  if (!has(name) && otherwise) return *otherwise;
  const auto value = HUIBAN_TRY(whole(name));
  if (value < least || value > most)
    return wrong(name, " 必须在 " + std::to_string(least) + " 与 " + std::to_string(most) + " 之间",
                 "must be between " + std::to_string(least) + " and " + std::to_string(most));
  return static_cast<int>(value);
}

Result<std::optional<std::chrono::year_month_day>> JsonReader::date(const char* name) const {
  if (!has(name)) return std::optional<std::chrono::year_month_day>{};
  if (object_[name].is_string())
    if (const auto date = parse_date(object_[name].get_ref<const std::string&>())) return date;
  return wrong(name, " 必须是日期（YYYY-MM-DD）", "must be a date (YYYY-MM-DD)");
}

Result<std::optional<UtcTime>> JsonReader::time(const char* name) const {
  if (!has(name)) return std::optional<UtcTime>{};
  UtcTime value;
  if (object_[name].is_string() &&
      parse_iso8601(object_[name].get_ref<const std::string&>(), value))
    return std::optional(value);
  return wrong(name, " 必须是时间（ISO 8601，UTC）", "must be a time (ISO 8601, UTC)");
}

Result<std::optional<std::chrono::minutes>> JsonReader::clock_time(const char* name) const {
  if (!has(name)) return std::optional<std::chrono::minutes>{};
  int hour = -1, minute = -1, used = 0;
  if (object_[name].is_string()) {
    const auto& value = object_[name].get_ref<const std::string&>();
    if (value.size() == 5 && std::sscanf(value.c_str(), "%2d:%2d%n", &hour, &minute, &used) == 2 &&
        used == 5 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60)
      return std::optional(std::chrono::minutes{hour * 60 + minute});
  }
  return wrong(name, " 必须是时刻（HH:MM）", "must be a time of day (HH:MM)");
}

Result<std::vector<std::string>> JsonReader::texts(const char* name, std::size_t most) const {
  std::vector<std::string> list;
  if (!has(name)) return list;
  HUIBAN_CHECK(check_array(name, most));
  for (const auto& one : object_[name]) {
    const json wrapped = {{name, one}};
    list.push_back(HUIBAN_TRY(JsonReader(wrapped, path_).text(name, Presence::kRequired, 400)));
  }
  return list;
}

Result<std::vector<JsonReader>> JsonReader::objects(const char* name, std::size_t most) const {
  std::vector<JsonReader> list;
  if (!has(name)) return list;
  HUIBAN_CHECK(check_array(name, most));
  for (std::size_t i = 0; i < object_[name].size(); ++i) {
    const auto where = field(name) + "[" + std::to_string(i) + "]";
    if (!object_[name][i].is_object())
      return fail(ErrorCode::kInvalid, "字段 " + where + " 必须是对象",
                  "The field " + where + " must be an object");
    list.emplace_back(object_[name][i], where);
  }
  return list;
}

std::optional<std::chrono::year_month_day> parse_date(const std::string& text) {
  int year = 0, used = 0;
  unsigned month = 0, day = 0;
  if (text.size() != 10 ||
      std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &used) != 3 || used != 10 ||
      year < 1900)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::string date_text(std::chrono::year_month_day date) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()),
                unsigned(date.day()));
  return text;
}

}  // namespace huiban::api
