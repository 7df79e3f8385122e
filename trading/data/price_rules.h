#pragma once

// Dated price rules of NSE's cash market: tick tiers and price bands. Newest last; a date before
// the first row takes the first row.

#include <array>
#include <cstddef>
#include <string_view>

#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace trading::data {

struct TickTier {
  Price above;           // the tier holds for reference prices above this ...
  bool is_from = false;  // ... or also equal to it
  Price tick;
};

inline constexpr std::size_t kMaxTickTiers = 6;
struct TickRuleRow {
  TradingDate since;
  std::array<TickTier, kMaxTickTiers> tiers;  // highest first; a zero tick ends the list
  std::string_view source;
};

inline constexpr Price rupees(std::int64_t whole, std::int64_t paise = 0) {
  return Price(whole * 10'000 + paise * 100);
}

// clang-format off
inline constexpr std::array<TickRuleRow, 3> kTickRules{{
    {TradingDate::from_civil(1994, 11, 3),
     {{{rupees(0), true, rupees(0, 5)}}},
     "NSE: 0.05 for all stocks until 2024"},
    {TradingDate::from_civil(2024, 6, 10),
     {{{rupees(250), true, rupees(0, 5)}, {rupees(0), true, rupees(0, 1)}}},
     "NSE circular of 24 May 2024 (Mint, Zerodha bulletin 25 May 2024); confidence high"},
    {TradingDate::from_civil(2025, 4, 15),
     {{{rupees(20'000), false, rupees(5)},
       {rupees(10'000), false, rupees(1)},
       {rupees(5'000), false, rupees(0, 50)},
       {rupees(1'000), false, rupees(0, 10)},
       {rupees(250), true, rupees(0, 5)},
       {rupees(0), true, rupees(0, 1)}}},
     "NSE notice as told by Angel One and Fyers; confidence high (two press copies misprint the "
     "upper tiers)"},
}};
// clang-format on

// NSE SURV72636, 5 Feb 2026: stocks with derivatives have no band but a 10 % operating range, most
// others 20 %.
inline constexpr Bps kDerivativesRange{1'000};
inline constexpr Bps kOrdinaryBand{2'000};

struct BandCapRow {
  TradingDate date;
  Bps at_most;
  std::string_view source;
};
inline constexpr std::array<BandCapRow, 2> kBandCaps{{
    {TradingDate::from_civil(2024, 3, 2), Bps(500),
     "NSE circular on the disaster-recovery session: 5 % for all"},
    {TradingDate::from_civil(2024, 5, 18), Bps(500),
     "NSE circular of 7 May 2024 (ANI, Zee): 5 % for all"},
}};

}  // namespace trading::data
