#include "tests/sandbox_exchange/wire_time.h"

#include <array>

namespace sandbox {

using namespace trading;

namespace {

constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::string two(int value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}
const char* month_name(TradingDate date) {
  return kMonths[static_cast<std::size_t>(date.month() - 1)];
}
std::string hh_mm_ss(std::int32_t seconds) {
  return two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

}  // namespace

std::string clock_text(Timestamp t) { return hh_mm_ss(time_of(t).seconds); }

std::string day_month_year(Timestamp t) {
  const TradingDate date = date_of(t);
  return two(date.day()) + "-" + month_name(date) + "-" + std::to_string(date.year()) + " " +
         clock_text(t);
}

std::string iso_minute(Timestamp t) { return format_ist(Timestamp{t.us - t.us % 1'000'000}); }

std::string date_and_time(Timestamp t) { return date_of(t).iso() + " " + clock_text(t); }

std::string http_date(Timestamp t) {
  // Shifted by the offset of IST, the civil date and time of IST are those of UTC.
  const Timestamp shifted = t - seconds(19'800);
  const TradingDate date = date_of(shifted);
  return std::string(kWeekdays[static_cast<std::size_t>(date.weekday())]) + ", " +
         two(date.day()) + " " + month_name(date) + " " + std::to_string(date.year()) + " " +
         clock_text(shifted) + " GMT";
}

std::string yymmdd(TradingDate date) {
  return two(date.year() % 100) + two(date.month()) + two(date.day());
}

std::string expiry_text(TradingDate date) {
  std::string month = month_name(date);
  for (char& c : month)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return two(date.day()) + month + std::to_string(date.year());
}

Timestamp midnight_of(TradingDate date) { return timestamp_of(date, at(0, 0)); }

bool parse_minute(std::string_view text, Timestamp& out) {
  if (text.size() != 16 || text[10] != ' ' || text[13] != ':') return false;
  const auto date = parse_date(text.substr(0, 10));
  if (!date) return false;
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1; };
  for (const std::size_t i : {std::size_t{11}, std::size_t{12}, std::size_t{14}, std::size_t{15}})
    if (digit(i) < 0) return false;
  const int hour = digit(11) * 10 + digit(12);
  const int minute = digit(14) * 10 + digit(15);
  if (hour > 23 || minute > 59) return false;
  out = timestamp_of(*date, at(hour, minute));
  return true;
}

}  // namespace sandbox
