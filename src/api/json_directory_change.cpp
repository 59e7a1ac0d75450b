#include "api/json_directory_change.h"

#include "api/json_write.h"

namespace huiban::api {

using namespace domain;
using nlohmann::json;

namespace {

constexpr std::size_t kMaxRecords = 3000;
constexpr int kMaxOrder = 1000000;

Result<bool> flag(const JsonReader& reader, const nlohmann::json& object, const char* name,
                  bool otherwise) {
  if (!reader.has(name)) return otherwise;
  if (!object[name].is_boolean())
    return reader.wrong(name, " 应是 true 或 false", "is true or false");
  return object[name].get<bool>();
}

// One record of the patch: the reader with its JSON beside it.
struct Source {
  JsonReader reader;
  const json& object;
  Result<std::string> text(const char* name) const {
    return reader.text(name, Presence::kOptional, 3000);
  }
  Result<std::string> required(const char* name) const {
    return reader.text(name, Presence::kRequired, 3000);
  }
  Result<bool> flag(const char* name, bool otherwise) const {
    return api::flag(reader, object, name, otherwise);
  }
  Result<int> order(const char* name) const { return reader.integer(name, 0, kMaxOrder, 0); }
};

Result<PostClasses> read_marks(const Source& s) {
  PostClasses marks;
  marks.town_leader = HUIBAN_TRY(s.flag("town_leader", false));
  marks.party_head = HUIBAN_TRY(s.flag("party_head", false));
  marks.admin_head = HUIBAN_TRY(s.flag("admin_head", false));
  marks.head = HUIBAN_TRY(s.flag("head", false));
  return marks;
}

Result<UnitKind> read_kind(const Source& s, const Directory&) {
  UnitKind kind;
  kind.key = HUIBAN_TRY(s.required("key"));
  kind.name = HUIBAN_TRY(s.required("name"));
  kind.side = HUIBAN_TRY(s.reader.word("side", kSideNames, std::optional(UnitSide::kNone)));
  kind.attends = HUIBAN_TRY(s.flag("attends", true));
  kind.order = HUIBAN_TRY(s.order("order"));
  return kind;
}

Result<PostClass> read_class(const Source& s, const Directory&) {
  PostClass cls;
  cls.key = HUIBAN_TRY(s.required("key"));
  cls.name = HUIBAN_TRY(s.required("name"));
  cls.marks = HUIBAN_TRY(read_marks(s));
  cls.titles = HUIBAN_TRY(s.reader.texts("titles"));
  cls.one_per_unit = HUIBAN_TRY(s.flag("one_per_unit", false));
  return cls;
}

Result<Unit> read_unit(const Source& s, const Directory&) {
  Unit unit;
  unit.id = HUIBAN_TRY(s.reader.required_id<UnitId>("id"));
  unit.kind = HUIBAN_TRY(s.required("kind"));
  unit.name = HUIBAN_TRY(s.required("name"));
  unit.pinyin = HUIBAN_TRY(s.text("pinyin"));
  unit.order = HUIBAN_TRY(s.order("order"));
  unit.parent = HUIBAN_TRY(s.reader.id<UnitId>("parent"));
  unit.line_leader = HUIBAN_TRY(s.reader.id<PostId>("line_leader"));
  unit.area_leader = HUIBAN_TRY(s.reader.id<PostId>("area_leader"));
  unit.closed = HUIBAN_TRY(s.flag("closed", false));
  return unit;
}

Result<Person> read_person(const Source& s, const Directory& now) {
  Person person;
  person.id = HUIBAN_TRY(s.reader.required_id<PersonId>("id"));
  person.name = HUIBAN_TRY(s.required("name"));
  person.pinyin = HUIBAN_TRY(s.text("pinyin"));
  const Person* known = now.find_person(person.id);
  person.mobile = s.object.contains("mobile") ? HUIBAN_TRY(s.text("mobile"))
                  : known                     ? known->mobile
                                              : "";
  return person;
}

Result<Post> read_post(const Source& s, const Directory& now) {
  Post post;
  post.id = HUIBAN_TRY(s.reader.required_id<PostId>("id"));
  post.unit = HUIBAN_TRY(s.reader.required_id<UnitId>("unit"));
  post.title = HUIBAN_TRY(s.required("title"));
  post.classes = HUIBAN_TRY(read_marks(s));
  post.rank = HUIBAN_TRY(s.order("rank"));
  const Post* known = now.find_post(post.id);
  post.mobile = s.object.contains("mobile") ? HUIBAN_TRY(s.text("mobile"))
                : known                     ? known->mobile
                                            : "";
  post.unheld =
      HUIBAN_TRY(s.reader.word("unheld", kHolderNames, std::optional(HolderState::kUnregistered)));
  if (post.unheld == HolderState::kHeld)
    return s.reader.wrong("unheld", " 只能是 vacant 或 unregistered", "is vacant or unregistered");
  post.holder_state = post.unheld;
  for (const auto& one : HUIBAN_TRY(s.reader.objects("tenures", 200))) {
    Tenure tenure;
    tenure.person = HUIBAN_TRY(one.required_id<PersonId>("person"));
    tenure.from = HUIBAN_TRY(one.date("from"));
    tenure.until = HUIBAN_TRY(one.date("until"));
    post.tenures.push_back(tenure);
  }
  return post;
}

Result<Committee> read_committee(const Source& s, const Directory&) {
  Committee committee;
  committee.name = HUIBAN_TRY(s.required("name"));
  committee.members = HUIBAN_TRY(s.reader.ids<UnitId>("members"));
  return committee;
}

Result<Alias> read_alias(const Source& s, const Directory&) {
  Alias alias;
  alias.name = HUIBAN_TRY(s.required("name"));
  alias.kinds = HUIBAN_TRY(s.reader.texts("kinds"));
  alias.units = HUIBAN_TRY(s.reader.ids<UnitId>("units"));
  return alias;
}

Result<Room> read_room(const Source& s, const Directory&) {
  Room room;
  room.id = HUIBAN_TRY(s.reader.required_id<RoomId>("id"));
  room.name = HUIBAN_TRY(s.required("name"));
  room.units = HUIBAN_TRY(s.reader.ids<UnitId>("units"));
  room.place = HUIBAN_TRY(s.text("place"));
  room.phone = HUIBAN_TRY(s.text("phone"));
  room.note = HUIBAN_TRY(s.text("note"));
  const auto devices = HUIBAN_TRY(s.reader.objects("devices", 50));
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const auto& object = s.object["devices"][i];
    Device device;
    device.id = HUIBAN_TRY(devices[i].required_id<DeviceId>("id"));
    device.name = HUIBAN_TRY(devices[i].text("name", Presence::kRequired, 300));
    device.microphone_agreed = HUIBAN_TRY(flag(devices[i], object, "microphone_agreed", false));
    device.retired = HUIBAN_TRY(flag(devices[i], object, "retired", false));
    room.devices.push_back(std::move(device));
  }
  return room;
}

Result<OrderList> read_order(const Source& s, const Directory&) {
  OrderList list;
  const auto from = HUIBAN_TRY(s.reader.date("from"));
  if (!from) return s.reader.missing("from");
  list.from = *from;
  list.posts = HUIBAN_TRY(s.reader.ids<PostId>("posts"));
  list.note = HUIBAN_TRY(s.text("note"));
  return list;
}

template <class Record, class Read>
Result<void> read_list(const JsonReader& put, const json& object, const char* name,
                       std::vector<Record>& into, const Directory& now, Read read) {
  const auto readers = HUIBAN_TRY(put.objects(name, kMaxRecords));
  for (std::size_t i = 0; i < readers.size(); ++i)
    into.push_back(HUIBAN_TRY(read(Source{readers[i], object[name][i]}, now)));
  return {};
}

const char* action_name(RecordChange::Action action) {
  switch (action) {
    case RecordChange::Action::kAdded:
      return "added";
    case RecordChange::Action::kRemoved:
      return "removed";
    case RecordChange::Action::kChanged:
      break;
  }
  return "changed";
}

json problems_json(const std::vector<ImportProblem>& problems, Language language) {
  json list = json::array();
  for (const auto& one : problems)
    list.push_back({{"table", one.table},
                    {"row", one.row},
                    {"column", one.column},
                    {"text", language == Language::kZh ? one.zh : one.en}});
  return list;
}

}  // namespace

Result<DirectoryPatch> read_patch(const JsonReader& reader, const Directory& now) {
  DirectoryPatch patch;
  patch.removed = HUIBAN_TRY(reader.texts("removed", kMaxRecords));
  if (!reader.has("put")) return patch;
  const auto object = reader.value("put");
  if (!object.is_object()) return reader.wrong("put", " 应是对象", "is an object");
  const JsonReader put(object, "put");
  auto& to = patch.put;
  to.town = HUIBAN_TRY(put.text("town", Presence::kOptional, 300));
  to.note = HUIBAN_TRY(put.text("note", Presence::kOptional, 3000));
  HUIBAN_CHECK(read_list(put, object, "kinds", to.kinds, now, read_kind));
  HUIBAN_CHECK(read_list(put, object, "classes", to.classes, now, read_class));
  HUIBAN_CHECK(read_list(put, object, "units", to.units, now, read_unit));
  HUIBAN_CHECK(read_list(put, object, "persons", to.persons, now, read_person));
  HUIBAN_CHECK(read_list(put, object, "posts", to.posts, now, read_post));
  HUIBAN_CHECK(read_list(put, object, "committees", to.committees, now, read_committee));
  HUIBAN_CHECK(read_list(put, object, "aliases", to.aliases, now, read_alias));
  HUIBAN_CHECK(read_list(put, object, "rooms", to.rooms, now, read_room));
  HUIBAN_CHECK(read_list(put, object, "orders", to.orders, now, read_order));
  return patch;
}

json record_changes_json(const std::vector<RecordChange>& changes, Language language,
                         std::size_t most) {
  json list = json::array();
  for (const auto& change : changes) {
    if (list.size() >= most) break;
    json fields = json::array();
    for (const auto& field : change.fields)
      fields.push_back({{"column", language == Language::kZh ? field.zh : field.en},
                        {"before", field.before},
                        {"after", field.after}});
    list.push_back({{"table", change.record.substr(0, change.record.find(':'))},
                    {"action", action_name(change.action)},
                    {"name", change.name},
                    {"fields", std::move(fields)}});
  }
  return list;
}

json directory_change_json(const DirectoryChange& change, const DirectoryLog& log,
                           Language language) {
  constexpr std::size_t kShown = 40;
  const char* kinds[] = {"edit", "import", "undo"};
  json out{{"seq", change.seq},
           {"at", to_iso8601(change.at)},
           {"by", change.by},
           {"kind", kinds[std::size_t(change.kind)]},
           {"source", change.source},
           {"count", change.records.size()},
           {"can_undo", !change.records.empty() && !log.obstacle_to_undo(change)},
           {"changes", record_changes_json(change.records, language, kShown)}};
  if (change.undoes) out["undoes"] = *change.undoes;
  return out;
}

json import_preview_json(const ImportPlan& plan, const Directory& before, std::uint64_t base_seq,
                         Language language) {
  constexpr std::size_t kShown = 2000;
  std::vector<RecordChange> changes;
  if (plan.problems.empty()) changes = record_changes(before, plan.after);
  int counts[3] = {};
  for (const auto& change : changes) ++counts[std::size_t(change.action)];
  return {{"base_seq", base_seq},
          {"rows", plan.rows},
          {"problems", problems_json(plan.problems, language)},
          {"notices", problems_json(plan.notices, language)},
          {"added", counts[0]},
          {"changed", counts[1]},
          {"removed", counts[2]},
          {"changes", record_changes_json(changes, language, kShown)}};
}

json difference_json(const SeatDifference& difference) {
  const char* kinds[] = {"holder", "vacated", "filled", "added", "removed"};
  json out{{"kind", kinds[std::size_t(difference.kind)]},
           {"unit", difference.unit.str()},
           {"unit_name", difference.unit_name},
           {"title", difference.title},
           {"before", difference.before},
           {"after", difference.after},
           {"changed_by", difference.changed_by}};
  if (difference.seat) out["seat"] = difference.seat->str();
  if (difference.since) out["since"] = date_text(*difference.since);
  if (difference.changed_at) out["changed_at"] = to_iso8601(*difference.changed_at);
  return out;
}

}  // namespace huiban::api
