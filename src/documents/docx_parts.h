#pragma once
// The parts of a DOCX that are the same in every paper: types, relations, styles, settings,
// footers.
#include <string>
#include <utility>
#include <vector>

namespace huiban::documents {

std::vector<std::pair<std::string, std::string>> docx_fixed_parts(const std::string& title);

// Without the characters that XML 1.0 (section 2.2, Char) does not allow even as references: a file
// with one of them is refused by readers as a whole.
std::string allowed_in_xml(const std::string& utf8);

}  // namespace huiban::documents
