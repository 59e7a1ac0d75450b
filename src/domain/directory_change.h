#pragma once
// Changes of the directory: the records that a change puts and removes, what they mean in words,
// and the list of all changes, from which each can be undone while nobody touched its records
// since.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "domain/directory.h"

namespace huiban::domain {

struct StoredEvent;

// Records are named "unit:<id>", "post:<id>", "person:<id>", "room:<id>", "kind:<key>",
// "class:<key>", "committee:<name>", "alias:<name>", "order:<day>"; "town:" is the town's name and
// note.
struct DirectoryPatch {
  Directory put;                     // records as they are afterwards; an empty town: unchanged
  std::vector<std::string> removed;  // names of records
};

enum class DirectoryChangeKind { kEdit, kImport, kUndo };

DirectoryPatch directory_diff(const Directory& before, const Directory& after);
Directory patched(Directory directory, const DirectoryPatch& patch);
std::vector<std::string> records_of(const DirectoryPatch& patch);

// One record that a change added, changed or removed, as people read it.
struct RecordChange {
  enum class Action { kAdded, kChanged, kRemoved };
  struct Field {
    std::string zh, en;  // of the column
    std::string before, after;
  };
  std::string record;  // "post:<id>"
  Action action = Action::kChanged;
  std::string name;           // 东溪村 安全干部
  std::vector<Field> fields;  // those that differ
};
std::vector<RecordChange> record_changes(const Directory& before, const Directory& after);

struct DirectoryChange {
  std::uint64_t seq = 0;
  UtcTime at;
  std::string by;
  DirectoryChangeKind kind = DirectoryChangeKind::kEdit;
  std::string source;                   // an imported file's name
  std::optional<std::uint64_t> undoes;  // the change that it takes back
  std::vector<RecordChange> records;
};

// Folds the directory's events. Control thread; owned by Service.
class DirectoryLog {
 public:
  void apply(const StoredEvent& event);
  const Directory& directory() const { return directory_; }
  std::uint64_t seq() const { return changes_.empty() ? 0 : changes_.back().seq; }
  const std::vector<DirectoryChange>& changes() const { return changes_; }  // oldest first
  // The change that touched a record last; null: none.
  const DirectoryChange* last_change_of(const std::string& record) const;
  // The last change of a post's holders; null: none since the first import.
  const DirectoryChange* last_holder_change_of(PostId post) const;
  // A record of the change that was touched again later, by which change; nothing: it can be
  // undone.
  struct Obstacle {
    std::string name;
    const DirectoryChange* by = nullptr;
  };
  std::optional<Obstacle> obstacle_to_undo(const DirectoryChange& change) const;
  const DirectoryChange* find_change(std::uint64_t seq) const;

 private:
  const DirectoryChange* change_at(const std::map<std::string, std::size_t>& index,
                                   const std::string& key) const;
  Directory directory_;
  std::vector<DirectoryChange> changes_;
  std::map<std::string, std::size_t> touched_, holders_;  // by record: index into changes_
};

}  // namespace huiban::domain
