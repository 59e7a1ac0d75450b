#include "store/json_node.h"

#include <algorithm>

namespace huiban::store {

void JsonNode::refuse(const std::string& zh, const std::string& en) const {
  throw BadFile{where_, zh, en};
}

void JsonNode::only(std::initializer_list<const char*> keys) const {
  if (!value_.is_object()) refuse("应是一个对象 {…}", "should be an object {…}");
  for (const auto& [key, value] : value_.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      refuse("没有“" + key + "”这一项", "there is no field \"" + key + "\"");
}

JsonNode JsonNode::at(const char* key) const {
  if (!has(key))
    refuse("缺少“" + std::string(key) + "”", "the field \"" + std::string(key) + "\" is missing");
  return {value_.at(key), where_.empty() ? key : where_ + "/" + key};
}

std::vector<JsonNode> JsonNode::list(const char* key) const {
  std::vector<JsonNode> nodes;
  if (!has(key)) return nodes;
  const auto node = at(key);
  if (!node.value_.is_array()) node.refuse("应是一个列表 […]", "should be a list […]");
  for (std::size_t i = 0; i < node.value_.size(); ++i)
    nodes.emplace_back(node.value_[i], node.where_ + "[" + std::to_string(i) + "]");
  return nodes;
}

std::vector<std::string> JsonNode::texts(const char* key) const {
  std::vector<std::string> texts;
  for (const auto& node : list(key)) texts.push_back(node.text());
  return texts;
}

std::string JsonNode::text() const {
  if (!value_.is_string()) refuse("应是文字", "should be a text");
  return value_.get<std::string>();
}

std::string JsonNode::text(const char* key, const char* otherwise) const {
  return has(key) ? at(key).text() : otherwise;
}

int JsonNode::number(const char* key, int otherwise, int least, int most) const {
  if (!has(key)) return otherwise;
  const auto node = at(key);
  const auto* number = node.value_.is_number_integer() ? &node.value_ : nullptr;
  // Read as a float first: a number beyond 64 bits must not wrap into the range.
  const double value = number ? number->get<double>() : 0;
  if (!number || value < least || value > most) {
    const auto range = std::to_string(least) + "–" + std::to_string(most);
    node.refuse("应是 " + range + " 的整数", "should be a whole number of " + range);
  }
  return number->get<int>();
}

bool JsonNode::flag(const char* key, bool otherwise) const {
  if (!has(key)) return otherwise;
  const auto node = at(key);
  if (!node.value_.is_boolean()) node.refuse("应是 true 或 false", "should be true or false");
  return node.value_.get<bool>();
}

}  // namespace huiban::store
