#pragma once
// A ZIP made in memory: the container of DOCX (ECMA-376 part 2). Any thread.
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace huiban::documents {

// Name and content of each part, in order. Internal: libzip failed.
Result<std::string> make_zip(const std::vector<std::pair<std::string, std::string>>& parts);

}  // namespace huiban::documents
