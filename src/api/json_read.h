#pragma once
// Strict reading of JSON: a wrong type, an unknown word or a bad id is Invalid and names the field
// in both languages. Properties that are not asked for are ignored (pages send back what they got).
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/enum_names.h"
#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"

namespace huiban::api {

enum class Presence { kRequired, kOptional };

class JsonReader {
 public:
  explicit JsonReader(const nlohmann::json& object, std::string path = {})
      : object_(object), path_(std::move(path)) {}

  bool has(const char* name) const;  // there and not null
  const nlohmann::json& value(const char* name) const { return object_[name]; }  // only if it is there

  // Texts: at most max bytes, no control characters but line breaks and tabs.
  Result<std::string> text(const char* name, Presence presence, std::size_t max = 20000) const;
  Result<int> integer(const char* name, int least, int most, std::optional<int> otherwise) const;
  Result<bool> flag(const char* name, bool otherwise) const;
  Result<std::int64_t> whole(const char* name) const;
  Result<bool> flag(const char* name) const;  // false if it is not there
  Result<std::optional<std::chrono::year_month_day>> date(const char* name) const;
  Result<std::optional<huiban::UtcTime>> time(const char* name) const;
  Result<std::optional<std::chrono::minutes>> clock_time(const char* name) const;  // HH:MM
  Result<std::vector<std::string>> texts(const char* name, std::size_t most = 500) const;
  Result<std::vector<JsonReader>> objects(const char* name, std::size_t most = 500) const;

  template <class IdType>
  Result<std::optional<IdType>> id(const char* name) const {
    if (!has(name)) return std::optional<IdType>{};
    return std::optional<IdType>(HUIBAN_TRY(parse_id<IdType>(object_[name], field(name))));
  }
  template <class IdType>
  Result<IdType> required_id(const char* name) const {
    if (!has(name)) return missing(name);
    return parse_id<IdType>(object_[name], field(name));
  }
  template <class IdType>
  Result<std::vector<IdType>> ids(const char* name, std::size_t most = 3000) const {
    std::vector<IdType> list;
    if (!has(name)) return list;
    HUIBAN_CHECK(check_array(name, most));
    for (const auto& one : object_[name])
      list.push_back(HUIBAN_TRY(parse_id<IdType>(one, field(name))));
    return list;
  }
  template <class E, std::size_t N>
  Result<E> word(const char* name, const EnumNames<E, N>& names, std::optional<E> otherwise) const {
    if (!has(name)) {
      if (otherwise) return *otherwise;
      return missing(name);
    }
    return parse_word(object_[name], field(name), names);
  }
  template <class E, std::size_t N>
  Result<std::vector<E>> words(const char* name, const EnumNames<E, N>& names) const {
    std::vector<E> list;
    if (!has(name)) return list;
    HUIBAN_CHECK(check_array(name, 20));
    for (const auto& one : object_[name])
      list.push_back(HUIBAN_TRY(parse_word(one, field(name), names)));
    return list;
  }

  tl::unexpected<Error> missing(const char* name) const;
  tl::unexpected<Error> wrong(const char* name, const std::string& zh, const std::string& en) const;

 private:
  std::string field(const char* name) const { return path_.empty() ? name : path_ + "." + name; }
  Result<void> check_array(const char* name, std::size_t most) const;
  static tl::unexpected<Error> not_id(const std::string& field);
  static tl::unexpected<Error> unknown_word(const std::string& field, const std::string& allowed);

  template <class IdType>
  static Result<IdType> parse_id(const nlohmann::json& value, const std::string& where) {
    if (value.is_string())
      if (const auto id = IdType::parse(value.get_ref<const std::string&>())) return *id;
    return not_id(where);
  }
  template <class E, std::size_t N>
  static Result<E> parse_word(const nlohmann::json& value, const std::string& where,
                              const EnumNames<E, N>& names) {
    if (value.is_string())
      if (const auto found = value_of(names, value.get_ref<const std::string&>())) return *found;
    std::string allowed;
    for (const auto& [ignored, name] : names)
      allowed += (allowed.empty() ? "" : ", ") + std::string(name);
    return unknown_word(where, allowed);
  }

  const nlohmann::json& object_;
  std::string path_;
};

std::optional<std::chrono::year_month_day> parse_date(const std::string& text);
std::string date_text(std::chrono::year_month_day date);  // YYYY-MM-DD

}  // namespace huiban::api
