#pragma once

// What can be traded: one row of the instrument master.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace trading {

enum class Exchange { kNse, kBse };
std::string_view name_of(Exchange exchange);  // "NSE"

// NSE series. Only EQ is traded intraday; BE and BZ are trade-to-trade.
enum class Series { kEq, kBe, kBz, kOther };
std::string_view name_of(Series series);  // "EQ"
Result<Exchange> parse_exchange(std::string_view text);
Series parse_series(std::string_view text);  // kOther for every series that is not traded here

struct Instrument {
  std::string symbol;          // exact NSE symbol: "RELIANCE"
  std::string trading_symbol;  // as the exchange's books spell it: "RELIANCE-EQ"
  std::string token;           // exchange token, a number as text: "2885"
  std::string name;            // company
  Exchange exchange = Exchange::kNse;
  Series series = Series::kEq;
  std::string sector;  // dated sector table; empty = unknown
  std::int64_t lot_size = 1;
  std::int64_t freeze_quantity = 0;  // largest quantity of one order; 0 = not known
  bool has_derivatives = false;      // shorts allowed, closing auction, no fixed band
  std::optional<Price> fixed_tick;   // from the instrument file; else the tick of date and price
  std::optional<Bps> fixed_band = std::nullopt;  // this stock's own band: 200, 500, 1000 ...
};

// Tick of a cash-market stock on a date, by the tier of a price (feeds: NSE tick tiers since 15 Apr
// 2025; before that 0.05, and 0.01 under 250.00 from 10 Jun 2024). `reference` is the price that
// chooses the tier: the last close of the month before at the exchange, the previous close where
// that is not known.
Price tick_of(const Instrument& instrument, TradingDate date, Price reference);

// The day's price band around the previous close, on tick, inward: nothing trades outside it.
struct PriceBand {
  Price lower;
  Price upper;  // zero = no band known

  [[nodiscard]] bool is_known() const { return upper.is_positive(); }
  [[nodiscard]] bool contains(Price price) const {
    return !is_known() || (price >= lower && price <= upper);
  }
};
// 10 % for stocks with derivatives (the operating range of the day; its flexing is not modelled),
// 20 % for others, or the instrument's own; at most 5 % on the days that trading/data/price_rules.h
// names.
PriceBand band_of(const Instrument& instrument, TradingDate date, Price previous_close);

}  // namespace trading
