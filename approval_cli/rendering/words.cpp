#include "approval_cli/rendering/words.h"

#include <algorithm>
#include <cstdlib>

#include "trading/base/decimal.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

std::string two_units(std::int64_t first, const char* first_name, std::int64_t second,
                      const char* second_name) {
  std::string text = std::to_string(first) + first_name;
  if (second != 0) text += " " + std::to_string(second) + second_name;
  return text;
}

}  // namespace

std::string signed_rupees(std::int64_t amount_e4) {
  const std::string text = trading::format_rupees(amount_e4);
  return amount_e4 > 0 && text != "0.00" ? "+" + text : text;
}

std::string price(std::int64_t price_e4) {
  if (price_e4 % 100 == 0) return trading::format_rupees(price_e4);
  return trading::format_decimal(price_e4, 4, 2);
}

std::string percent(std::int64_t part_e4, std::int64_t whole_e4) {
  if (whole_e4 == 0) return "";
  // __int128: a part of a crore of crores times 10,000 leaves int64.
  __extension__ using Wide = __int128;
  const Wide bps = static_cast<Wide>(part_e4) * 10'000 / whole_e4;
  constexpr std::int64_t kMost = 9'999'999;
  const auto shown = static_cast<std::int64_t>(std::clamp<Wide>(bps, -kMost, kMost));
  return trading::format_decimal(shown, 2, 2) + "%";
}

std::string span(std::int64_t us) {
  us = std::max<std::int64_t>(us, 0);
  if (us < kMinute) return std::to_string(us / kSecond) + " s";
  if (us < kHour) return std::to_string(us / kMinute) + " min";
  if (us < kDay) return two_units(us / kHour, " h", us % kHour / kMinute, " min");
  return two_units(us / kDay, " d", us % kDay / kHour, " h");
}

std::string clock_time(std::int64_t us) {
  const trading::Timestamp whole_seconds{us - (us % kSecond)};
  return trading::date_of(whole_seconds).iso() + " " + trading::time_of(whole_seconds).hh_mm();
}

std::string in_words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string bytes(std::int64_t count) {
  constexpr std::int64_t kMega = 1'000'000;
  constexpr std::int64_t kGiga = 1'000 * kMega;
  if (count >= kGiga) return trading::format_decimal(count / (kGiga / 10), 1, 1) + " GB";
  return std::to_string(count / kMega) + " MB";
}

std::string grouped(std::int64_t count) {
  const std::string digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const bool begins_group = i > 0 && (digits.size() - i) % 3 == 0 && digits[i - 1] != '-';
    if (begins_group) text += ',';
    text += digits[i];
  }
  return text;
}

std::string_view name_of(broker::v1::Side side) {
  if (side == broker::v1::SIDE_BUY) return "BUY";
  return side == broker::v1::SIDE_SELL ? "SELL" : "?";
}

std::string_view name_of(broker::v1::OrderType type) {
  if (type == broker::v1::ORDER_TYPE_MARKET) return "MARKET";
  if (type == broker::v1::ORDER_TYPE_LIMIT) return "LIMIT";
  if (type == broker::v1::ORDER_TYPE_STOP_LIMIT) return "SL";
  return type == broker::v1::ORDER_TYPE_STOP_MARKET ? "SL-M" : "?";
}

std::string_view name_of(broker::v1::Product product) {
  if (product == broker::v1::PRODUCT_INTRADAY) return "INTRADAY";
  return product == broker::v1::PRODUCT_DELIVERY ? "DELIVERY" : "?";
}

}  // namespace approval_cli
