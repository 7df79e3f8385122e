#pragma once

// A screen as sections of lines that must fit: where it is too low, the lines of the least weight give way, and a note counts them.

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "approval_cli/rendering/page.h"

namespace approval_cli {

struct Line {
  Tone tone = Tone::kPlain;
  std::string text;  // plain, at most as wide as the screen
};

// `text` with blanks up to `width` columns; unchanged when it is wider.
std::string padded(const std::string& text, std::size_t width, bool is_right);

// Lines that belong together.
struct Section {
  int weight = 0;         // the least gives way first,
  std::size_t least = 1;  // down to so many lines
  std::string more;       // the command that shows the rest
  std::vector<Line> lines;
  std::size_t hidden = 0;
};

class ScreenLines {
 public:
  explicit ScreenLines(std::size_t columns) : columns_(columns) {}

  // Below those before it. The reference stands as long as this object.
  Section& section(int weight, std::size_t least, std::string more);
  // "LABEL  text", wrapped under itself.
  void labelled(Section& to, const std::string& label, const std::string& text, Tone tone = Tone::kPlain) const;
  // One line, cut at the edge.
  void line(Section& to, const std::string& text, Tone tone = Tone::kPlain) const;
  // A row without a table: its words one after the other, what follows indented.
  void wrapped(Section& to, const std::string& text, Tone tone = Tone::kPlain) const;
  // True where a row of a table does not fit one line.
  [[nodiscard]] bool is_narrow() const;

  // All of it in at most `room` lines; 0 = no bound.
  [[nodiscard]] std::vector<Line> fitted(std::size_t room);

 private:
  [[nodiscard]] std::size_t height() const;
  bool hide_one();

  std::size_t columns_;
  std::deque<Section> sections_;  // a deque: sections stay where they are
};

}  // namespace approval_cli
