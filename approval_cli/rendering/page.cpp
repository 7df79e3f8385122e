#include "approval_cli/rendering/page.h"

#include <algorithm>
#include <utility>

#include "approval_cli/rendering/plain_text.h"

namespace approval_cli {
namespace {

constexpr std::size_t kLabelColumns = 9;
constexpr std::size_t kLeastColumn = 8;  // a column that gives way keeps this much
constexpr char kNoteIndent[] = "    ";

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kBad:
      return "\x1b[1;31m";
    case Tone::kStrong:
      return "\x1b[1m";
    case Tone::kFaint:
      return "\x1b[2m";
  }
  return "";
}

std::string padded(const std::string& text, std::size_t width, bool is_right) {
  const std::size_t columns = columns_of(text);
  const std::string space(columns < width ? width - columns : 0, ' ');
  return is_right ? space + text : text + space;
}

void strip_end(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
}

}  // namespace

std::string in_tone(Tone tone, const std::string& text) {
  if (tone == Tone::kPlain || text.empty()) return text;
  return std::string(escape_of(tone)) + text + "\x1b[0m";
}

std::string Page::toned(Tone tone, const std::string& text) const { return has_colour_ ? in_tone(tone, text) : text; }

void Page::line(const std::vector<Span>& spans) {
  std::size_t room = kPageColumns;
  std::string line;
  for (const Span& span : spans) {
    std::string part = cut_to(plain(span.text), room);
    if (&span == &spans.back()) strip_end(part);
    room -= columns_of(part);
    line += toned(span.tone, part);
  }
  if (!has_colour_) strip_end(line);
  text_ += line + "\n";
}

void Page::blank() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += "\n";
}

void Page::labelled(std::string_view label, std::string_view text, Tone tone) {
  wrapped(padded(std::string(label), kLabelColumns, false), text, tone);
}

void Page::wrapped(std::string_view indent, std::string_view text, Tone tone) {
  const std::size_t columns = columns_of(indent);
  std::string before(indent);
  for (const std::string& words : wrap(plain(text), kPageColumns - columns)) {
    line({{Tone::kPlain, before}, {tone, words}});
    before = std::string(columns, ' ');
  }
}

std::vector<std::string> wrap(std::string_view plain_text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  const auto flush = [&] {
    lines.push_back(line);
    line.clear();
  };
  while (!plain_text.empty()) {
    const std::size_t end = plain_text.find(' ');
    std::string word(plain_text.substr(0, end));
    plain_text.remove_prefix(end == std::string_view::npos ? plain_text.size() : end + 1);
    if (word.empty()) continue;
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > columns) flush();
    while (columns_of(word) > columns) {
      // Bytes may cut a character of more than one: go back to where one begins.
      std::size_t bytes = std::min(columns, word.size());
      while (bytes > 1 && (static_cast<unsigned char>(word[bytes]) & 0xC0U) == 0x80U) --bytes;
      lines.push_back(word.substr(0, bytes));
      word.erase(0, bytes);
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty() || lines.empty()) flush();
  return lines;
}

void Table::row(std::vector<std::string> cells, Tone tone, std::string note) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = plain(cell);
  rows_.push_back({std::move(cells), tone, std::move(note)});
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  std::size_t total = columns_.empty() ? 0 : columns_.size() - 1;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_of(columns_[i].title);
    for (const Row& row : rows_) width = std::max(width, columns_of(row.cells[i]));
    widths.push_back(std::min(width, std::max(columns_[i].most, columns_of(columns_[i].title))));
    total += widths.back();
  }
  while (total > kPageColumns) {
    // A cut number lies, a cut name does not: words give way first.
    std::size_t widest = columns_.size();
    for (const bool is_right : {false, true}) {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool may_give = columns_[i].is_right == is_right && widths[i] > kLeastColumn;
        if (may_give && (widest == columns_.size() || widths[i] > widths[widest])) widest = i;
      }
      if (widest != columns_.size()) break;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

void Table::print(Page& page) const {
  const std::vector<std::size_t> wide = widths();
  const auto text_of = [&](const auto& cell_of) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      text += i == 0 ? "" : " ";
      text += padded(cut_to(cell_of(i), wide[i]), wide[i], columns_[i].is_right);
    }
    return text;
  };
  page.line(text_of([&](std::size_t i) { return columns_[i].title; }), Tone::kFaint);
  for (const Row& row : rows_) {
    page.line(text_of([&](std::size_t i) { return row.cells[i]; }), row.tone);
    if (!row.note.empty()) page.wrapped(kNoteIndent, row.note, row.tone);
  }
}

}  // namespace approval_cli
