#include "core/thread.h"

namespace huiban {

ThreadRole& control_thread() {
  static ThreadRole role;
  return role;
}
ThreadRole& net_thread() {
  static ThreadRole role;
  return role;
}
ThreadRole& web_thread() {
  static ThreadRole role;
  return role;
}

}  // namespace huiban
