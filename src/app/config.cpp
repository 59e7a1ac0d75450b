#include "app/config.h"

#include <toml++/toml.h>

#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <sstream>

namespace huiban::app {

namespace {

Error invalid(const std::string& where, const std::string& zh, const std::string& en) {
  return Error{ErrorCode::kInvalid, "配置 " + where + "：" + zh, "Setting " + where + ": " + en, {}};
}

// One key of the file: how to set it from TOML text of the right type.
class Key {
 public:
  using Set = std::function<Result<void>(const toml::node&)>;

  static Key text(std::string& target) {
    return Key{[&target](const toml::node& node) -> Result<void> {
      const auto value = node.value_exact<std::string>();
      if (!value) return tl::make_unexpected(invalid("", "应为文字", "must be text"));
      target = *value;
      return {};
    }};
  }
  template <class Int>
  static Key number(Int& target, std::int64_t least, std::int64_t most) {
    return Key{[&target, least, most](const toml::node& node) -> Result<void> {
      const auto value = node.value_exact<std::int64_t>();
      const auto range = std::to_string(least) + "–" + std::to_string(most);
      if (!value || *value < least || *value > most)
        return tl::make_unexpected(
            invalid("", "应为 " + range + " 之间的整数", "must be a whole number in " + range));
      target = Int(*value);
      return {};
    }};
  }
  static Key flag(bool& target) {
    return Key{[&target](const toml::node& node) -> Result<void> {
      const auto value = node.value_exact<bool>();
      if (!value)
        return tl::make_unexpected(invalid("", "应为 true 或 false", "must be true or false"));
      target = *value;
      return {};
    }};
  }
  static Key texts(std::vector<std::string>& target) {
    return Key{[&target](const toml::node& node) -> Result<void> {
      std::vector<std::string> values;
      const auto* array = node.as_array();
      if (!array) return tl::make_unexpected(invalid("", "应为文字列表", "must be a list of texts"));
      for (const auto& entry : *array) {
        const auto value = entry.value_exact<std::string>();
        if (!value) return tl::make_unexpected(invalid("", "应为文字列表", "must be a list of texts"));
        values.push_back(*value);
      }
      target = std::move(values);
      return {};
    }};
  }

  Set set;
};

std::map<std::string, Key> keys_of(Config& c) {
  return {
      {"server.bind_address", Key::text(c.server.bind_address)},
      {"server.http_port", Key::number(c.server.http_port, 0, 65535)},
      {"server.https_port", Key::number(c.server.https_port, 0, 65535)},
      {"server.public_url", Key::text(c.server.public_url)},
      {"server.certificate", Key::text(c.server.certificate)},
      {"server.private_key", Key::text(c.server.private_key)},
      {"server.web_dir", Key::text(c.server.web_dir)},
      {"media.port", Key::number(c.media.port, 0, 65535)},
      {"media.tcp", Key::flag(c.media.tcp)},
      {"media.announce", Key::texts(c.media.announce)},
      {"media.bind_address", Key::text(c.media.bind_address)},
      {"media.gso", Key::flag(c.media.gso)},
      {"media.pipelines_dir", Key::text(c.media.pipelines_dir)},
      {"store.path", Key::text(c.store.path)},
      {"office.name", Key::text(c.office.name)},
      {"office.number_mark", Key::text(c.office.number_mark)},
      {"office.working_days", Key::text(c.office.working_days)},
      {"office.utc_offset_minutes", Key::number(c.office.utc_offset_minutes, -720, 840)},
      {"attendance.grace_minutes", Key::number(c.attendance.grace_minutes, 0, 120)},
      {"attendance.early_minutes", Key::number(c.attendance.early_minutes, 0, 120)},
      {"attendance.hold_minutes", Key::number(c.attendance.hold_minutes, 0, 120)},
      {"attendance.window_minutes", Key::number(c.attendance.window_minutes, 0, 1440)},
      {"attendance.scan_minutes", Key::number(c.attendance.scan_minutes, 0, 1440)},
      {"log.level", Key::text(c.log.level)},
      {"log.file", Key::text(c.log.file)},
      {"log.max_megabytes", Key::number(c.log.max_megabytes, 1, 10000)},
      {"log.files", Key::number(c.log.files, 1, 1000)},
      {"demo.town_file", Key::text(c.demo.town_file)},
  };
}

// server.http_port -> HUIBAN_SERVER_HTTP_PORT
std::string environment_name(const std::string& key) {
  std::string name = "HUIBAN_";
  for (char c : key) name += c == '.' ? '_' : char(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Result<void> apply(Key& key, const std::string& where, const toml::node& node) {
  if (auto set = key.set(node); !set) {
    auto error = set.error();
    error.zh.insert(std::string("配置 ").size(), where);
    error.en.insert(std::string("Setting ").size(), where);
    return tl::make_unexpected(error);
  }
  return {};
}

// A variable is text; as TOML it is tried as written first (numbers, lists), then as a string.
Result<void> apply_environment(std::map<std::string, Key>& keys) {
  for (auto& [name, key] : keys) {
    const auto variable = environment_name(name);
    const char* text = std::getenv(variable.c_str());
    if (!text) continue;
    toml::table as_text;
    as_text.insert("v", std::string(text));
    try {
      const auto parsed = toml::parse("v = " + std::string(text));
      if (apply(key, variable, *parsed.get("v"))) continue;
    } catch (const toml::parse_error&) {
    }
    HUIBAN_CHECK(apply(key, variable, *as_text.get("v")));
  }
  return {};
}

}  // namespace

Result<Config> load_config(const std::string& path) {
  Config config;
  auto keys = keys_of(config);
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& e) {
    std::ostringstream at;
    at << path << ":" << e.source().begin.line;
    return tl::make_unexpected(invalid(at.str(), "读不懂：" + std::string(e.description()),
                                       "cannot be read: " + std::string(e.description())));
  }
  for (const auto& [section, node] : file) {
    const auto* table = node.as_table();
    const auto section_name = std::string(section.str());
    if (!table)
      return tl::make_unexpected(invalid(path + "（" + section_name + "）", "不属于任何一节",
                                         "belongs to no section"));
    for (const auto& [key, value] : *table) {
      const auto name = section_name + "." + std::string(key.str());
      const auto where = path + ":" + std::to_string(value.source().begin.line) + " " + name;
      const auto found = keys.find(name);
      if (found == keys.end())
        return tl::make_unexpected(invalid(where, "没有这一项", "there is no such key"));
      HUIBAN_CHECK(apply(found->second, where, value));
    }
  }
  HUIBAN_CHECK(apply_environment(keys));
  return config;
}

}  // namespace huiban::app
