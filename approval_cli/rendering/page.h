#pragma once

// A page of text, at most 80 columns wide. Colour is an addition: every line says the same without
// it. All text that is put in is cleaned here, so that no caller can forget it.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace approval_cli {

inline constexpr std::size_t kPageColumns = 80;

enum class Tone { kPlain, kGood, kWarning, kBad, kStrong, kFaint };

struct Span {
  Tone tone = Tone::kPlain;
  std::string text;
};

// The text between the escapes of its tone; kPlain and no text have none.
std::string in_tone(Tone tone, const std::string& text);

class Page {
 public:
  explicit Page(bool has_colour) : has_colour_(has_colour) {}

  // Parts side by side, separated by nothing; cut at the page's width.
  void line(const std::vector<Span>& spans);
  void line(std::string_view text, Tone tone = Tone::kPlain) { line({{tone, std::string(text)}}); }
  void blank();  // never two in a row, never first
  // `label` in its column of eight, then the text, wrapped under itself.
  void labelled(std::string_view label, std::string_view text, Tone tone = Tone::kPlain);
  // The text wrapped behind `indent`, whose following lines are spaces.
  void wrapped(std::string_view indent, std::string_view text, Tone tone = Tone::kPlain);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  [[nodiscard]] std::string toned(Tone tone, const std::string& text) const;
  bool has_colour_;
  std::string text_;
};

// Words of `text` in lines of at most `columns`; a word that is longer is broken.
std::vector<std::string> wrap(std::string_view plain_text, std::size_t columns);

struct Column {
  std::string title;
  bool is_right = false;  // numbers
  std::size_t most = 20;  // columns; longer cells are cut
};

// Cells are cleaned and cut; columns are as wide as they need to be. When the whole does not fit
// the page, the widest left-aligned column gives way.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // `note` stands on its own line, or lines, under the row.
  void row(std::vector<std::string> cells, Tone tone = Tone::kPlain, std::string note = "");
  void print(Page& page) const;
  [[nodiscard]] bool is_empty() const { return rows_.empty(); }

 private:
  struct Row {
    std::vector<std::string> cells;
    Tone tone;
    std::string note;
  };
  [[nodiscard]] std::vector<std::size_t> widths() const;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace approval_cli
