#pragma once

// What can be traded: one row of the instrument master.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace trading {

enum class Exchange { kNse, kBse };
std::string_view name_of(Exchange exchange);  // "NSE"

// NSE series. Only EQ is traded intraday; BE and BZ are trade-to-trade.
enum class Series { kEq, kBe, kBz, kOther };
std::string_view name_of(Series series);  // "EQ"

struct Instrument {
  std::string symbol;          // exact NSE symbol: "RELIANCE"
  std::string trading_symbol;  // as the exchange's books spell it: "RELIANCE-EQ"
  std::string token;           // exchange token, a number as text: "2885"
  std::string name;            // company
  Exchange exchange = Exchange::kNse;
  Series series = Series::kEq;
  std::string sector;          // dated sector table; empty = unknown
  std::int64_t lot_size = 1;
  std::int64_t freeze_quantity = 0;  // largest quantity of one order; 0 = not known
  bool has_derivatives = false;      // shorts allowed, closing auction, no fixed band
  std::optional<Price> fixed_tick;   // from the instrument file; otherwise the tick of the date and price
};

// Tick of a cash-market stock on a date, by the tier of a price (feeds: NSE tick tiers since 15 Apr 2025; before that
// 0.05, and 0.01 under 250.00 from 10 Jun 2024). `reference` is the price that chooses the tier.
Price tick_of(const Instrument& instrument, TradingDate date, Price reference);

// The day's price band around the previous close, on tick, inward: nothing trades outside it.
struct PriceBand {
  Price lower;
  Price upper;
};
PriceBand band_of(const Instrument& instrument, TradingDate date, Price previous_close);

}  // namespace trading
