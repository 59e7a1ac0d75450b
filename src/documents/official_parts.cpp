#include "documents/official_parts.h"

#include <algorithm>

namespace huiban::documents {

namespace {

constexpr const char* kRed = "FF0000";
constexpr const char* kTitleFont = "方正小标宋简体";
// The mark's visible ink begins 35 mm under the type area's top; its line box begins higher
// (measured on the page).
constexpr int kMarkBefore = 1903;
constexpr int kRedLineSpacePt = 5;  // with its own line of 1 pt: 4 mm below the maker's characters

bool may_break_before(const std::vector<std::string>& chars, std::size_t at) {
  static const std::string kClosing = "，。、；：！？”’）》暨及和的";
  static const std::string kOpening = "“‘（《";
  const auto in = [](const std::string& set, const std::string& c) {
    return set.find(c) != std::string::npos;
  };
  const bool digits = std::isdigit(static_cast<unsigned char>(chars[at][0])) &&
                      std::isdigit(static_cast<unsigned char>(chars[at - 1][0]));
  int open = 0;  // never inside “…” or （…）
  for (std::size_t i = 0; i < at; ++i) {
    if (in(kOpening, chars[i])) ++open;
    if (in("”’）》", chars[i])) --open;
  }
  return open == 0 && !digits && !in(kClosing, chars[at]) && !in(kOpening, chars[at - 1]);
}

int size_for_mark(const std::string& mark) {
  const auto count = int(characters(mark).size());
  // 36 pt at most; shrinks so that the mark stays within 156 mm (442 pt).
  return std::min(72, 2 * 440 / std::max(count, 1));
}

}  // namespace

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    list.push_back(text.substr(i, size));
    i += size;
  }
  return list;
}

std::vector<std::string> title_lines(const std::string& title, std::size_t most) {
  const auto chars = characters(title);
  const std::size_t count = (chars.size() + most - 1) / most;
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t left = count; left > 0; --left) {
    const std::size_t rest = chars.size() - begin;
    // A little more than its share, so that upper lines are the longer ones; the nearest good place
    // to break.
    const std::size_t share = std::min(most, (rest + left - 1) / left + 1);
    std::size_t take = left == 1 ? rest : share;
    for (std::size_t off = 0; left > 1 && off < share; ++off) {
      if (share + off <= most && share + off < rest &&
          may_break_before(chars, begin + share + off)) {
        take = share + off;
        break;
      }
      if (share > off && may_break_before(chars, begin + share - off)) {
        take = share - off;
        break;
      }
    }
    std::string line;
    for (std::size_t i = begin; i < begin + take; ++i) line += chars[i];
    lines.push_back(std::move(line));
    begin += take;
  }
  return lines;
}

void add_mark_and_number(Docx& docx, const std::string& words, const std::string& number_words) {
  ParagraphForm mark;
  mark.align = ParagraphForm::Align::kCentre;
  mark.before = kMarkBefore;
  mark.line = 860;
  docx.add_paragraph(mark, {{words, kTitleFont, size_for_mark(words), kRed}});
  docx.add_blank_line();
  docx.add_blank_line();
  ParagraphForm number;
  number.align = ParagraphForm::Align::kCentre;
  docx.add_paragraph(number, {{number_words, "仿宋_GB2312", kBodyHalfPoints, ""}});
}

// The red line spans the whole type area, so it belongs to a paragraph without indents.
void add_red_line(Docx& docx) {
  ParagraphForm line;
  line.line = 20;
  line.red_line_space_pt = kRedLineSpacePt;
  docx.add_paragraph(line, {{"", "仿宋_GB2312", 2, ""}});
}

void add_title(Docx& docx, const std::string& words) {
  docx.add_blank_line();
  docx.add_blank_line();
  ParagraphForm title;
  title.align = ParagraphForm::Align::kCentre;
  title.line = 680;
  title.keep_next = true;
  for (const auto& part : title_lines(words))
    docx.add_paragraph(title, {{part, kTitleFont, 44, ""}});
  docx.add_blank_line();
}

}  // namespace huiban::documents
