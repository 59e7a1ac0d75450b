#include "app/welcome.h"

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "api/server.h"

namespace huiban::app {

Welcome make_welcome(const api::Server& server, const domain::Service& service,
                     const FirstPasswords& first, const DemoTown& demo, const Config& config) {
  const auto local = fmt::format("http://localhost:{}", server.http_port());
  const auto address = config.server.public_url.empty() ? local : config.server.public_url;
  std::string text = fmt::format("\n会办 Huiban 已启动 / is running:  {}\n", address);
  if (server.https_port() != 0)
    text += fmt::format("  局域网 / office network (HTTPS):  https://<本机地址>:{}\n", server.https_port());

  nlohmann::json json = {{"url", address},
                         {"http_port", server.http_port()},
                         {"https_port", server.https_port()},
                         {"first_passwords", first}};
  if (!first.empty()) {
    text += "\n首次登录 / first sign-in (系统会要求改密码 / must be changed):\n";
    for (const auto& [name, password] : first) text += fmt::format("  {:<10} {}\n", name, password);
  }
  if (demo.meeting) {
    const auto* meeting = service.find_meeting(*demo.meeting);
    json["demo_meeting"] = demo.meeting->str();
    text += fmt::format("\n演示会议正在进行 / a demo meeting is running: {}\n", meeting->plan().title);
    for (const auto& venue : meeting->venues()) {
      const auto link = server.join_link(*demo.meeting, venue.id);
      json["links"][venue.name] = link;
      if (venue.id == demo.main_venue)
        text += fmt::format("  1. 主会场 / main venue (一个窗口打开):\n     {}\n", link);
      else if (venue.id == demo.branch_venue)
        text += fmt::format("  2. 分会场 {} / branch venue (另一个窗口打开):\n     {}\n", venue.name, link);
    }
    text += fmt::format(
        "  3. 秘书控制台 / secretary's console: 用 mishu 登录 {}，打开这个会议，点“进入控制台”。\n", address);
  } else if (!first.empty()) {
    text += fmt::format("\n下一步 / next: 用 mishu 登录 {}，新建会议。\n", address);
  }
  return {text, json.dump(2)};
}

}  // namespace huiban::app
