#pragma once

// Cells of a CSV line: the fast road for what files hold a million times, the exact one for
// everything else.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "trading/base/decimal.h"
#include "trading/time/timestamp.h"

namespace broker::csv {

// Cuts the text before `separator` off `line`; the rest when there is none.
inline std::string_view take_cell(std::string_view& line, char separator = ',') {
  const void* found = line.empty() ? nullptr : std::memchr(line.data(), separator, line.size());
  if (found == nullptr) {
    const std::string_view cell = line;
    line = {};
    return cell;
  }
  const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - line.data());
  const std::string_view cell = line.substr(0, length);
  line.remove_prefix(length + 1);
  return cell;
}

static_assert(std::endian::native == std::endian::little,
              "eight digits are read as one little-endian word");

inline std::uint64_t load8(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}
// Eight characters as load8() would read them.
constexpr std::uint64_t word_of(const char (&text)[9]) {
  std::uint64_t word = 0;
  for (unsigned i = 8; i-- > 0;) word = word << 8 | static_cast<unsigned char>(text[i]);
  return word;
}

inline bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

// Remembers the hour of the last cell: neighbouring rows share it.
class TimeCells {
 public:
  // False when the cell is not a time.
  bool read(std::string_view cell, std::int64_t& out_us) {
    if (cell.size() == std::size_t{kLength} &&
        (knows_hour(cell.data()) || read_hour(cell.data())) && read_known(cell.data(), out_us))
      return true;
    const trading::Result<trading::Timestamp> time = trading::parse_timestamp(cell);
    if (!time) return false;
    out_us = time->us;
    return true;
  }

  // The usual form, "2024-01-19T09:15:00+05:30", in the 25 bytes at `p`; of the remembered hour
  // alone. The digits of minute and second become 0 to 9, all signs zero.
  bool read_known(const char* p, std::int64_t& out_us) const {
    const std::uint64_t minute_second = load8(p + 14) ^ word_of("00:00+05");
    const std::uint64_t zone = load8(p + 17) ^ word_of("00+05:30");
    constexpr std::uint64_t kSigns = 0xffffff0000ff0000ULL;
    constexpr std::uint64_t kAbove9 = 0x7676767676767676ULL;  // carries into the highest bit
    const std::uint64_t bad = (minute_second & kSigns) | (zone >> 16) |
                              (((minute_second + kAbove9) | minute_second) & 0x8080808080808080ULL);
    if (bad != 0 || !knows_hour(p)) return false;
    const std::uint64_t pairs = minute_second * 10 + (minute_second >> 8);
    const auto minute = static_cast<std::int64_t>(pairs & 0xff);
    const auto second = static_cast<std::int64_t>((pairs >> 24) & 0xff);
    if (((59 - minute) | (59 - second)) < 0) return false;
    out_us = hour_us_ + (minute * 60 + second) * 1'000'000;
    return true;
  }
  // Remembers the hour that a row at `p` begins with. False when it is none, or the one known.
  bool learns_hour(const char* p, const char* end) {
    return end - p >= kLength && !knows_hour(p) && read_hour(p);
  }

 private:
  static constexpr std::ptrdiff_t kLength = 25;

  // "2024-01-19T09:" in two words that overlap.
  [[nodiscard]] bool knows_hour(const char* p) const {
    return load8(p) == text_ && load8(p + 6) == text_end_;
  }
  bool read_hour(const char* p) {
    if (p[10] != 'T' || !is_digit(p[11]) || !is_digit(p[12]) || p[13] != ':') return false;
    const int hour = (p[11] - '0') * 10 + (p[12] - '0');
    const trading::Result<trading::TradingDate> date = trading::parse_date(std::string_view(p, 10));
    if (hour > 23 || !date) return false;
    text_ = load8(p);
    text_end_ = load8(p + 6);
    hour_us_ = timestamp_of(*date, trading::at(hour, 0)).us;
    return true;
  }

  std::uint64_t text_ = 0;  // zero bytes: equal to none
  std::uint64_t text_end_ = 0;
  std::int64_t hour_us_ = 0;
};

// A decimal number scaled by 10^scale (0 to 4). False when it is none, has more decimals, or is too
// large.
inline bool read_decimal(std::string_view cell, int scale, std::int64_t& out) {
  constexpr std::size_t kFastDigits = 14;  // no overflow below this many
  if (!cell.empty() && cell.size() <= kFastDigits) {
    std::int64_t value = 0;
    std::size_t i = 0;
    while (i < cell.size() && is_digit(cell[i])) value = value * 10 + (cell[i++] - '0');
    if (i == cell.size()) {
      for (int k = 0; k < scale; ++k) value *= 10;
      out = value;
      return true;
    }
    if (i > 0 && cell[i] == '.' && i + 1 < cell.size() &&
        cell.size() - i - 1 <= static_cast<std::size_t>(scale)) {
      int left = scale;
      for (++i; i < cell.size() && is_digit(cell[i]); ++i, --left)
        value = value * 10 + (cell[i] - '0');
      if (i == cell.size()) {
        for (; left > 0; --left) value *= 10;
        out = value;
        return true;
      }
    }
  }
  const trading::Result<std::int64_t> exact = trading::parse_decimal(cell, scale);
  if (!exact) return false;
  out = *exact;
  return true;
}

}  // namespace broker::csv
