#pragma once
// What official papers have in common (GB/T 9704-2012): the red mark, number, red line and title
// of the first page. Pure.
#include <string>
#include <vector>

#include "documents/docx.h"

namespace huiban::documents {

// UTF-8 split into characters.
std::vector<std::string> characters(const std::string& text);

// A title in at most `most` characters a line, upper lines longer (梯形); never begins a line with
// a closing mark.
std::vector<std::string> title_lines(const std::string& title, std::size_t most = 19);

// 发文机关标志, 35 mm under the type area's top, and two lines on the number.
void add_mark_and_number(Docx& docx, const std::string& mark, const std::string& number);
// 版头分隔线, 4 mm under the line before.
void add_red_line(Docx& docx);
// Two lines under the red line; one blank line follows.
void add_title(Docx& docx, const std::string& title);

}  // namespace huiban::documents
