#pragma once
// A value in a JSON file that a person wrote, and the way to it, so that every complaint names the
// place.
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace huiban::store {

// Thrown by a reader and caught in the same .cpp file; becomes kInvalid.
struct BadFile {
  std::string where, zh, en;
};

class JsonNode {
 public:
  JsonNode(const nlohmann::json& value, std::string where)
      : value_(value), where_(std::move(where)) {}

  const std::string& where() const { return where_; }  // meetings[0]/rules[2]/venue
  [[noreturn]] void refuse(const std::string& zh, const std::string& en) const;

  void only(
      std::initializer_list<const char*> keys) const;  // refuses any other field: a typing error
  bool has(const char* key) const { return value_.contains(key); }
  JsonNode at(const char* key) const;                     // refuses a missing field
  std::vector<JsonNode> list(const char* key) const;      // empty if missing
  std::vector<std::string> texts(const char* key) const;  // the same

  std::string text() const;
  std::string text(const char* key, const char* otherwise) const;
  int number(const char* key, int otherwise, int least, int most) const;
  bool flag(const char* key, bool otherwise) const;

 private:
  const nlohmann::json& value_;
  std::string where_;
};

}  // namespace huiban::store
