#include "media/launch_template.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/assert.h"

namespace huiban::media {
namespace {

tl::unexpected<Error> file_error(const std::string& path, const std::string& zh,
                                 const std::string& en) {
  return fail(ErrorCode::kUnavailable, "管线文件 " + path + " 有错误：" + zh,
              "pipeline file " + path + ": " + en);
}

bool is_name(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Values come from the program and the settings; nothing that gst-launch would read as syntax gets
// in.
bool is_plain(const std::string& value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == ':';
  });
}

std::string missing_elements(GstParseContext* context) {
  gchar** names = gst_parse_context_get_missing_elements(context);
  std::string joined;
  for (gchar** name = names; name && *name; ++name)
    joined += (joined.empty() ? "" : ", ") + std::string(*name);
  g_strfreev(names);
  return joined;
}

}  // namespace

Result<LaunchTemplate> LaunchTemplate::load(const std::string& path) {
  std::ifstream file(path);
  if (!file) return file_error(path, "无法读取", "cannot be read");
  std::string text, line;
  while (std::getline(file, line)) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    text += line + "\n";
  }
  if (text.empty()) return file_error(path, "没有内容", "is empty");
  return LaunchTemplate(path, std::move(text));
}

Result<std::string> LaunchTemplate::substitute(const Values& values) const {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const auto open = text_.find("${", at);
    out += text_.substr(at, open - at);
    if (open == std::string::npos) return out;
    const auto close = text_.find('}', open);
    const auto name = text_.substr(open + 2, close == std::string::npos ? 0 : close - open - 2);
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_name))
      return file_error(path_, "占位符写法不对（应为 ${name}）",
                        "malformed placeholder, expected ${name}");
    const auto value = values.find(name);
    if (value == values.end())
      return file_error(path_, "未知占位符 ${" + name + "}", "unknown placeholder ${" + name + "}");
    if (!is_plain(value->second))
      return file_error(path_, "占位符 ${" + name + "} 的值不合法",
                        "the value of ${" + name + "} is not a plain word");
    out += value->second;
    at = close + 1;
  }
}

Result<GstOwned<GstElement>> LaunchTemplate::build(const Values& values, bool as_pipeline,
                                                   const std::vector<std::string>& required) const {
  const std::string description = HUIBAN_TRY(substitute(values));
  GError* error = nullptr;
  GstParseContext* context = gst_parse_context_new();
  GstElement* parsed = gst_parse_bin_from_description_full(
      description.c_str(), FALSE, context,
      static_cast<GstParseFlags>(GST_PARSE_FLAG_FATAL_ERRORS | GST_PARSE_FLAG_PLACE_IN_BIN),
      &error);
  // The context names elements for other errors too; they count only when the error says so.
  const bool no_element = g_error_matches(error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT);
  const std::string missing = no_element ? missing_elements(context) : "";
  gst_parse_context_free(context);
  const std::string reason = error ? error->message : "";
  g_clear_error(&error);
  if (!parsed || !reason.empty()) {
    if (parsed) gst_object_unref(gst_object_ref_sink(parsed));
    if (!missing.empty())
      return file_error(path_, "缺少 GStreamer 元件 " + missing,
                        "missing GStreamer element " + missing);
    return file_error(path_, reason, reason);
  }
  GstOwned<GstElement> bin(GST_ELEMENT(gst_object_ref_sink(parsed)));
  for (const auto& name : required)
    if (!element_of(bin.get(), name))
      return file_error(path_, "没有名为 " + name + " 的元件", "has no element named " + name);
  if (!as_pipeline) return bin;
  GstOwned<GstElement> pipeline(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
  gst_bin_add(GST_BIN(pipeline.get()), bin.get());
  return pipeline;
}

GstOwned<GstElement> element_of(GstElement* bin, const std::string& name) {
  HUIBAN_ASSERT(GST_IS_BIN(bin));
  return GstOwned<GstElement>(gst_bin_get_by_name(GST_BIN(bin), name.c_str()));
}

}  // namespace huiban::media
