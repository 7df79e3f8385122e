#pragma once

// Cells of a CSV line: the fast road for what files hold a million times, the exact one for
// everything else.

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

inline bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

// Remembers the date of the last cell: neighbouring rows share it.
class TimeCells {
 public:
  // False when the cell is not a time.
  bool read(std::string_view cell, std::int64_t& out_us) {
    if (cell.size() == 25 && read_ist(cell.data(), out_us)) return true;
    const trading::Result<trading::Timestamp> time = trading::parse_timestamp(cell);
    if (!time) return false;
    out_us = time->us;
    return true;
  }

  // The usual form, "2024-01-19T09:15:00+05:30", in the 25 bytes at `p`.
  bool read_ist(const char* p, std::int64_t& out_us) {
    if (p[10] != 'T' || p[13] != ':' || p[16] != ':' || std::memcmp(p + 19, "+05:30", 6) != 0)
      return false;
    if (std::memcmp(p, date_text_, sizeof date_text_) != 0 && !read_date(p)) return false;
    int hour = 0, minute = 0, second = 0;
    if (!two(p + 11, hour) || !two(p + 14, minute) || !two(p + 17, second)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    out_us = midnight_us_ + (hour * 3600 + minute * 60 + second) * std::int64_t{1'000'000};
    return true;
  }

 private:
  static bool two(const char* p, int& out) {
    if (!is_digit(p[0]) || !is_digit(p[1])) return false;
    out = (p[0] - '0') * 10 + (p[1] - '0');
    return true;
  }
  bool read_date(const char* p) {
    const trading::Result<trading::TradingDate> date =
        trading::parse_date(std::string_view(p, sizeof date_text_));
    if (!date) return false;
    std::memcpy(date_text_, p, sizeof date_text_);
    midnight_us_ = timestamp_of(*date, trading::at(0, 0)).us;
    return true;
  }

  char date_text_[10] = {};  // zero bytes: equal to no date
  std::int64_t midnight_us_ = 0;
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
