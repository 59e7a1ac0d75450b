// Spreadsheets from people: read, recognised and planned; what was read as CSV is written and read
// again alike.
#include "core/assert.h"
#include "documents/table_file.h"
#include "domain/directory_tables.h"

using namespace huiban;
using namespace huiban::domain;

namespace {

Directory small_town() {
  Directory town;
  town.town = "示例镇";
  town.kinds = {{"village", "村", UnitSide::kArea, true, 1}};
  Unit unit;
  unit.id = UnitId::make();
  unit.kind = "village";
  unit.name = "东溪村";
  town.units = {unit};
  return town;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const Directory town = small_town();
  const auto tables = documents::read_tables(bytes);
  if (!tables) {
    HUIBAN_ASSERT(tables.error().code == ErrorCode::kInvalid && !tables.error().zh.empty());
    return 0;
  }
  const auto today = std::chrono::year{2020} / 5 / 27;
  const auto plan = plan_import(town, *tables, ImportMode::kComplete, today);
  HUIBAN_ASSERT(!plan.problems.empty() || check_directory(plan.after).has_value());
  for (const auto& table : *tables) {
    const auto again = documents::read_csv(documents::table_csv(table));
    HUIBAN_ASSERT(again.has_value());
  }
  return 0;
}
