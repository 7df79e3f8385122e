#include "trading/time/timestamp.h"

#include <array>
#include <cstdio>

namespace trading {

namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kIstOffsetSeconds = 19'800;

struct Civil {
  int year, month, day;
};

Civil civil_from_days(std::int32_t days) {
  const std::int32_t z = days + 719'468;
  const std::int32_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int32_t day_of_era = z - era * 146'097;
  const std::int32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int32_t mp = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * mp + 2) / 5 + 1;
  const int month = mp < 10 ? mp + 3 : mp - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 40)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  return out + "\"";
}

// Reads exactly `count` digits; false when there are none.
bool take_digits(std::string_view& text, int count, int& out) {
  if (static_cast<int>(text.size()) < count) return false;
  out = 0;
  for (int i = 0; i < count; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(count));
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, TradingDate& out) {
  int year = 0, month = 0, day = 0;
  if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) || !take(text, '-') ||
      !take_digits(text, 2, day))
    return false;
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1970 || year > 2200) return false;
  out = TradingDate::from_civil(year, month, day);
  return out.day() == day;  // 31 February becomes another day
}

}  // namespace

int TradingDate::year() const { return civil_from_days(days).year; }
int TradingDate::month() const { return civil_from_days(days).month; }
int TradingDate::day() const { return civil_from_days(days).day; }

std::string TradingDate::iso() const {
  const Civil c = civil_from_days(days);
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", c.year, c.month, c.day);
  return buffer.data();
}

std::string TimeOfDay::hh_mm() const {
  std::array<char, 40> buffer{};
  if (seconds % 60 == 0)
    std::snprintf(buffer.data(), buffer.size(), "%02d:%02d", seconds / 3600, seconds / 60 % 60);
  else
    std::snprintf(buffer.data(), buffer.size(), "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return buffer.data();
}

TradingDate date_of(Timestamp t) {
  return {static_cast<std::int32_t>(floor_div(floor_div(t.us, kUsPerSecond) + kIstOffsetSeconds, 86'400))};
}

TimeOfDay time_of(Timestamp t) {
  const std::int64_t local = floor_div(t.us, kUsPerSecond) + kIstOffsetSeconds;
  return {static_cast<std::int32_t>(local - floor_div(local, 86'400) * 86'400)};
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  const std::string_view whole = text;
  const auto bad = [&] {
    return make_error("TIME_INVALID", quoted(whole) + " is not an ISO-8601 time",
                      "write e.g. 2026-11-23T09:15:00+05:30 (without a zone it is IST)");
  };
  TradingDate date;
  if (!take_date(text, date)) return bad();
  if (text.empty()) return timestamp_of(date, at(0, 0));
  int hour = 0, minute = 0, second = 0;
  if (!take(text, 'T') && !take(text, ' ')) return bad();
  if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute)) return bad();
  std::int64_t fraction_us = 0;
  if (take(text, ':')) {
    if (!take_digits(text, 2, second)) return bad();
    if (take(text, '.')) {
      std::int64_t unit = 100'000;
      bool any = false;
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        fraction_us += unit * (text.front() - '0');
        unit /= 10;
        any = true;
        text.remove_prefix(1);
      }
      if (!any) return bad();
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return bad();
  std::int64_t offset_seconds = kIstOffsetSeconds;
  if (!text.empty()) {
    if (take(text, 'Z')) {
      offset_seconds = 0;
    } else {
      const bool is_negative = text.front() == '-';
      int offset_hour = 0, offset_minute = 0;
      if (!take(text, '+') && !take(text, '-')) return bad();
      if (!take_digits(text, 2, offset_hour)) return bad();
      take(text, ':');
      if (!take_digits(text, 2, offset_minute) || offset_hour > 14 || offset_minute > 59) return bad();
      offset_seconds = (offset_hour * 3600 + offset_minute * 60) * (is_negative ? -1 : 1);
    }
  }
  if (!text.empty()) return bad();
  const std::int64_t local = static_cast<std::int64_t>(date.days) * 86'400 + hour * 3600 + minute * 60 + second;
  return Timestamp{(local - offset_seconds) * kUsPerSecond + fraction_us};
}

Result<TradingDate> parse_date(std::string_view text) {
  const std::string_view whole = text;
  TradingDate date;
  if (!take_date(text, date) || !text.empty())
    return make_error("DATE_INVALID", quoted(whole) + " is not a date", "write e.g. 2026-11-23");
  return date;
}

std::string format_ist(Timestamp t) {
  const TimeOfDay time = time_of(t);
  const std::int64_t us = t.us - floor_div(t.us, kUsPerSecond) * kUsPerSecond;
  std::array<char, 64> buffer{};
  if (us == 0)
    std::snprintf(buffer.data(), buffer.size(), "T%02d:%02d:%02d+05:30", time.seconds / 3600, time.seconds / 60 % 60,
                  time.seconds % 60);
  else
    std::snprintf(buffer.data(), buffer.size(), "T%02d:%02d:%02d.%06d+05:30", time.seconds / 3600,
                  time.seconds / 60 % 60, time.seconds % 60, static_cast<int>(us));
  return date_of(t).iso() + buffer.data();
}

Result<Duration> parse_duration(std::string_view text) {
  const std::string_view whole = text;
  const auto bad = [&] {
    return make_error("DURATION_INVALID", quoted(whole) + " is not a duration", "write e.g. 90s, 5m, 2h, 1d or 1h30m");
  };
  Duration total;
  if (text.empty()) return bad();
  while (!text.empty()) {
    std::int64_t number = 0;
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
      number = number * 10 + (text[digits] - '0');
      if (++digits > 6) return bad();
    }
    if (digits == 0 || digits == text.size()) return bad();
    const char unit = text[digits];
    text.remove_prefix(digits + 1);
    switch (unit) {
      case 's': total = total + seconds(number); break;
      case 'm': total = total + minutes(number); break;
      case 'h': total = total + hours(number); break;
      case 'd': total = total + hours(24) * number; break;
      default: return bad();
    }
  }
  if (total.us <= 0) return bad();
  return total;
}

}  // namespace trading
