#pragma once

// Points in time and civil dates of the Indian market. IST is a fixed +05:30: no zone database, no TZ, no DST.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "trading/base/result.h"

namespace trading {

// A span of time in microseconds.
struct Duration {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.us + b.us}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.us - b.us}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.us * n}; }
};
constexpr Duration microseconds(std::int64_t n) { return {n}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration minutes(std::int64_t n) { return {n * 60'000'000}; }
constexpr Duration hours(std::int64_t n) { return {n * 3'600'000'000}; }

// "90s", "5m", "2h", "1d", "1h30m" -> Duration (> 0). DURATION_INVALID otherwise.
Result<Duration> parse_duration(std::string_view text);

// Microseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.us + d.us}; }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.us - d.us}; }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.us - b.us}; }
};

// A civil date in IST, as days since 1970-01-01.
struct TradingDate {
  std::int32_t days = 0;
  friend constexpr auto operator<=>(TradingDate, TradingDate) = default;
  friend constexpr TradingDate operator+(TradingDate d, std::int32_t n) { return {d.days + n}; }
  friend constexpr TradingDate operator-(TradingDate d, std::int32_t n) { return {d.days - n}; }

  [[nodiscard]] int year() const;
  [[nodiscard]] int month() const;  // 1..12
  [[nodiscard]] int day() const;    // 1..31
  [[nodiscard]] int weekday() const { return static_cast<int>(((days % 7) + 11) % 7); }  // 0 = Sunday
  [[nodiscard]] std::string iso() const;  // 2026-11-23

  static constexpr TradingDate from_civil(int year, int month, int day);
};

constexpr TradingDate TradingDate::from_civil(int y, int m, int d) {
  // Days of the proleptic Gregorian calendar, with the year starting in March.
  const int shifted = m <= 2 ? y - 1 : y;
  const int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const int year_of_era = shifted - era * 400;
  const int day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return {era * 146'097 + day_of_era - 719'468};
}

// Time of day in IST, in seconds since midnight.
struct TimeOfDay {
  std::int32_t seconds = 0;
  friend constexpr auto operator<=>(TimeOfDay, TimeOfDay) = default;
  [[nodiscard]] std::string hh_mm() const;  // "09:15"
};
constexpr TimeOfDay at(int hour, int minute, int second = 0) { return {hour * 3600 + minute * 60 + second}; }

TradingDate date_of(Timestamp t);
TimeOfDay time_of(Timestamp t);
constexpr Timestamp timestamp_of(TradingDate date, TimeOfDay time) {
  return {(static_cast<std::int64_t>(date.days) * 86'400 + time.seconds - 19'800) * 1'000'000};
}

// "2026-11-23T09:15:00+05:30" (also Z, other offsets, fractions to microseconds; without a zone it is IST).
Result<Timestamp> parse_timestamp(std::string_view text);
// "2026-11-23"
Result<TradingDate> parse_date(std::string_view text);
// "2026-11-23T09:15:00+05:30"; microseconds only when they are not zero.
std::string format_ist(Timestamp t);

}  // namespace trading
