#pragma once
// A pipeline kept as a text file in pipelines/: gst-launch syntax, lines that start with # are
// comments,
// ${name} is a placeholder. Read once at start, built as often as needed. Any thread.
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "media/gst_ptr.h"

namespace huiban::media {

class LaunchTemplate {
 public:
  using Values = std::map<std::string, std::string>;

  // Unavailable: the file cannot be read, is empty, or a placeholder is malformed; the message
  // names file and reason.
  static Result<LaunchTemplate> load(const std::string& path);

  // A bin (as_pipeline: a GstPipeline) with no reference of anybody else. Unavailable: a
  // placeholder without a value, a syntax error, a missing element or property, or none of the
  // elements called `required`.
  Result<GstOwned<GstElement>> build(const Values& values, bool as_pipeline,
                                     const std::vector<std::string>& required) const;

  const std::string& path() const { return path_; }

 private:
  LaunchTemplate(std::string path, std::string text)
      : path_(std::move(path)), text_(std::move(text)) {}
  Result<std::string> substitute(const Values& values) const;

  std::string path_, text_;
};

// A named element inside a bin that build() checked to be there.
GstOwned<GstElement> element_of(GstElement* bin, const std::string& name);

}  // namespace huiban::media
