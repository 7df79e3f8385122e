#pragma once

// Sector of a stock, for the concentration limits. NSE's own industry names, so that they can be
// checked against the index files the exchange publishes.

#include <optional>
#include <string_view>
#include <vector>

#include "trading/time/timestamp.h"

namespace trading::data {

struct SectorRow {
  std::string_view symbol;  // exact NSE symbol
  std::string_view sector;
};

// The date this table was last checked, not a date of validity: sectors change rarely.
inline constexpr TradingDate kSectorsAsOf = TradingDate::from_civil(2026, 11, 23);

// Empty for symbols that are not in the table: unknown, and an entry's check treats it so.
std::optional<std::string_view> sector_of(std::string_view symbol);

// The constituents of the Nifty 50 as far as they are known at kSectorsAsOf, ascending by symbol.
const std::vector<SectorRow>& nifty50_sectors();

}  // namespace trading::data
