// The directory: changes in the browser, imports, undo.
#include "core/chinese_text.h"
#include "domain/directory_records.h"
#include "domain/service_state.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

tl::unexpected<Error> in_use(const std::string& name) {
  return fail(ErrorCode::kConflict, name + " 还有会议或任务用到，不能删除；单位可以改为停用",
              name + " is named by meetings or tasks and cannot be removed; a unit can be closed");
}

void fill_initials(Directory& directory) {
  for (auto& unit : directory.units)
    if (unit.pinyin.empty()) unit.pinyin = pinyin_initials(unit.name);
  for (auto& person : directory.persons)
    if (person.pinyin.empty()) person.pinyin = pinyin_initials(person.name);
}

// Whom and what meetings name in words that are looked up when they are read.
void collect_named(const MeetingPlan& plan, std::set<UnitId>& units, std::set<PostId>& posts) {
  if (plan.host) posts.insert(*plan.host);
  for (const auto& item : plan.agenda)
    for (const auto& speaker : item.speakers) {
      if (speaker.post) posts.insert(*speaker.post);
      if (speaker.unit) units.insert(*speaker.unit);
    }
  for (const auto& rule : plan.rules) units.insert(rule.units.begin(), rule.units.end());
}

}  // namespace

const DirectoryLog& Service::directory_log() const {
  return state_->directory_log;
}

Directory Service::directory_today() const {
  return directory_on(state_->directory_log.directory(),
                      local_date(clock_.now(), settings_.utc_offset));
}

Result<Applied> Service::import_directory(const Command& command, Directory directory) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kAdministrator}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::directory())))
    return Applied{before->seq};
  lift_holders(directory);
  fill_initials(directory);
  sort_directory(directory);
  HUIBAN_CHECK(check_directory(directory));
  return store_directory(command, DirectoryImported{std::move(directory)});
}

Result<Directory> Service::preview_change(const DirectoryPatch& patch,
                                          std::optional<std::uint64_t> base_seq) const {
  const auto& log = state_->directory_log;
  if (base_seq)
    for (const auto& record : records_of(patch)) {
      const auto* last = log.last_change_of(record);
      if (!last || last->seq <= *base_seq) continue;
      return fail(ErrorCode::kConflict, last->by + " 刚改过同一条，请看过新内容再改",
                  last->by + " has just changed the same entry; look at it before changing it");
    }
  auto after = patched(log.directory(), patch);
  fill_initials(after);
  HUIBAN_CHECK(check_directory(after));
  HUIBAN_CHECK(check_removed(after));
  return after;
}

Result<void> Service::check_removed(const Directory& after) const {
  std::set<UnitId> units;
  std::set<PostId> posts;
  for (const auto& [id, meeting] : state_->meetings) {
    collect_named(meeting.plan(), units, posts);
    for (const auto& seat : meeting.seats()) units.insert(seat.unit);
  }
  for (const auto& [id, task] : state_->tasks) {
    const auto& content = task.content();
    if (content.lead_unit) units.insert(*content.lead_unit);
    units.insert(content.assist_units.begin(), content.assist_units.end());
  }
  const auto& before = state_->directory_log.directory();
  for (const auto& unit : before.units)
    if (units.count(unit.id) && !after.find_unit(unit.id)) return in_use(unit.name);
  for (const auto& post : before.posts)
    if (posts.count(post.id) && !after.find_post(post.id))
      return in_use(name_of_record(post, before));
  return {};
}

Result<Applied> Service::change_directory(const Command& command, const DirectoryPatch& patch,
                                          DirectoryChangeKind kind, std::string source,
                                          std::optional<std::uint64_t> base_seq) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::directory())))
    return Applied{before->seq};
  HUIBAN_CHECK(check_text(source, kMaxLine, "文件名", "The file's name"));
  const auto after = HUIBAN_TRY(preview_change(patch, base_seq));
  auto changed = directory_diff(state_->directory_log.directory(), after);
  if (records_of(changed).empty()) return Applied{state_->directory_log.seq()};
  return store_directory(command,
                         DirectoryChanged{std::move(changed), kind, std::move(source), {}});
}

Result<Applied> Service::undo_directory_change(const Command& command, std::uint64_t seq) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::directory())))
    return Applied{before->seq};
  const auto& log = state_->directory_log;
  const auto* change = log.find_change(seq);
  if (!change || change->records.empty())
    return fail(ErrorCode::kNotFound, "没有这次修改", "There is no such change");
  if (const auto obstacle = log.obstacle_to_undo(*change))
    return wrong_state(obstacle->name + " 之后又改过（" + obstacle->by->by + "），不能撤销",
                       obstacle->name + " was changed again since (by " + obstacle->by->by +
                           "); this cannot be undone");
  DirectoryLog then;  // as it was before the change, and right after it
  Directory before;
  for (const auto& event : HUIBAN_TRY(store_.load(StreamId::directory()))) {
    if (event.seq > seq) break;
    before = then.directory();
    then.apply(event);
  }
  const auto back = directory_diff(then.directory(), before);
  const auto after = HUIBAN_TRY(preview_change(back, std::nullopt));
  return store_directory(
      command, DirectoryChanged{directory_diff(log.directory(), after), DirectoryChangeKind::kUndo,
                                change->source, seq});
}

Result<std::vector<SeatDifference>> Service::differences_of(MeetingId id) const {
  const Meeting* meeting = find_meeting(id);
  if (!meeting) return no_meeting();
  if (meeting->state() == MeetingState::kPlanned) return std::vector<SeatDifference>{};
  const auto now = HUIBAN_TRY(preview_expected(meeting->plan()));
  return expected_differences(*meeting, now, state_->directory_log);
}

Result<Applied> Service::store_directory(const Command& command, EventPayload payload) {
  auto& log = state_->directory_log;
  const auto stored = HUIBAN_TRY(store_.append(StreamId::directory(), log.seq(), command.actor,
                                               command.id, clock_.now(), {std::move(payload)}));
  for (const auto& event : stored) log.apply(event);
  directory_ = directory_today();
  for (const auto& event : stored)
    if (state_->publisher) state_->publisher->event_stored(event);
  note_holders(command.actor);
  return Applied{log.seq()};
}

}  // namespace huiban::domain
