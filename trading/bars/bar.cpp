// Columns of bars, timeframes and what a slice says about its book.

#include "trading/bars/bar.h"

#include <algorithm>

#include "trading/base/invariant.h"
#include "trading/base/names.h"

namespace trading {

namespace {

constexpr std::array<NameRow<Timeframe>, 7> kTimeframeNames{{
    {Timeframe::kOneMinute, "ONE_MINUTE"},
    {Timeframe::kFiveMinute, "FIVE_MINUTE"},
    {Timeframe::kTenMinute, "TEN_MINUTE"},
    {Timeframe::kFifteenMinute, "FIFTEEN_MINUTE"},
    {Timeframe::kThirtyMinute, "THIRTY_MINUTE"},
    {Timeframe::kOneHour, "ONE_HOUR"},
    {Timeframe::kOneDay, "ONE_DAY"},
}};

bool has_quantity(const std::array<DepthLevel, kDepthLevels>& levels) {
  return std::any_of(levels.begin(), levels.end(),
                     [](const DepthLevel& level) { return level.quantity.is_positive(); });
}

std::optional<Price> best_of(const std::array<DepthLevel, kDepthLevels>& levels) {
  const auto best = std::find_if(levels.begin(), levels.end(), [](const DepthLevel& level) {
    return level.quantity.is_positive();
  });
  if (best == levels.end()) return std::nullopt;
  return best->price;
}

}  // namespace

std::string_view name_of(Timeframe timeframe) {
  return name_in(kTimeframeNames, timeframe);
}

Result<Timeframe> parse_timeframe(std::string_view text) {
  return parse_in(kTimeframeNames, text, "TIMEFRAME_INVALID", "timeframe");
}

Duration length_of(Timeframe timeframe) {
  switch (timeframe) {
    case Timeframe::kOneMinute:
      return minutes(1);
    case Timeframe::kFiveMinute:
      return minutes(5);
    case Timeframe::kTenMinute:
      return minutes(10);
    case Timeframe::kFifteenMinute:
      return minutes(15);
    case Timeframe::kThirtyMinute:
      return minutes(30);
    case Timeframe::kOneHour:
      return hours(1);
    case Timeframe::kOneDay:
      return hours(24);
  }
  INVARIANT(false, "timeframe without a length");
}

Bar BarSeries::at(std::size_t i) const {
  INVARIANT(i < size(), "bar index beyond the series");
  return Bar{Timestamp{ts_us[i]}, Price(open_e4[i]),  Price(high_e4[i]),
             Price(low_e4[i]),    Price(close_e4[i]), volume[i]};
}

void BarSeries::push_back(const Bar& bar) {
  ts_us.push_back(bar.ts.us);
  open_e4.push_back(bar.open.value());
  high_e4.push_back(bar.high.value());
  low_e4.push_back(bar.low.value());
  close_e4.push_back(bar.close.value());
  volume.push_back(bar.volume);
}

void BarSeries::reserve(std::size_t n) {
  for (std::vector<std::int64_t>* column :
       {&ts_us, &open_e4, &high_e4, &low_e4, &close_e4, &volume})
    column->reserve(n);
}

std::optional<Price> MarketSlice::bid() const {
  return best_of(bids);
}
std::optional<Price> MarketSlice::ask() const {
  return best_of(asks);
}
bool MarketSlice::is_locked_upper() const {
  return band.is_known() && last >= band.upper && !has_quantity(asks);
}
bool MarketSlice::is_locked_lower() const {
  return band.is_known() && last <= band.lower && !has_quantity(bids);
}

}  // namespace trading
