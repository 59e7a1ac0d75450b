#pragma once
// One decoded key frame of a camera as JPEG, made by a pipeline of its own (pipelines/still.launch)
// behind a tap. Control thread; destroying it takes everything down, nobody is answered then.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "media/launch_template.h"
#include "media/state_change.h"
#include "media/tap.h"
#include "media/timer.h"

namespace huiban::media {

constexpr Milliseconds kStillDeadline{3000};

class Still {
 public:
  using Done = std::function<void(Result<std::string>)>;  // JPEG bytes
  struct Parts {
    const LaunchTemplate& launch;
    GstOwned<GstElement> tee;            // of the camera
    std::function<void()> ask_keyframe;  // called at once and then each second
    Executor& control;
    std::function<void()> finished;  // after everybody was answered; may destroy the still
    Milliseconds deadline = kStillDeadline;
  };

  // Answers by done on control: Unavailable without a picture by the deadline or when the pipeline
  // fails.
  Still(Parts parts, Done done);
  ~Still();
  Still(const Still&) = delete;
  Still& operator=(const Still&) = delete;

  // Whether the launch file can be built.
  static Result<void> check(const LaunchTemplate& launch);

  void also(Done done) { waiting_.push_back(std::move(done)); }  // wants the same picture
  void finish(Result<std::string> result);

 private:
  void start();
  void watch();
  void listen();
  void take_down();

  Parts parts_;
  std::vector<Done> waiting_;
  GstOwned<GstElement> pipeline_;
  std::unique_ptr<Tap> tap_;
  Timer deadline_, again_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace huiban::media
