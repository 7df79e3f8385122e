#pragma once

// Dated rates of what a trade costs: NSE cash market through Angel One. Newest last. Rates are
// parts of the turnover in 1/1,000,000,000 (0.1 % = 1,000,000), amounts are in 1/10,000 rupee.
//
// Confidence: high = circular or the broker's own page with a date; medium = several public tables
// agree; low = the best that was found.

#include <array>
#include <cstdint>
#include <string_view>

#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace trading::data {

struct RateRow {
  TradingDate since;
  std::int64_t delivery_buy_e9;
  std::int64_t delivery_sell_e9;
  std::int64_t intraday_buy_e9;
  std::int64_t intraday_sell_e9;
  std::string_view source;
};

inline constexpr std::array<RateRow, 1> kStt{{
    {TradingDate::from_civil(2012, 7, 1), 1'000'000, 1'000'000, 0, 250'000,
     "rates high (unchanged by the Finance Bill 2026); begin by the Finance Act 2012, medium"},
}};

// The highest slab until 1 Oct 2024, when slabs ended (SEBI circular of 1 Jul 2024, "true to
// label").
inline constexpr std::array<RateRow, 5> kTransaction{{
    {TradingDate::from_civil(2021, 1, 1), 34'500, 34'500, 34'500, 34'500,
     "NSE: +6 % from 1 Jan 2021 (The Hindu, 24 Mar 2023); Rs 345 a crore by brokers' tables; "
     "medium"},
    {TradingDate::from_civil(2023, 4, 1), 32'500, 32'500, 32'500, 32'500,
     "NSE: rolled back from 1 Apr 2023 (NSE board, 23 Mar 2023); Rs 325 a crore by brokers' "
     "tables; medium"},
    {TradingDate::from_civil(2024, 4, 1), 32'200, 32'200, 32'200, 32'200,
     "NSE: -1 % from 1 Apr 2024, Rs 322 a crore by brokers' tables; medium"},
    {TradingDate::from_civil(2024, 10, 1), 29'700, 29'700, 29'700, 29'700,
     "NSE: Rs 2.97 a lakh from 1 Oct 2024, no slabs; Angel One pricing update 2024; high"},
    {TradingDate::from_civil(2026, 3, 1), 30'699, 30'699, 30'699, 30'699,
     "NSE FA73061: 0.0030699 %; high"},
}};

inline constexpr std::array<RateRow, 3> kIpft{{
    {TradingDate::from_civil(2021, 1, 1), 1, 1, 1, 1,
     "Rs 0.01 a crore before 1 Apr 2023 (NSE, 24 Mar 2023); high"},
    {TradingDate::from_civil(2023, 4, 1), 1'000, 1'000, 1'000, 1'000,
     "Rs 10 a crore (NSE, 24 Mar 2023); high"},
    {TradingDate::from_civil(2026, 3, 1), 1, 1, 1, 1, "NSE FA73061: 0.0000001 %; high"},
}};

inline constexpr std::array<RateRow, 1> kSebi{{
    {TradingDate::from_civil(2021, 4, 1), 1'000, 1'000, 1'000, 1'000,
     "Rs 10 a crore; Angel One's page, high; begin after the halved fee of 2020-21, medium"},
}};

inline constexpr std::array<RateRow, 1> kStamp{{
    {TradingDate::from_civil(2020, 7, 1), 150'000, 0, 30'000, 0,
     "Indian Stamp (Collection) Rules 2019, in force 1 Jul 2020: 0.015 % and 0.003 % of buys; "
     "high"},
}};

// Of brokerage, transaction, SEBI, IPFT and DP.
struct GstRow {
  TradingDate since;
  Bps rate;
  std::string_view source;
};
inline constexpr std::array<GstRow, 1> kGst{{
    {TradingDate::from_civil(2017, 7, 1), Bps(1'800), "18 %, high; since 1 Jul 2017, medium"},
}};

// The lower of `cap` and the part of the order's turnover, but at least `minimum`.
struct BrokerageRow {
  TradingDate since;
  Accrual delivery_cap;
  std::int64_t delivery_e9;
  Accrual delivery_minimum;
  Accrual intraday_cap;
  std::int64_t intraday_e9;
  Accrual intraday_minimum;
  std::string_view source;
};
inline constexpr Accrual kTwentyRupees{200'000};
inline constexpr Accrual kFiveRupees{50'000};
inline constexpr std::array<BrokerageRow, 2> kBrokerage{{
    {TradingDate::from_civil(2021, 4, 1), Accrual(0), 0, Accrual(0), kTwentyRupees, 2'500'000,
     Accrual(0),
     "Angel One iTrade Prime: delivery free until 31 Oct 2024, high; intraday lower of Rs 20 or "
     "0.25 % (public plan pages; one of 2024 says 0.03 %), low"},
    {TradingDate::from_civil(2024, 11, 1), kTwentyRupees, 1'000'000, kFiveRupees, kTwentyRupees,
     1'000'000, kFiveRupees,
     "Angel One: delivery lower of Rs 20 or 0.1 % from 1 Nov 2024 (pricing update), high; the "
     "minimum was Rs 2 then (press, Oct 2024) and is Rs 5 on the page of Sep 2026: since when is "
     "not known, so Rs 5, the dearer, stands for the whole time, low. Intraday as on the page of "
     "Sep 2026 (matched to a contract note of 24 Sep 2026, high); since when is not known, low"},
}};

// A scrip and day of delivery sells, before GST.
struct DpRow {
  TradingDate since;
  Accrual amount;
  std::string_view source;
};
inline constexpr std::array<DpRow, 1> kDp{{
    {TradingDate::from_civil(2021, 4, 1), kTwentyRupees,
     "Angel One: Rs 20 + GST (pricing update of 1 Oct 2024, page of Sep 2026), high; the same on "
     "undated older pages, low"},
}};

}  // namespace trading::data
