#include "trading/base/decimal.h"

#include <algorithm>
#include <charconv>

#include "trading/base/checked.h"

namespace trading {

namespace {

Error invalid(std::string_view text, std::string_view why) {
  std::string shown(text.substr(0, 40));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  return make_error("DECIMAL_INVALID", "\"" + shown + "\" " + std::string(why), "write a plain decimal number, e.g. 12.50");
}

constexpr int kMaxDigits = 60;  // longer text is not a price or an amount of anything

}  // namespace

Result<std::int64_t> parse_decimal(std::string_view text, int scale) {
  const std::string_view whole = text;
  bool is_negative = false;
  if (!text.empty() && text.front() == '-') {
    is_negative = true;
    text.remove_prefix(1);
  }
  int exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent_text = text.substr(e + 1);
    if (!exponent_text.empty() && exponent_text.front() == '+') exponent_text.remove_prefix(1);
    const auto [end, code] =
        std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    if (exponent_text.empty() || code != std::errc{} || end != exponent_text.data() + exponent_text.size() ||
        exponent > 30 || exponent < -30)
      return invalid(whole, "has a malformed exponent");
    text = text.substr(0, e);
  }
  std::string digits;
  int decimals = 0;
  bool seen_point = false;
  bool digit_after_point = false;
  for (const char c : text) {
    if (c == '.') {
      if (seen_point || digits.empty()) return invalid(whole, "is not a decimal number");
      seen_point = true;
    } else if (c >= '0' && c <= '9') {
      digits.push_back(c);
      if (seen_point) {
        ++decimals;
        digit_after_point = true;
      }
    } else {
      return invalid(whole, "is not a decimal number");
    }
  }
  if (digits.empty() || (seen_point && !digit_after_point)) return invalid(whole, "is not a decimal number");
  if (digits.size() > kMaxDigits) return invalid(whole, "has too many digits");

  // value = digits * 10^(exponent - decimals); wanted: value * 10^scale.
  int shift = exponent - decimals + scale;
  while (shift < 0) {
    if (digits.size() > 1 || digits.front() != '0') {
      if (digits.back() != '0') return invalid(whole, "has more than " + std::to_string(scale) + " decimals");
      if (digits.size() > 1) digits.pop_back();
    }
    ++shift;
  }
  digits.append(static_cast<std::size_t>(shift), '0');
  std::int64_t value = 0;
  for (const char c : digits) {
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value))
      return invalid(whole, "is too large");
  }
  return is_negative ? -value : value;
}

std::string format_decimal(std::int64_t scaled, int scale, int min_decimals) {
  const bool is_negative = scaled < 0;
  std::uint64_t magnitude = is_negative ? ~static_cast<std::uint64_t>(scaled) + 1 : static_cast<std::uint64_t>(scaled);
  std::string digits = std::to_string(magnitude);
  if (static_cast<int>(digits.size()) <= scale) digits.insert(0, static_cast<std::size_t>(scale) + 1 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - static_cast<std::size_t>(scale));
  std::string out = (is_negative ? "-" : "") + digits.substr(0, digits.size() - static_cast<std::size_t>(scale));
  while (static_cast<int>(fraction.size()) > min_decimals && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) out += "." + fraction;
  return out;
}

std::string format_rupees(std::int64_t amount_e4) {
  const std::int64_t paise = divide(amount_e4, 100, Rounding::kHalfUp);
  const std::string plain = format_decimal(paise < 0 ? -paise : paise, 2, 2);
  std::string whole = plain.substr(0, plain.size() - 3);
  std::string grouped;
  if (whole.size() > 3) {  // the last three digits, then pairs
    grouped = "," + whole.substr(whole.size() - 3);
    whole.resize(whole.size() - 3);
    while (whole.size() > 2) {
      grouped = "," + whole.substr(whole.size() - 2) + grouped;
      whole.resize(whole.size() - 2);
    }
  }
  return (paise < 0 ? "-" : "") + whole + grouped + plain.substr(plain.size() - 3);
}

}  // namespace trading
