#include "approval_cli/rendering/plain_text.h"

#include <array>
#include <cstdint>

#include "trading/base/canonical_json.h"

namespace approval_cli {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Shown by no terminal, or obeyed by one (Unicode 15: Cc, Cf, default-ignorable code points).
constexpr std::array kDropped{
    Range{0x00, 0x1F},     Range{0x7F, 0x9F},       Range{0xAD, 0xAD},       Range{0x34F, 0x34F},
    Range{0x600, 0x605},   Range{0x61C, 0x61C},     Range{0x6DD, 0x6DD},     Range{0x70F, 0x70F},
    Range{0x115F, 0x1160}, Range{0x17B4, 0x17B5},   Range{0x180B, 0x180F},   Range{0x200B, 0x200F},
    Range{0x2028, 0x202E}, Range{0x2060, 0x206F},   Range{0x2800, 0x2800},   Range{0x3164, 0x3164},
    Range{0xE000, 0xF8FF}, Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},
    Range{0xFFF0, 0xFFFB}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0x10FFFF}};

constexpr std::array kCombining{Range{0x300, 0x36F},   Range{0x483, 0x489},   Range{0x591, 0x5BD},
                                Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x20D0, 0x20FF},
                                Range{0xFE20, 0xFE2F}};

constexpr std::array kWide{Range{0x1100, 0x115E},   Range{0x2E80, 0xA4CF},  Range{0xAC00, 0xD7A3},
                           Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},  Range{0xFF00, 0xFF60},
                           Range{0x1F300, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, std::uint32_t code) {
  for (const Range& range : ranges)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

// Of well-formed UTF-8.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length > text.size()) return {0xFFFD, 1};
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  return {code, length};
}

std::size_t columns_of(const Character& character) {
  if (is_in(kCombining, character.code)) return 0;
  return is_in(kWide, character.code) ? 2 : 1;
}

}  // namespace

std::string plain(std::string_view text) {
  const std::string valid = trading::to_valid_utf8(text);
  std::string clean;
  clean.reserve(valid.size());
  for (std::string_view rest = valid; !rest.empty();) {
    const Character character = first_of(rest);
    const bool is_blank = character.code == '\n' || character.code == '\r' ||
                          character.code == '\t' || character.code == 0x2028 ||
                          character.code == 0x2029;
    if (is_blank) {
      if (!clean.empty() && clean.back() != ' ') clean += ' ';
    } else if (!is_in(kDropped, character.code)) {
      clean += rest.substr(0, character.bytes);
    }
    rest.remove_prefix(character.bytes);
  }
  return clean;
}

std::size_t columns_of(std::string_view plain_text) {
  std::size_t columns = 0;
  while (!plain_text.empty()) {
    const Character character = first_of(plain_text);
    columns += columns_of(character);
    plain_text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut_to(std::string_view plain_text, std::size_t columns) {
  if (columns_of(plain_text) <= columns) return std::string(plain_text);
  const std::size_t room = columns < 2 ? 0 : columns - 2;
  std::string kept;
  std::size_t used = 0;
  for (std::string_view rest = plain_text; !rest.empty();) {
    const Character character = first_of(rest);
    if (used + columns_of(character) > room) break;
    used += columns_of(character);
    kept += rest.substr(0, character.bytes);
    rest.remove_prefix(character.bytes);
  }
  return kept + std::string(columns < 2 ? columns : 2, '.');
}

}  // namespace approval_cli
