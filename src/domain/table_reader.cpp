#include "domain/table_reader.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace huiban::domain {

namespace {

constexpr std::size_t kHeadWithin = 10;  // rows: a title and a note may stand above the heads

bool starts_with(const std::string& text, std::size_t at, const char* part) {
  return text.compare(at, std::char_traits<char>::length(part), part) == 0;
}

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return text;
}

const std::string& cell_of(const std::vector<std::string>& row, std::size_t place) {
  static const std::string kEmpty;
  return place < row.size() ? row[place] : kEmpty;
}

std::map<std::string, std::size_t> columns_in(const TableForm& form,
                                              const std::vector<std::string>& row) {
  std::map<std::string, std::size_t> found;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto head = trimmed(row[i]);
    for (const auto& column : form.columns)
      if (head == column.zh || lower(head) == lower(column.en)) found.emplace(column.zh, i);
  }
  for (const auto& column : form.columns)
    if (column.required && !found.count(column.zh)) return {};
  return found;
}

}  // namespace

std::string trimmed(const std::string& text) {
  std::size_t from = 0, to = text.size();
  const char* blanks[] = {" ", "\t", "\r", "\n", "\u3000", "\u00a0"};
  for (bool again = true; again;) {
    again = false;
    for (const char* blank : blanks) {
      const auto size = std::char_traits<char>::length(blank);
      if (to - from >= size && starts_with(text, from, blank)) from += size, again = true;
      if (to - from >= size && starts_with(text, to - size, blank)) to -= size, again = true;
    }
  }
  return text.substr(from, to - from);
}

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words(1);
  const char* between[] = {"、", "，", "；", ",", ";", "\n"};
  for (std::size_t i = 0; i < text.size();) {
    const auto* found = std::find_if(std::begin(between), std::end(between),
                                     [&](const char* b) { return starts_with(text, i, b); });
    if (found == std::end(between)) {
      words.back() += text[i++];
      continue;
    }
    i += std::char_traits<char>::length(*found);
    words.emplace_back();
  }
  for (auto& word : words) word = trimmed(word);
  std::erase_if(words, [](const std::string& word) { return word.empty(); });
  return words;
}

std::optional<RecognisedTable> recognise(const TextTable& table) {
  std::optional<RecognisedTable> best;
  std::size_t best_score = 0;
  for (std::size_t i = 0; i < std::min(table.rows.size(), kHeadWithin); ++i)
    for (const auto& form : table_forms()) {
      auto columns = columns_in(form, table.rows[i]);
      if (columns.empty()) continue;
      const bool named = table.name == form.zh || lower(table.name) == lower(form.en);
      const auto score = columns.size() + (named ? 100 : 0);
      if (score <= best_score) continue;
      best_score = score;
      best = RecognisedTable{&form, &table, i, std::move(columns)};
    }
  return best;
}

std::string TableRow::text(const char* column) const {
  const auto found = table_.columns.find(column);
  if (found == table_.columns.end()) return {};
  return trimmed(cell_of(table_.table->rows[index_], found->second));
}

bool TableRow::blank() const {
  for (const auto& cell : table_.table->rows[index_])
    if (!trimmed(cell).empty()) return false;
  return true;
}

bool TableRow::flag(const char* column, bool otherwise) {
  if (!has(column)) return otherwise;
  const auto word = lower(text(column));
  for (const char* yes : {"是", "有", "√", "y", "yes", "1", "true", "参会"})
    if (word == yes) return true;
  for (const char* no : {"", "否", "无", "×", "n", "no", "0", "false", "不参会"})
    if (word == no) return false;
  wrong(column, "应填“是”或“否”，现在是“" + word + "”", "is yes or no, not \"" + word + "\"");
  return otherwise;
}

int TableRow::number(const char* column, int otherwise) {
  const auto word = text(column);
  if (word.empty()) return otherwise;
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error == std::errc() && end == word.data() + word.size() && value >= 0 && value < 100000)
    return value;
  wrong(column, "应是整数，现在是“" + word + "”", "is a whole number, not \"" + word + "\"");
  return otherwise;
}

// 2020-05-27, 2020/5/27, 2020.5.27 or 2020年5月27日.
std::optional<std::chrono::year_month_day> TableRow::day(const char* column) {
  const auto word = text(column);
  if (word.empty()) return std::nullopt;
  for (const char* form :
       {"%4d-%2u-%2u%n", "%4d/%2u/%2u%n", "%4d.%2u.%2u%n", "%4d年%2u月%2u日%n"}) {
    int year = 0, end = 0;
    unsigned month = 0, number = 0;
    if (std::sscanf(word.c_str(), form, &year, &month, &number, &end) != 3 ||
        std::size_t(end) != word.size())
      continue;
    const auto date =
        std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{number};
    if (date.ok() && year >= 1900) return date;
  }
  wrong(column, "应写成 2020-05-27，现在是“" + word + "”",
        "is written 2020-05-27, not \"" + word + "\"");
  return std::nullopt;
}

std::string TableRow::phone(const char* column, const std::string& otherwise) {
  if (!has(column)) return otherwise;
  const auto number = text(column);
  if (number.find_first_not_of("0123456789+-() ,/") == std::string::npos && number.size() <= 40)
    return number;
  wrong(column, "电话只能是数字，现在是“" + number + "”",
        "a telephone number has digits only, not \"" + number + "\"");
  return otherwise;
}

void TableRow::wrong(const char* column, const std::string& zh, const std::string& en) {
  problems_.push_back(at(column, zh, en));
}

ImportProblem TableRow::at(const char* column, std::string zh, std::string en) const {
  ImportProblem problem;
  problem.table = table_.table->name.empty() ? table_.form->zh : table_.table->name;
  problem.row = number_in_file();
  const auto found = table_.columns.find(column);
  problem.column = found == table_.columns.end()
                       ? std::string(column)
                       : trimmed(cell_of(table_.table->rows[table_.head], found->second));
  problem.zh = std::move(zh);
  problem.en = std::move(en);
  return problem;
}

}  // namespace huiban::domain
