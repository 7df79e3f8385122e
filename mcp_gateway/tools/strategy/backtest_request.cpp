#include "mcp_gateway/tools/strategy/backtest_request.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "broker/v1/config.pb.h"
#include "mcp_gateway/tools/indicators/finished_bars.h"
#include "mcp_gateway/tools/market/data_hash.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "trading/base/decimal.h"

namespace tools {
namespace {

using nlohmann::json;
using research::NamedValues;
using trading::Bps;

constexpr std::size_t kMostGapsShown = 5;
constexpr std::int64_t kMinutesADay = 1'440;
constexpr double kBpsAPercent = 100;
constexpr double kMostPercent = 1'000'000;  // the engine's bounds are narrower and say why

enum class Term { kStop, kTarget, kTrail, kShort, kJumps };
struct TermRow {
  const char* name;
  Term term;
  bool is_switch;
};
constexpr std::array<TermRow, 5> kTerms{{{"stop_percent", Term::kStop, false},
                                         {"target_percent", Term::kTarget, false},
                                         {"trail_percent", Term::kTrail, false},
                                         {"allow_short", Term::kShort, true},
                                         {"allow_jumps", Term::kJumps, true}}};

void take(Arguments& arguments, const TermRow& row, double value, BacktestOrder& order) {
  if (row.is_switch && value != 0 && value != 1)
    return arguments.fault("params", std::string("has ") + row.name + ", which is 0 or 1");
  if (!(value >= 0) || value > kMostPercent)
    return arguments.fault("params", std::string("has ") + row.name + " out of all bounds");
  const Bps part(std::llround(value * kBpsAPercent));
  switch (row.term) {
    case Term::kStop:
      order.request.protection.stop = part;
      return;
    case Term::kTarget:
      order.request.protection.target = part;
      return;
    case Term::kTrail:
      order.request.protection.trail = part;
      return;
    case Term::kShort:
      order.request.allows_short = value == 1;
      // Shares can be sold short for the day only.
      if (value == 1) order.request.product = trading::Product::kIntraday;
      return;
    case Term::kJumps:
      order.allows_jumps = value == 1;
      return;
  }
}

// The strategy's own stay, the terms are taken out.
void take_params(Arguments& arguments, const json& values, const research::StrategySpec& spec,
                 BacktestOrder& order) {
  if (!values.contains("params")) return;
  for (const auto& [name, value] : numbers_of(arguments, "params", values.at("params"))) {
    const auto term = std::find_if(kTerms.begin(), kTerms.end(),
                                   [&name = name](const TermRow& row) { return name == row.name; });
    if (term != kTerms.end()) {
      take(arguments, *term, value, order);
      continue;
    }
    const std::string full = param_name(spec, name);
    NamedValues& params = order.request.params;
    if (std::any_of(params.begin(), params.end(), [&](const auto& p) { return p.first == full; }))
      arguments.fault("params", "names " + full + " twice");
    params.emplace_back(full, value);
  }
}

// "all_in", "fixed:10", "percent:25", "risk:1", "volatility:0.5".
void take_sizing(Arguments& arguments, BacktestOrder& order) {
  order.sizing = arguments.text("position_sizing");
  const std::size_t colon = order.sizing.find(':');
  const auto wrong = [&] {
    arguments.fault("position_sizing",
                    "must be all_in, fixed:SHARES, percent:P, risk:P or volatility:P with P in "
                    "percent of the equity, e.g. risk:1");
  };
  const auto kind = research::parse_sizing(order.sizing.substr(0, colon));
  if (!kind) return wrong();
  research::Sizing& sizing = order.request.sizing;
  sizing.kind = *kind;
  const bool is_all_in = *kind == research::SizingKind::kAllIn;
  if (is_all_in != (colon == std::string::npos)) return wrong();
  if (is_all_in) return;
  const bool is_fixed = *kind == research::SizingKind::kFixed;
  const auto amount = trading::parse_decimal(order.sizing.substr(colon + 1), is_fixed ? 0 : 2);
  if (!amount) return wrong();
  if (is_fixed)
    sizing.shares = trading::Quantity(*amount);
  else
    sizing.part = Bps(*amount);
}

// The minutes by which the broker squares off and stops taking entries.
trading::Result<research::SquareOff> square_off_of(const broker::v1::GetTradingConfigReply& reply) {
  research::SquareOff out;
  struct Row {
    const char* key;
    int* minutes;
  };
  for (const Row& row :
       {Row{"SQUARE_OFF_MINUTES", &out.minutes},
        Row{"SQUARE_OFF_MINUTES_CLOSING_AUCTION", &out.minutes_closing_auction},
        Row{"ENTRY_CUTOFF_MINUTES", &out.last_entry_minutes},
        Row{"ENTRY_CUTOFF_MINUTES_CLOSING_AUCTION", &out.last_entry_minutes_closing_auction}}) {
    const auto found = std::find_if(reply.limits().begin(), reply.limits().end(),
                                    [&](const auto& limit) { return limit.key() == row.key; });
    const auto minutes = found == reply.limits().end()
                             ? trading::Result<std::int64_t>(trading::make_error("", "", ""))
                             : trading::parse_decimal(found->effective(), 0);
    if (!minutes || *minutes < 0 || *minutes > kMinutesADay)
      return trading::make_error("SETTING_UNKNOWN",
                                 std::string("the broker does not say its ") + row.key,
                                 "update gateway and broker together, or backtest daily bars",
                                 trading::Retry::kNo, "timeframe");
    *row.minutes = static_cast<int>(*minutes);
  }
  out.last_entry_minutes = std::max(out.last_entry_minutes, out.minutes);
  out.last_entry_minutes_closing_auction =
      std::max(out.last_entry_minutes_closing_auction, out.minutes_closing_auction);
  return out;
}

}  // namespace

std::vector<mcp::Param> backtest_params() {
  return {mcp::string_param("strategy_name", "Of list_strategies, e.g. ma_crossover").required(),
          symbol(),
          timeframe(),
          mcp::string_param("start_date", "ISO date, default: all bars, e.g. 2020-01-01"),
          mcp::string_param("end_date", "Inclusive, e.g. 2025-12-31"),
          mcp::number_param("initial_capital", "Rupees, e.g. 100000")
              .above(0)
              .at_most(kLargestAmount)
              .or_default(100'000),
          mcp::object_param("params",
                            "The strategy's own, and stop_percent, target_percent, trail_percent, "
                            "allow_short, e.g. {\"fast_period\":10,\"stop_percent\":3}"),
          mcp::enum_param("costs", "Charges, spread and depth, e.g. on", {"on", "off"})
              .or_default("on"),
          mcp::string_param("position_sizing",
                            "all_in, fixed:SHARES, percent:P, risk:P, volatility:P, e.g. risk:1")
              .or_default("all_in")};
}

std::string param_name(const research::StrategySpec& spec, const std::string& name) {
  const auto has = [&spec](const std::string& wanted) {
    return std::any_of(spec.params.begin(), spec.params.end(),
                       [&](const research::ParamSpec& param) { return param.name == wanted; });
  };
  return !has(name) && has(name + "_period") ? name + "_period" : name;
}

NamedValues numbers_of(Arguments& arguments, const char* field, const json& values) {
  NamedValues named;
  for (const auto& [name, value] : values.items()) {
    if (value.is_number())
      named.emplace_back(name, value.get<double>());
    else
      arguments.fault(field, "has a " + std::string(value.type_name()) + " as " +
                                 name.substr(0, 40) + ", a number is needed");
  }
  return named;
}

trading::Result<BacktestOrder> backtest_order(Arguments& arguments, const json& values) {
  BacktestOrder order;
  order.request.strategy = arguments.text("strategy_name");
  ASSIGN_OR_RETURN(const research::StrategySpec* const spec,
                   research::find_strategy(order.request.strategy));
  order.request.capital = trading::Money(arguments.scaled("initial_capital", 2));
  order.request.has_costs = arguments.text("costs") == "on";
  take_params(arguments, values, *spec, order);
  take_sizing(arguments, order);
  order.history.set_symbol(arguments.text("symbol"));
  order.history.set_timeframe(arguments.text("timeframe"));
  order.history.set_ignore_clock(true);
  const auto from = arguments.from_time("start_date");
  const auto until = arguments.until_time("end_date");
  if (from) order.history.set_from_us(from->us);
  if (until) order.history.set_to_us(until->us);
  if (from && until && *from > *until) arguments.fault("start_date", "must not be after end_date");
  return order;
}

trading::Result<BacktestBars> fetch_bars(const BacktestOrder& order, const char* tool,
                                         broker_client::BrokerClient& broker,
                                         const jobs::Control& control) {
  const broker_client::CallOptions call{.tool = tool, .cancel = control.cancellation()};
  ASSIGN_OR_RETURN(broker_client::HistoricalData history,
                   broker.fetch_historical_data(order.history, call));
  drop_unfinished(history);
  if (history.bars.size() < research::kLeastBars)
    return trading::make_error(
        "TOO_FEW_BARS",
        order.history.symbol() + " has " + std::to_string(history.bars.size()) + " bars, " +
            std::to_string(research::kLeastBars) + " are needed",
        "choose a longer period or a shorter timeframe", trading::Retry::kNo, "start_date");
  bool has_derivatives = false;
  research::SquareOff square_off;
  if (history.bars.timeframe != trading::Timeframe::kOneDay) {
    // The time of the square-off depends on both.
    broker::v1::FetchSymbolMetadataRequest request;
    request.set_symbol(order.history.symbol());
    ASSIGN_OR_RETURN(const auto facts, broker.fetch_symbol_metadata(request, call));
    has_derivatives = facts.instrument().has_derivatives();
    ASSIGN_OR_RETURN(const auto config, broker.get_trading_config({}, call));
    ASSIGN_OR_RETURN(square_off, square_off_of(config));
  }
  std::string hash = data_hash(order.history.symbol(), true, history.bars);
  const trading::Timeframe timeframe = history.bars.timeframe;
  auto checked = research::CheckedBars::check(std::move(history.bars), {{}, order.allows_jumps});
  if (!checked) {
    if (checked.error().code == "UNADJUSTED_JUMP") {
      checked.error().fix += " (params: {\"allow_jumps\":1})";
      checked.error().field = "start_date";
    }
    return checked.error();
  }
  history.bars = {};
  history.bars.timeframe = timeframe;
  return BacktestBars{std::move(history), std::move(hash), std::move(*checked), has_derivatives,
                      square_off};
}

FinerBars fetch_finer_bars(const BacktestOrder& order, const BacktestBars& bars, const char* tool,
                           broker_client::BrokerClient& broker, const jobs::Control& control) {
  using trading::Timeframe;
  const trading::BarSeries& coarse = bars.checked.series();
  for (const Timeframe timeframe : {Timeframe::kOneMinute, Timeframe::kFiveMinute}) {
    if (!(length_of(timeframe) < length_of(coarse.timeframe))) continue;
    broker::v1::FetchHistoricalDataRequest request = order.history;
    request.set_timeframe(std::string(name_of(timeframe)));
    request.set_from_us(coarse.ts_us.front());
    auto history =
        broker.fetch_historical_data(request, {.tool = tool, .cancel = control.cancellation()});
    if (!history) {
      if (history.error().code == "NO_MARKET_DATA") continue;
      return {{}, "finer bars could not be read: " + history.error().code};
    }
    drop_unfinished(*history);
    if (history->bars.empty() || history->bars.timeframe != timeframe) continue;
    // The jumps between days have been judged on the bars themselves.
    auto checked = research::CheckedBars::check(std::move(history->bars), {{}, true});
    if (!checked) return {{}, "finer bars are not fit to use: " + checked.error().code};
    return {std::move(*checked), ""};
  }
  return {};
}

void put_basis(json& reply, const BacktestOrder& order, const BacktestBars& bars) {
  const broker_client::HistoricalData& history = bars.history;
  reply["symbol"] = order.history.symbol();
  reply["timeframe"] = order.history.timeframe();
  reply["adjusted"] = true;
  reply["costs"] = order.request.has_costs ? "on" : "off";
  reply["position_sizing"] = order.sizing;
  reply["data_hash"] = bars.hash;
  if (!history.gaps.empty()) {
    const std::size_t shown = std::min(history.gaps.size(), kMostGapsShown);
    reply["gaps"] = std::vector<std::string>(
        history.gaps.begin(), history.gaps.begin() + static_cast<std::ptrdiff_t>(shown));
    reply["gaps_total"] = history.gaps.size();
  }
  put_provenance(reply, history);
  // As old as the clock is past the newest bar; a file may reach beyond the clock.
  const std::int64_t newest_us = bars.checked.series().ts_us.back();
  reply["age_ms"] = std::max<std::int64_t>(0, history.as_of.us - newest_us) / 1'000;
  reply["notes"].push_back("what would have happened by these rules, not what will; not advice");
}

json bar_start(trading::Timeframe timeframe, trading::Timestamp ts) {
  return timeframe == trading::Timeframe::kOneDay ? trading::date_of(ts).iso() : ist(ts.us);
}

}  // namespace tools
