#pragma once

// History made continuous across splits and dividends, in integers. Every bar before an ex-date is
// scaled by
//
//   split     price x denominator/numerator, volume x numerator/denominator
//   dividend  price x (C - D) / C, with C the last raw close before the ex-date, D the dividend
//
// Factors of several actions multiply. A factor is kept in 1/10^12, rounded half up at each
// multiplication; prices are rounded half up to 1/10,000 rupee, volumes half up to a share.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "execution_broker/market/market_source.h"

namespace broker {

struct AdjustmentStep {
  trading::TradingDate ex_date;
  std::int64_t price_factor_e12 = 0;  // of this action alone
  std::int64_t volume_factor_e12 = 0;
};

// Last raw close before a date; empty when there is none (the action then scales nothing).
using CloseBefore = std::function<std::optional<trading::Price>(trading::TradingDate)>;

// One step an action, by ex_date. An action that cannot be applied (no close before it, a dividend
// as large as the price) is left out; `skipped` gets its ex_date.
std::vector<AdjustmentStep> steps_of(const std::vector<CorporateAction>& actions,
                                     const CloseBefore& close_before,
                                     std::vector<trading::TradingDate>* skipped = nullptr);

// Scales the bars of `series` for the steps with bar date < ex_date <= as_of; returns how many
// steps were used.
std::size_t adjust(trading::BarSeries& series, const std::vector<AdjustmentStep>& steps,
                   trading::TradingDate as_of);

}  // namespace broker
