#include "proto/convert/text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

namespace wire {
namespace {

constexpr std::size_t kMaxQuoted = 40;

bool is_upper_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_upper_or_digit(c) || (c >= 'a' && c <= 'z');
}

template <typename Allowed>
bool consists_of(std::string_view text, std::size_t max_length, Allowed allowed) {
  return !text.empty() && text.size() <= max_length &&
         std::all_of(text.begin(), text.end(), allowed);
}

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none (Unicode
// 15, table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto follows = [&](std::size_t i, std::uint8_t low, std::uint8_t high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const std::uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;
    const std::uint8_t high = lead == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const std::uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

bool is_control(std::string_view sequence) {
  const auto lead = static_cast<std::uint8_t>(sequence[0]);
  if (sequence.size() == 1) return lead < 0x20 || lead == 0x7F;
  // C1 controls, which a terminal may obey.
  return sequence.size() == 2 && lead == 0xC2 && static_cast<std::uint8_t>(sequence[1]) < 0xA0;
}

// Of a well-formed sequence.
std::uint32_t code_point(std::string_view sequence) {
  const auto lead = static_cast<std::uint8_t>(sequence[0]);
  if (sequence.size() == 1) return lead;
  std::uint32_t code = lead & (0x7FU >> sequence.size());
  for (const char next : sequence.substr(1)) code = (code << 6U) | (static_cast<std::uint8_t>(next) & 0x3FU);
  return code;
}

// What changes how the text around it is shown without being seen, or means nothing that two readers agree on: soft hyphen,
// zero-width characters, direction marks and overrides, line and paragraph separators, fillers, variation selectors, the
// byte order mark, notation controls, private use, tags (Unicode 15: Cf, Co, default-ignorable code points).
constexpr std::pair<std::uint32_t, std::uint32_t> kInvisible[] = {
    {0xAD, 0xAD},     {0x34F, 0x34F},   {0x600, 0x605},   {0x61C, 0x61C},   {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},
    {0x8E2, 0x8E2},   {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF}};

bool is_invisible(std::string_view sequence) {
  const std::uint32_t code = code_point(sequence);
  return std::any_of(std::begin(kInvisible), std::end(kInvisible),
                     [code](const auto& range) { return code >= range.first && code <= range.second; });
}

}  // namespace

bool is_symbol(std::string_view text) {
  return consists_of(text, kMaxSymbolLength, [](char c) {
    return is_upper_or_digit(c) || c == '&' || c == '-' || c == '_' || c == '.' || c == '*';
  });
}

bool is_request_id(std::string_view text) {
  return consists_of(text, kMaxRequestIdLength, [](char c) {
    return is_alphanumeric(c) || c == '.' || c == '_' || c == ':' || c == '-';
  });
}

bool is_order_id(std::string_view text) {
  return consists_of(text, kMaxOrderIdLength,
                     [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string clean_text(std::string_view text, std::size_t max_bytes) {
  std::string clean;
  clean.reserve(std::min(text.size(), max_bytes));
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    const bool is_harmless = length > 0 && !is_control(sequence) && !is_invisible(sequence);
    const std::string_view kept = is_harmless ? sequence : std::string_view("?");
    if (clean.size() + kept.size() > max_bytes) break;
    clean += kept;
    text.remove_prefix(sequence.size());
  }
  return clean;
}

std::string quoted(std::string_view text) {
  std::string result = "\"" + clean_text(text, kMaxQuoted);
  if (text.size() > kMaxQuoted) result += "...";
  return result + "\"";
}

}  // namespace wire
