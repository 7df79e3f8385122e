// Splits and dividends.

#include "execution_broker/market/adjustment.h"

#include <algorithm>

#include "trading/base/checked.h"

namespace broker {

namespace {

using trading::mul_div;
using trading::Rounding;

constexpr std::int64_t kOneE12 = 1'000'000'000'000;

// No share has been split ten thousand times over: factors stop there, so that no file can leave 64
// bits.
constexpr std::int64_t kLargestFactorE12 = 10'000 * kOneE12;

void multiply(std::int64_t& factor_e12, std::int64_t by_e12) {
  std::int64_t rough = 0;
  const bool leaves = __builtin_mul_overflow(factor_e12 / 1'000'000, by_e12 / 1'000'000, &rough);
  if (leaves || rough >= kLargestFactorE12)
    factor_e12 = kLargestFactorE12;
  else
    factor_e12 = mul_div(factor_e12, by_e12, kOneE12, Rounding::kHalfUp);
}

std::int64_t scaled(std::int64_t value, std::int64_t factor_e12) {
  return mul_div(value, factor_e12, kOneE12, Rounding::kHalfUp);
}

// A price stays above zero, however small its factor.
void scale_price(std::int64_t& price_e4, std::int64_t factor_e12) {
  price_e4 = std::max<std::int64_t>(1, scaled(price_e4, factor_e12));
}

}  // namespace

std::vector<AdjustmentStep> steps_of(const std::vector<CorporateAction>& actions,
                                     const CloseBefore& close_before,
                                     std::vector<trading::TradingDate>* skipped) {
  std::vector<AdjustmentStep> steps;
  for (const CorporateAction& action : actions) {
    const std::optional<trading::Price> close = close_before(action.ex_date);
    if (!close || action.dividend >= *close) {
      if (skipped != nullptr) skipped->push_back(action.ex_date);
      continue;
    }
    AdjustmentStep step;
    step.ex_date = action.ex_date;
    const trading::Price after_dividend = *close - action.dividend;
    const std::int64_t dividend_e12 =
        mul_div(after_dividend.value(), kOneE12, close->value(), Rounding::kHalfUp);
    step.price_factor_e12 =
        mul_div(dividend_e12, action.split_denominator, action.split_numerator, Rounding::kHalfUp);
    step.volume_factor_e12 =
        mul_div(kOneE12, action.split_numerator, action.split_denominator, Rounding::kHalfUp);
    steps.push_back(step);
  }
  std::sort(steps.begin(), steps.end(),
            [](const AdjustmentStep& a, const AdjustmentStep& b) { return a.ex_date < b.ex_date; });
  return steps;
}

std::size_t adjust(trading::BarSeries& series, const std::vector<AdjustmentStep>& steps,
                   trading::TradingDate as_of) {
  // From the newest bar back: each ex-date passed multiplies the factors of everything older.
  std::size_t next = steps.size();
  while (next > 0 && steps[next - 1].ex_date > as_of) --next;
  std::size_t used = 0;
  std::int64_t price_factor = kOneE12;
  std::int64_t volume_factor = kOneE12;
  for (std::size_t i = series.size(); i-- > 0;) {
    const trading::TradingDate date = trading::date_of({series.ts_us[i]});
    while (next > 0 && steps[next - 1].ex_date > date) {
      --next;
      ++used;
      multiply(price_factor, steps[next].price_factor_e12);
      multiply(volume_factor, steps[next].volume_factor_e12);
    }
    if (used == 0) continue;
    scale_price(series.open_e4[i], price_factor);
    scale_price(series.high_e4[i], price_factor);
    scale_price(series.low_e4[i], price_factor);
    scale_price(series.close_e4[i], price_factor);
    if (volume_factor != kOneE12) series.volume[i] = scaled(series.volume[i], volume_factor);
  }
  return used;
}

}  // namespace broker
