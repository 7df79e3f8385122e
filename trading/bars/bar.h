#pragma once

// Price history in columns, and the market as it stands at one instant.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trading/base/money.h"
#include "trading/instruments/instrument.h"
#include "trading/time/exchange_calendar.h"
#include "trading/time/timestamp.h"

namespace trading {

enum class Timeframe {
  kOneMinute,
  kFiveMinute,
  kTenMinute,
  kFifteenMinute,
  kThirtyMinute,
  kOneHour,
  kOneDay
};
std::string_view name_of(Timeframe timeframe);  // "FIVE_MINUTE"
Result<Timeframe> parse_timeframe(std::string_view text);
Duration length_of(Timeframe timeframe);  // a day is 24 h here; its bar ends with the session

struct Bar {
  Timestamp ts;  // start
  Price open, high, low, close;
  std::int64_t volume = 0;
};

// Columns of equal length, ascending by ts. Prices in 1/10,000 rupee.
struct BarSeries {
  Timeframe timeframe = Timeframe::kOneDay;
  std::vector<std::int64_t> ts_us;  // start of each bar
  std::vector<std::int64_t> open_e4, high_e4, low_e4, close_e4;
  std::vector<std::int64_t> volume;

  [[nodiscard]] std::size_t size() const { return ts_us.size(); }
  [[nodiscard]] bool empty() const { return ts_us.empty(); }
  [[nodiscard]] Bar at(std::size_t i) const;
  void push_back(const Bar& bar);
  void reserve(std::size_t n);
};

// One level of the book.
struct DepthLevel {
  Price price;
  Quantity quantity;
};
inline constexpr std::size_t kDepthLevels = 5;

// How a print was heard from an exchange over a network.
struct Hearing {
  Timestamp exchange_ts;  // when the exchange said it, in its own whole seconds
  // The connection of the stream that brought it, counted from 1 since the start; 0: an answer to a
  // request.
  std::int64_t line = 0;
};

// The market in one instrument at one instant: what a fill may use, and what is recorded so that a
// day can be replayed. `traded_volume` is what changed hands since the previous slice: it bounds
// how much a resting order gets.
struct MarketSlice {
  std::string symbol;
  Timestamp ts;      // market time of the print
  Timestamp bar_ts;  // start of the bar that covers it
  Price last;
  // Where the price came from without a jump: the previous print of the same bar. Empty at a bar's
  // first print: what lies between the last bar's close and this open is a gap that nobody could
  // trade in.
  std::optional<Price> path_from;
  Price open, high, low, previous_close;  // of the day so far
  std::int64_t day_volume = 0;
  std::int64_t traded_volume = 0;
  PriceBand band;                               // upper zero = not known: only the bar bounds fills
  std::array<DepthLevel, kDepthLevels> bids{};  // best first; quantity 0 = no level
  std::array<DepthLevel, kDepthLevels> asks{};
  Price bar_low, bar_high;  // no fill lies outside the bar
  SessionPhase phase = SessionPhase::kUnknown;
  bool is_depth_modelled = true;  // false only where an exchange published the depth
  std::optional<Hearing> heard;   // empty where the source holds its prints itself

  [[nodiscard]] std::optional<Price> bid() const;
  [[nodiscard]] std::optional<Price> ask() const;
  [[nodiscard]] bool is_locked_upper() const;  // last at the upper limit, nothing offered
  [[nodiscard]] bool is_locked_lower() const;
};

// A slice with where it comes from: what an agent may be told.
struct Quote {
  MarketSlice slice;
  std::string source;  // "simulated", "csv:TCS_nse_5m.csv", "smartapi"
  Duration age;        // market time since the print
  std::string note;    // "depth and spread are modelled around the print"
  // The source itself does not vouch for it: the line it came over was lost since, or its times do
  // not fit together. Whatever its age says, it is not the market now.
  bool is_stale = false;
};

}  // namespace trading
