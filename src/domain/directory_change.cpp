#include "domain/directory_change.h"

#include <algorithm>
#include <set>

#include "domain/directory_records.h"
#include "domain/events.h"

namespace huiban::domain {

namespace {

constexpr const char* kTown = "town:";

template <class Record>
std::map<std::string, const Record*> indexed(const std::vector<Record>& list) {
  std::map<std::string, const Record*> index;
  for (const auto& one : list) index.emplace(record_of(one), &one);
  return index;
}

// Day-dependent values are not part of a record.
Directory without_day(Directory directory) {
  lift_holders(directory);
  for (auto& post : directory.posts) {
    post.holder.reset();
    post.holder_state = post.unheld;
  }
  sort_directory(directory);
  return directory;
}

template <class Record>
RecordChange change_of(const Record* before, const Directory& old, const Record* after,
                       const Directory& now) {
  using Action = RecordChange::Action;
  RecordChange change;
  change.record = record_of(after ? *after : *before);
  change.action = !before ? Action::kAdded : after ? Action::kChanged : Action::kRemoved;
  change.name = after ? name_of_record(*after, now) : name_of_record(*before, old);
  const auto was = before ? cells_of(*before, old) : std::vector<Cell>{};
  const auto is = after ? cells_of(*after, now) : std::vector<Cell>{};
  for (std::size_t i = 0; i < std::max(was.size(), is.size()); ++i) {
    const Cell& column = i < is.size() ? is[i] : was[i];
    std::string old_text = i < was.size() ? was[i].text : "";
    std::string new_text = i < is.size() ? is[i].text : "";
    if (old_text != new_text)
      change.fields.push_back({column.zh, column.en, std::move(old_text), std::move(new_text)});
  }
  return change;
}

}  // namespace

DirectoryPatch directory_diff(const Directory& was, const Directory& is) {
  const auto before = without_day(was), after = without_day(is);
  DirectoryPatch patch;
  if (before.town != after.town || before.note != after.note) {
    patch.put.town = after.town;
    patch.put.note = after.note;
  }
  each_table([&](auto table) {
    const auto old = indexed(before.*table), now = indexed(after.*table);
    for (const auto& one : after.*table) {
      const auto found = old.find(record_of(one));
      if (found == old.end() || !(*found->second == one)) (patch.put.*table).push_back(one);
    }
    for (const auto& one : before.*table)
      if (!now.count(record_of(one))) patch.removed.push_back(record_of(one));
  });
  return patch;
}

Directory patched(Directory directory, const DirectoryPatch& patch) {
  if (!patch.put.town.empty()) {
    directory.town = patch.put.town;
    directory.note = patch.put.note;
  }
  const std::set<std::string> removed(patch.removed.begin(), patch.removed.end());
  each_table([&](auto table) {
    auto& list = directory.*table;
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < list.size(); ++i) place.emplace(record_of(list[i]), i);
    for (const auto& one : patch.put.*table) {
      const auto found = place.find(record_of(one));
      if (found != place.end())
        list[found->second] = one;
      else
        list.push_back(one);
    }
    std::erase_if(list, [&](const auto& one) { return removed.count(record_of(one)) > 0; });
  });
  sort_directory(directory);
  return directory;
}

std::vector<std::string> records_of(const DirectoryPatch& patch) {
  auto records = patch.removed;
  if (!patch.put.town.empty()) records.push_back(kTown);
  each_table([&](auto table) {
    for (const auto& one : patch.put.*table) records.push_back(record_of(one));
  });
  return records;
}

std::vector<RecordChange> record_changes(const Directory& was, const Directory& is) {
  const auto before = without_day(was), after = without_day(is);
  std::vector<RecordChange> changes;
  if (before.town != after.town || before.note != after.note)
    changes.push_back(
        {kTown,
         RecordChange::Action::kChanged,
         after.town,
         {{"镇名", "Town", before.town, after.town}, {"说明", "Note", before.note, after.note}}});
  each_table([&](auto table) {
    const auto old = indexed(before.*table), now = indexed(after.*table);
    for (const auto& one : after.*table) {
      const auto found = old.find(record_of(one));
      const auto* previous = found == old.end() ? nullptr : found->second;
      if (!previous || !(*previous == one))
        changes.push_back(change_of(previous, before, &one, after));
    }
    for (const auto& one : before.*table)
      if (!now.count(record_of(one)))
        changes.push_back(change_of(&one, before, decltype (&one)(nullptr), after));
  });
  return changes;
}

void DirectoryLog::apply(const StoredEvent& event) {
  Directory after;
  DirectoryChange change;
  change.seq = event.seq;
  change.at = event.at;
  change.by = event.actor.label;
  if (const auto* imported = std::get_if<DirectoryImported>(&event.payload)) {
    after = imported->directory;
    lift_holders(after);
    change.kind = DirectoryChangeKind::kImport;
  } else if (const auto* changed = std::get_if<DirectoryChanged>(&event.payload)) {
    after = patched(directory_, changed->patch);
    change.kind = changed->kind;
    change.source = changed->source;
    change.undoes = changed->undoes;
  } else {
    return;
  }
  if (!directory_.units.empty()) {  // the first import is no change of anything
    change.records = record_changes(directory_, after);
    const auto before = indexed(directory_.posts), now = indexed(after.posts);
    for (const auto& record : change.records) {
      touched_[record.record] = changes_.size();
      if (record.record.rfind("post:", 0) != 0) continue;
      const auto was = before.find(record.record), is = now.find(record.record);
      if (was == before.end() || is == now.end() || was->second->tenures != is->second->tenures ||
          was->second->unheld != is->second->unheld)
        holders_[record.record] = changes_.size();
    }
  }
  changes_.push_back(std::move(change));
  directory_ = std::move(after);
}

const DirectoryChange* DirectoryLog::change_at(const std::map<std::string, std::size_t>& index,
                                               const std::string& key) const {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &changes_[found->second];
}

const DirectoryChange* DirectoryLog::last_change_of(const std::string& record) const {
  return change_at(touched_, record);
}

const DirectoryChange* DirectoryLog::last_holder_change_of(PostId post) const {
  return change_at(holders_, "post:" + post.str());
}

const DirectoryChange* DirectoryLog::find_change(std::uint64_t seq) const {
  for (const auto& change : changes_)
    if (change.seq == seq) return &change;
  return nullptr;
}

std::optional<DirectoryLog::Obstacle> DirectoryLog::obstacle_to_undo(
    const DirectoryChange& change) const {
  for (const auto& record : change.records) {
    const auto* last = last_change_of(record.record);
    if (last && last->seq != change.seq) return Obstacle{record.name, last};
  }
  return std::nullopt;
}

}  // namespace huiban::domain
