// Ticks and bands by date.

#include "trading/instruments/instrument.h"

#include <algorithm>
#include <array>

#include "trading/base/names.h"
#include "trading/data/price_rules.h"

namespace trading {

namespace {

constexpr std::array<NameRow<Exchange>, 2> kExchanges{
    {{Exchange::kNse, "NSE"}, {Exchange::kBse, "BSE"}}};
constexpr std::array<NameRow<Series>, 4> kSeries{{
    {Series::kEq, "EQ"},
    {Series::kBe, "BE"},
    {Series::kBz, "BZ"},
    {Series::kOther, "OTHER"},
}};

const data::TickRuleRow& tick_rule_of(TradingDate date) {
  const data::TickRuleRow* rule = &data::kTickRules.front();
  for (const data::TickRuleRow& row : data::kTickRules)
    if (row.since <= date) rule = &row;
  return *rule;
}

Bps band_width_of(const Instrument& instrument, TradingDate date) {
  Bps width = instrument.has_derivatives ? data::kDerivativesRange : data::kOrdinaryBand;
  if (instrument.fixed_band) width = *instrument.fixed_band;
  for (const data::BandCapRow& cap : data::kBandCaps)
    if (cap.date == date) width = std::min(width, cap.at_most);
  return width;
}

}  // namespace

std::string_view name_of(Exchange exchange) {
  return name_in(kExchanges, exchange);
}
std::string_view name_of(Series series) {
  return name_in(kSeries, series);
}

Result<Exchange> parse_exchange(std::string_view text) {
  return parse_in(kExchanges, text, "EXCHANGE_INVALID", "exchange");
}

Series parse_series(std::string_view text) {
  for (const NameRow<Series>& row : kSeries)
    if (row.name == text) return row.value;
  return Series::kOther;
}

Price tick_of(const Instrument& instrument, TradingDate date, Price reference) {
  if (instrument.fixed_tick) return *instrument.fixed_tick;
  Price tick;
  for (const data::TickTier& tier : tick_rule_of(date).tiers) {
    if (tier.tick.is_zero()) break;
    tick = tier.tick;  // the last tier takes what is left
    if (reference > tier.above || (tier.is_from && reference == tier.above)) break;
  }
  INVARIANT(tick.is_positive(), "a tick rule without tiers");
  return tick;
}

PriceBand band_of(const Instrument& instrument, TradingDate date, Price previous_close) {
  const Price tick = tick_of(instrument, date, previous_close);
  const Price width = part_of(previous_close, band_width_of(instrument, date), Rounding::kDown);
  PriceBand band;
  band.lower = std::max(tick, (previous_close - width).ceil_to(tick));
  band.upper = std::max(
      band.lower, (previous_close + width).floor_to(tick));  // a price of a few ticks has no room
  return band;
}

}  // namespace trading
