#pragma once
// The parts of a DOCX that are the same in every paper: types, relations, styles, settings, footers.
#include <string>
#include <utility>
#include <vector>

namespace huiban::documents {

std::vector<std::pair<std::string, std::string>> docx_fixed_parts(const std::string& title);

}  // namespace huiban::documents
