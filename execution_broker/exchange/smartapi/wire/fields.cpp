#include "execution_broker/exchange/smartapi/wire/fields.h"

#include <array>
#include <charconv>

#include "trading/base/decimal.h"
#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

using trading::Error;
using trading::make_error;
using trading::Result;
using trading::Rounding;

const Json kNothing;

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

std::optional<int> month_of(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  std::array<char, 3> upper{};
  for (std::size_t i = 0; i < 3; ++i)
    upper[i] = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (kMonths[i] == std::string_view(upper.data(), 3)) return static_cast<int>(i) + 1;
  return std::nullopt;
}

std::optional<int> digits_of(std::string_view text) {
  int value = 0;
  for (const char c : text)
    if (c < '0' || c > '9') return std::nullopt;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int days_in(int year, int month) {
  if (month == 12) return 31;
  return trading::TradingDate::from_civil(year, month + 1, 1).days -
         trading::TradingDate::from_civil(year, month, 1).days;
}

std::optional<trading::TradingDate> date_from(std::string_view day, std::string_view month,
                                              std::string_view year) {
  const auto d = digits_of(day);
  const auto m = month_of(month);
  const auto y = digits_of(year);
  if (!d || !m || !y || year.size() != 4 || *y < 1970 || *y > 2200) return std::nullopt;
  if (*d < 1 || *d > days_in(*y, *m)) return std::nullopt;
  return trading::TradingDate::from_civil(*y, *m, *d);
}

Error bad_time(std::string_view text) {
  return make_error("WIRE_TIME_INVALID", trading::quoted(text) + " is no time such as 23-Nov-2026 10:15:02");
}

}  // namespace

std::string joined_sign(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty() || text.front() != '-') return std::string(text);
  std::string_view rest = text.substr(1);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return "-" + std::string(rest);
}

Result<std::int64_t> parse_figure(std::string_view text, int scale, Rounding rounding) {
  // Three more places than asked for decide the rounding; what lies beyond them is cut first, as
  // the floating-point arithmetic of the service leaves up to fifteen.
  const std::string joined = joined_sign(text);
  std::string cut = joined;
  const auto point = cut.find('.');
  const bool has_exponent = cut.find_first_of("eE") != std::string::npos;
  constexpr std::size_t kGuard = 3;
  bool is_cut = false;
  if (point != std::string::npos && !has_exponent &&
      cut.size() > point + 1 + static_cast<std::size_t>(scale) + kGuard) {
    // Still has to be digits all the way.
    if (cut.find_first_not_of("0123456789", point + 1) != std::string::npos)
      return trading::parse_decimal(joined, scale);
    is_cut = cut.find_first_not_of('0', point + 1 + static_cast<std::size_t>(scale) + kGuard) !=
             std::string::npos;
    cut.resize(point + 1 + static_cast<std::size_t>(scale) + kGuard);
  }
  ASSIGN_OR_RETURN(std::int64_t fine,
                   trading::parse_decimal(cut, scale + static_cast<int>(kGuard)));
  // A cut tail makes the amount a touch larger in size: it must not be taken for an exact multiple
  // by a rounding that moves away from zero or towards minus infinity.
  if (is_cut && (rounding == Rounding::kUp || rounding == Rounding::kFloor))
    fine += joined.front() == '-' ? -1 : (rounding == Rounding::kUp ? 1 : 0);
  return trading::divide(fine, 1'000, rounding);
}

Result<trading::Timestamp> parse_wire_time(std::string_view text) {
  // DD-Mon-YYYY HH:MM:SS
  if (text.size() != 20 || text[2] != '-' || text[6] != '-' || text[11] != ' ' || text[14] != ':' ||
      text[17] != ':')
    return bad_time(text);
  const auto date = date_from(text.substr(0, 2), text.substr(3, 3), text.substr(7, 4));
  const auto hour = digits_of(text.substr(12, 2));
  const auto minute = digits_of(text.substr(15, 2));
  const auto second = digits_of(text.substr(18, 2));
  if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
    return bad_time(text);
  return timestamp_of(*date, trading::at(*hour, *minute, *second));
}

Result<trading::TradingDate> parse_expiry(std::string_view text) {
  if (text.size() == 9)
    if (const auto date = date_from(text.substr(0, 2), text.substr(2, 3), text.substr(5, 4)))
      return *date;
  return make_error("WIRE_DATE_INVALID", trading::quoted(text) + " is no date such as 27OCT2026");
}

FieldReader::FieldReader(const Json& row) : row_(row) {
  if (!row.is_object()) fail("is no object");
}

void FieldReader::fail(std::string what) {
  constexpr std::size_t kMost = 300;
  if (faults_.size() > kMost) return;
  faults_ += (faults_.empty() ? "" : "; ") + what;
}

const Json* FieldReader::present(std::string_view key) const {
  const Json* value = row_.find(key);
  if (value == nullptr || value->is_null()) return nullptr;
  if (value->is_string() && (value->text.empty() || value->text == "null")) return nullptr;
  return value;
}

std::string FieldReader::text(std::string_view key) {
  const Json* value = present(key);
  if (value == nullptr) {
    fail(std::string(key) + " is missing");
    return {};
  }
  if (!value->is_string() && !value->is_number()) {
    fail(std::string(key) + " is no text");
    return {};
  }
  return value->text;
}

std::string FieldReader::text_or_empty(std::string_view key) {
  return present(key) == nullptr ? std::string() : text(key);
}

std::optional<std::string> FieldReader::number_text(std::string_view key, bool must_be_there) {
  const Json* value = present(key);
  if (value == nullptr) {
    if (must_be_there) fail(std::string(key) + " is missing");
    return std::nullopt;
  }
  if (!value->is_string() && !value->is_number()) {
    fail(std::string(key) + " is no number");
    return std::nullopt;
  }
  return joined_sign(value->text);
}

std::optional<std::int64_t> FieldReader::scaled(std::string_view key, int scale, bool must_be_there,
                                                Rounding rounding, bool is_rounding_allowed) {
  const auto text = number_text(key, must_be_there);
  if (!text) return std::nullopt;
  const auto value = is_rounding_allowed ? parse_figure(*text, scale, rounding)
                                         : trading::parse_decimal(*text, scale);
  if (!value) {
    fail(std::string(key) + " is " + trading::quoted(*text) +
         (scale == 0 ? ", not a whole number" : ", not an amount in rupees"));
    return std::nullopt;
  }
  return *value;
}

std::int64_t FieldReader::whole(std::string_view key, bool may_be_negative) {
  const auto value = scaled(key, 0, true, Rounding::kDown, false);
  if (value && *value < 0 && !may_be_negative) fail(std::string(key) + " is below zero");
  return value.value_or(0);
}

std::optional<std::int64_t> FieldReader::whole_if_any(std::string_view key) {
  return scaled(key, 0, false, Rounding::kDown, false);
}

trading::Price FieldReader::price(std::string_view key) {
  const auto value = scaled(key, 4, true, Rounding::kHalfUp, false);
  if (value && *value < 0) fail(std::string(key) + " is below zero");
  return trading::Price(value.value_or(0));
}

std::optional<trading::Price> FieldReader::price_if_any(std::string_view key) {
  const auto value = scaled(key, 4, false, Rounding::kHalfUp, false);
  if (!value || *value == 0) return std::nullopt;
  if (*value < 0) {
    fail(std::string(key) + " is below zero");
    return std::nullopt;
  }
  return trading::Price(*value);
}

trading::Accrual FieldReader::figure(std::string_view key) {
  return trading::Accrual(scaled(key, 4, true, Rounding::kHalfUp, true).value_or(0));
}

std::optional<trading::Accrual> FieldReader::figure_if_any(std::string_view key) {
  const auto value = scaled(key, 4, false, Rounding::kHalfUp, true);
  if (!value) return std::nullopt;
  return trading::Accrual(*value);
}

trading::Money FieldReader::money(std::string_view key) {
  return trading::Money(scaled(key, 2, true, Rounding::kFloor, true).value_or(0));
}

std::optional<trading::Money> FieldReader::money_if_any(std::string_view key) {
  const auto value = scaled(key, 2, false, Rounding::kFloor, true);
  if (!value) return std::nullopt;
  return trading::Money(*value);
}

std::optional<trading::Timestamp> FieldReader::time_if_any(std::string_view key) {
  const std::string text = text_or_empty(key);
  if (text.empty()) return std::nullopt;
  const auto time = parse_wire_time(text);
  if (!time) {
    fail(std::string(key) + ": " + time.error().what);
    return std::nullopt;
  }
  return *time;
}

bool FieldReader::boolean(std::string_view key) {
  const Json* value = row_.find(key);
  if (value != nullptr && value->is_bool()) return value->boolean;
  if (value != nullptr && value->is_string() && value->text == "true") return true;
  if (value != nullptr && value->is_string() && value->text == "false") return false;
  fail(std::string(key) + " is neither true nor false");
  return false;
}

const Json& FieldReader::list(std::string_view key) {
  const Json* value = row_.find(key);
  if (value != nullptr && value->is_array()) return *value;
  if (value == nullptr || !value->is_null()) fail(std::string(key) + " is no list");
  return kNothing;
}

const Json& FieldReader::object(std::string_view key) {
  const Json* value = row_.find(key);
  if (value != nullptr && value->is_object()) return *value;
  fail(std::string(key) + " is no object");
  return kNothing;
}

}  // namespace broker::smartapi
