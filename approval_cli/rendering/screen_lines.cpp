#include "approval_cli/rendering/screen_lines.h"

#include <algorithm>
#include <utility>

#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/words.h"

namespace approval_cli {
namespace {

constexpr std::size_t kTableColumns = 76;  // from here on a row is a line
constexpr std::size_t kLabelColumns = 8;

}  // namespace

std::string padded(const std::string& text, std::size_t width, bool is_right) {
  const std::size_t columns = columns_of(text);
  const std::string space(columns < width ? width - columns : 0, ' ');
  return is_right ? space + text : text + space;
}

Section& ScreenLines::section(int weight, std::size_t least, std::string more) {
  sections_.push_back({weight, least, std::move(more), {}, 0});
  return sections_.back();
}

void ScreenLines::labelled(Section& to, const std::string& label, const std::string& text, Tone tone) const {
  std::string before = padded(label, kLabelColumns, false);
  for (const std::string& words : wrap(plain(text), columns_ - std::min(kLabelColumns, columns_ / 2))) {
    to.lines.push_back({tone, cut_to(before + words, columns_)});
    before = std::string(kLabelColumns, ' ');
  }
}

void ScreenLines::line(Section& to, const std::string& text, Tone tone) const { to.lines.push_back({tone, cut_to(plain(text), columns_)}); }

void ScreenLines::wrapped(Section& to, const std::string& text, Tone tone) const {
  std::string before;
  for (const std::string& words : wrap(plain(text), columns_ - 2)) {
    to.lines.push_back({tone, before + words});
    before = "  ";
  }
}

bool ScreenLines::is_narrow() const { return columns_ < kTableColumns; }

std::vector<Line> ScreenLines::fitted(std::size_t room) {
  while (room > 0 && height() > room && hide_one()) {
  }
  std::vector<Line> all;
  for (const Section& section : sections_) {
    all.insert(all.end(), section.lines.begin(), section.lines.end());
    if (section.hidden > 0) {
      const std::string note = "  +" + std::to_string(section.hidden) + " lines: " + section.more;
      all.back() = {Tone::kFaint, cut_to(note, columns_)};
    }
  }
  if (room > 0 && all.size() > room) {
    all.resize(room);
    all.back() = {Tone::kWarning, cut_to("  the screen is too small: approval_cli status", columns_)};
  }
  return all;
}

std::size_t ScreenLines::height() const {
  std::size_t lines = 0;
  for (const Section& section : sections_) lines += section.lines.size();
  return lines;
}

// The last line of the section of the least weight that has one to give; the one above it turns into the note.
bool ScreenLines::hide_one() {
  Section* giver = nullptr;
  for (Section& section : sections_) {
    // The note takes a line, too: two go before one is won.
    const std::size_t keep = section.least + (section.hidden == 0 ? 1 : 0);
    if (section.lines.size() > keep && (giver == nullptr || section.weight < giver->weight)) giver = &section;
  }
  if (giver == nullptr) return false;
  giver->hidden += giver->hidden == 0 ? 2 : 1;
  giver->lines.pop_back();
  return true;
}

}  // namespace approval_cli
