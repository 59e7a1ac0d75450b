#pragma once
// One task of the demo town on its way, with a clock set by hand: acts are decided by the table and
// applied as the service does it.
#include <string>

#include "domain/task_rules.h"
#include "tests/support/demo_directory.h"

namespace huiban::test {

inline domain::TaskEntry says(std::string text, std::string person = {}) {
  domain::TaskEntry entry;
  entry.text = std::move(text);
  entry.person = std::move(person);
  return entry;
}

inline domain::TaskEntry on_day(int month, int day, std::string text = "理由") {
  auto entry = says(std::move(text));
  entry.date = std::chrono::year{2020} / month / day;
  return entry;
}

class TaskScript {
 public:
  explicit TaskScript(const domain::Directory& town) : town_(town), task_(TaskId::make()) {
    content.title = "完成网格员调整";
    content.lead_unit = unit_of(town, "东溪村");
    content.contact = "党总支书记";
    content.due = std::chrono::year{2020} / 6 / 10;
    content.evidence = "名单";
    content.card = {{"兜底", content.lead_unit, {}, {}}};
    at(5, 27, 9);
  }

  // Local time of 2020 (UTC+8).
  TaskScript& at(int month, int day, int hour = 9, int minute = 0) {
    now = UtcTime{std::chrono::sys_days{std::chrono::year{2020} / month / day}} +
          std::chrono::hours{hour - 8} + std::chrono::minutes{minute};
    return *this;
  }
  TaskScript& draft() {
    apply({domain::TaskDrafted{content, source}}, as(domain::Role::kSecretary));
    return *this;
  }

  domain::Actor as(domain::Role role, const std::string& unit = "东溪村") const {
    domain::Actor actor;
    actor.role = role;
    actor.account = accounts_[std::size_t(role)];
    if (role == domain::Role::kLiaison || role == domain::Role::kUnitHead)
      actor.unit = unit_of(town_, unit);
    return actor;
  }

  Result<void> by(const domain::Actor& actor, domain::TaskAct act, domain::TaskEntry entry = {},
                  std::vector<domain::TaskFile> files = {}) {
    auto events = domain::decide_task(task_, {act, std::move(entry), std::move(files)}, actor, world());
    if (!events) return tl::make_unexpected(events.error());
    for (auto& event : *events)
      if (auto* issued = std::get_if<domain::TaskIssued>(&event)) issued->number = "示督〔2020〕12号";
    apply(std::move(*events), actor);
    return {};
  }
  // Through to a state by those who usually do it.
  TaskScript& to(domain::TaskState state);

  domain::TaskWorld world() const { return {now, calendar, town_, settings}; }
  domain::TaskTimes times() const {
    return domain::times_of(task_.facts(), now, calendar, settings);
  }
  const domain::Task& task() const { return task_; }
  const domain::TaskFacts& facts() const { return task_.facts(); }

  domain::TaskContent content;
  domain::TaskSource source;
  domain::TaskCalendar calendar;
  domain::TaskSettings settings;
  UtcTime now;

 private:
  void apply(std::vector<domain::EventPayload> payloads, const domain::Actor& actor) {
    for (auto& payload : payloads) {
      domain::StoredEvent event;
      event.stream = domain::StreamId::of(task_.id());
      event.seq = task_.seq() + 1;
      event.at = now;
      event.actor = actor;
      event.payload = std::move(payload);
      task_.apply(event);
    }
  }

  const domain::Directory& town_;
  domain::Task task_;
  std::vector<AccountId> accounts_ = [] {
    std::vector<AccountId> list;
    for (int i = 0; i < 16; ++i) list.push_back(AccountId::make());
    return list;
  }();
};

}  // namespace huiban::test
