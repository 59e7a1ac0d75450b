#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "media/launch_template.h"
#include "tests/media/loop.h"

namespace huiban::test {
namespace {

using media::LaunchTemplate;

class TempFile {
 public:
  explicit TempFile(const std::string& text) {
    path_ = std::filesystem::temp_directory_path() /
            ("huiban-" + std::to_string(g_random_int()) + ".launch");
    std::ofstream(path_) << text;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string reason(const std::string& text, const LaunchTemplate::Values& values = {},
                   const std::vector<std::string>& required = {}) {
  init_media();
  TempFile file(text);
  const auto launch = LaunchTemplate::load(file.path());
  const Error error = [&] {
    if (!launch) return launch.error();
    auto built = launch->build(values, false, required);
    REQUIRE_FALSE(built.has_value());
    return built.error();
  }();
  CHECK(error.code == ErrorCode::kUnavailable);
  CHECK(error.zh.find(file.path()) != std::string::npos);
  CHECK(error.en.find(file.path()) != std::string::npos);
  return error.en;
}

}  // namespace

TEST_CASE("every pipeline file of the tree parses and runs") {
  init_media();
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(HUIBAN_SOURCE_DIR) + "/pipelines")) {
    INFO(entry.path());
    REQUIRE(entry.path().extension() == ".launch");
    ++files;
    const auto launch = LaunchTemplate::load(entry.path());
    REQUIRE(launch);
    const auto pipeline =
        launch->build({{"camera", "1"}, {"microphone", "2"}, {"quality", "85"}}, true, {});
    if (!pipeline) FAIL(pipeline.error().en);
    const auto result = gst_element_set_state(pipeline->get(), GST_STATE_PLAYING);
    CHECK((result == GST_STATE_CHANGE_SUCCESS || result == GST_STATE_CHANGE_NO_PREROLL));
    gst_element_set_state(pipeline->get(), GST_STATE_NULL);
  }
  CHECK(files >= 2);
}

TEST_CASE("comments and placeholders") {
  init_media();
  TempFile file(
      "# a comment with ${nothing}\n  # another\nfakesrc num-buffers=${count} name=a ! fakesink\n");
  const auto launch = LaunchTemplate::load(file.path());
  REQUIRE(launch);
  const auto bin = launch->build({{"count", "5"}}, false, {"a"});
  REQUIRE(bin);
  int count = 0;
  g_object_get(media::element_of(bin->get(), "a").get(), "num-buffers", &count, nullptr);
  CHECK(count == 5);
}

TEST_CASE("a bad pipeline file says which file and why") {
  CHECK(reason("").find("empty") != std::string::npos);
  CHECK(reason("# only a comment\n").find("empty") != std::string::npos);
  CHECK(reason("fakesrc ! nosuchelement ! fakesink").find("nosuchelement") != std::string::npos);
  CHECK(reason("fakesrc no-such-property=1 ! fakesink").find("no-such-property") !=
        std::string::npos);
  CHECK(reason("fakesrc ! ! fakesink").find("syntax") != std::string::npos);
  CHECK(reason("fakesrc name=${who} ! fakesink").find("${who}") != std::string::npos);
  CHECK(reason("fakesrc name=${who ! fakesink", {{"who", "x"}}).find("malformed") !=
        std::string::npos);
  CHECK(reason("fakesrc name=${} ! fakesink").find("malformed") != std::string::npos);
  CHECK(reason("fakesrc ! fakesink", {}, {"camera_src"}).find("camera_src") != std::string::npos);
  // A value cannot bring syntax in.
  CHECK(reason("fakesrc name=${who} ! fakesink", {{"who", "x ! filesink location=y"}})
            .find("plain word") != std::string::npos);
}

TEST_CASE("a missing pipeline file") {
  const auto launch = LaunchTemplate::load("/nonexistent/venue.launch");
  REQUIRE_FALSE(launch);
  CHECK(launch.error().zh.find("/nonexistent/venue.launch") != std::string::npos);
  CHECK(launch.error().code == ErrorCode::kUnavailable);
}

}  // namespace huiban::test
