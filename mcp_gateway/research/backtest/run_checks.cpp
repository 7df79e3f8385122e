// What a request has to fulfil before anything is computed.

#include <algorithm>

#include "mcp_gateway/research/backtest/run.h"

namespace research {

namespace {

using trading::Bps;
using trading::Error;
using trading::Product;
using trading::Status;

Error refused(std::string code, std::string what, std::string fix, std::string field) {
  return trading::make_error(std::move(code), std::move(what), std::move(fix),
                             trading::Retry::kNo, std::move(field));
}

Status check_symbols(const BacktestRequest& request) {
  if (request.symbols.empty() || request.symbols.size() > kMostSymbols)
    return refused("SYMBOLS_INVALID", std::to_string(request.symbols.size()) + " symbols",
                   "name 1 to " + std::to_string(kMostSymbols) + " symbols", "symbol");
  for (std::size_t i = 0; i < request.symbols.size(); ++i) {
    const SymbolBars& symbol = request.symbols[i];
    INVARIANT(symbol.bars != nullptr, "a symbol of a request has bars");
    for (std::size_t k = 0; k < i; ++k)
      if (request.symbols[k].symbol == symbol.symbol)
        return refused("SYMBOLS_INVALID", symbol.symbol + " is named twice",
                       "name each symbol once", "symbol");
    if (symbol.bars->size() < kLeastBars)
      return refused("TOO_FEW_BARS",
                     symbol.symbol + " has " + std::to_string(symbol.bars->size()) + " bars, " +
                         std::to_string(kLeastBars) + " are needed",
                     "choose a longer period or a shorter timeframe", "start_date");
    if (symbol.bars->timeframe() != request.symbols[0].bars->timeframe())
      return refused("TIMEFRAME_UNFIT", "the symbols' bars are of different length",
                     "ask for one timeframe", "timeframe");
    if (symbol.finer != nullptr &&
        !(length_of(symbol.finer->timeframe()) < length_of(symbol.bars->timeframe())))
      return refused("TIMEFRAME_UNFIT", "the finer bars of " + symbol.symbol + " are not finer",
                     "give bars of a shorter timeframe", "timeframe");
  }
  return {};
}

Status check_fit(const BacktestRequest& request, const StrategySpec& spec, Product product) {
  const CheckedBars& bars = *request.symbols[0].bars;
  const std::string name(spec.name);
  if (spec.needs_intraday && !bars.is_intraday())
    return refused("TIMEFRAME_UNFIT", name + " needs bars within the day", "use ONE_MINUTE to ONE_HOUR",
                   "timeframe");
  if (product == Product::kIntraday && !bars.is_intraday())
    return refused("TIMEFRAME_UNFIT", "an intraday position cannot be squared off on daily bars",
                   "use DELIVERY, or bars within the day", "product_type");
  if (spec.needs_volume)
    for (const SymbolBars& symbol : request.symbols) {
      const std::vector<std::int64_t>& volume = symbol.bars->series().volume;
      if (std::all_of(volume.begin(), volume.end(), [](std::int64_t v) { return v == 0; }))
        return refused("VOLUME_MISSING", name + " needs volume, " + symbol.symbol + " has none",
                       "choose a strategy that does without volume", "strategy_name");
    }
  if (request.allows_short && !spec.can_short)
    return refused("SHORT_NOT_POSSIBLE", name + " does not sell short", "leave shorts off", "params");
  if (request.allows_short && product != Product::kIntraday)
    return refused("SHORT_NOT_POSSIBLE", "shares can be sold short for the day only",
                   "use INTRADAY with shorts", "product_type");
  return {};
}

Status check_protection(const BacktestRequest& request, const StrategySpec& spec) {
  const Protection& protection = request.protection;
  const auto is_within = [](Bps part, std::int64_t most) {
    return !part.is_negative() && part.value() <= most;
  };
  if (!is_within(protection.stop, 9'900) || !is_within(protection.trail, 9'900) ||
      !is_within(protection.target, 100'000))
    return refused("PROTECTION_INVALID", "a stop, target or trail that is no part of the price",
                   "name stop and trail up to 99 percent, target up to 1000 percent, 0 for none",
                   "params");
  if (request.sizing.kind == SizingKind::kRisk && !spec.gives_stop && !protection.has_stop())
    return refused("SIZING_NEEDS_STOP",
                   std::string(spec.name) + " has no stop to size the risk by",
                   "name a stop, or size by percent or volatility", "position_sizing");
  const SquareOff& rule = request.square_off;
  for (const int minutes : {rule.minutes, rule.minutes_closing_auction, rule.last_entry_minutes,
                            rule.last_entry_minutes_closing_auction})
    if (minutes < 1 || minutes > 375)
      return refused("PROTECTION_INVALID",
                     "square-off " + std::to_string(minutes) + " minutes before the close",
                     "name 1 to 375 minutes", "params");
  return {};
}

}  // namespace

trading::Result<CheckedRequest> check_request(const BacktestRequest& request) {
  CheckedRequest checked;
  ASSIGN_OR_RETURN(checked.spec, find_strategy(request.strategy));
  ASSIGN_OR_RETURN(checked.params, Params::of(*checked.spec, request.params));
  RETURN_IF_ERROR(check_capital(request.capital));
  RETURN_IF_ERROR(check_sizing(request.sizing));
  RETURN_IF_ERROR(check_symbols(request));
  const Product product = request.product.value_or(checked.spec->product);
  RETURN_IF_ERROR(check_fit(request, *checked.spec, product));
  RETURN_IF_ERROR(check_protection(request, *checked.spec));
  EngineTerms& terms = checked.terms;
  terms.capital = request.capital;
  terms.has_costs = request.has_costs;
  terms.product = product;
  terms.allows_short = request.allows_short;
  terms.holds_until_settled = request.holds_until_settled;
  terms.sizing = request.sizing;
  terms.protection = request.protection;
  terms.square_off = request.square_off;
  terms.progress = request.progress;
  return checked;
}

bool fits_kernel(const BacktestRequest& request, const CheckedRequest& checked) {
  const Protection& protection = request.protection;
  return checked.spec->name == "ma_crossover" && request.symbols.size() == 1 &&
         request.symbols[0].finer == nullptr && !request.has_costs && !request.allows_short &&
         !request.holds_until_settled && checked.terms.product == Product::kDelivery &&
         request.sizing.kind == SizingKind::kAllIn && protection.stop.is_zero() &&
         protection.target.is_zero() && protection.trail.is_zero();
}

}  // namespace research
