// The table of strategies and their parameters.

#include <algorithm>
#include <cmath>

#include "mcp_gateway/research/strategies/table.h"
#include "trading/base/invariant.h"
#include "trading/base/text.h"

namespace research {

namespace {

// 20, 0.5: as a person writes it.
std::string text_of(double value) {
  std::string text = std::to_string(value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string range_of(const ParamSpec& param) {
  return std::string(param.name) + " " + text_of(param.lowest) + " to " + text_of(param.highest) +
         (param.is_whole ? " (whole)" : "");
}

std::string allowed_by(const StrategySpec& spec) {
  std::string all;
  for (const ParamSpec& param : spec.params) all += (all.empty() ? "" : ", ") + range_of(param);
  return std::string(spec.name) + " takes " + all;
}

// What is wrong with a value; empty = nothing.
std::string fault_of(const ParamSpec& param, double value) {
  const std::string name(param.name);
  if (!std::isfinite(value)) return name + " is not a number";
  if (param.is_whole && value != std::floor(value))
    return name + " " + text_of(value) + " is not a whole number";
  if (value < param.lowest || value > param.highest)
    return name + " " + (std::abs(value) < 1e15 ? text_of(value) : "beyond all bounds") +
           " is not between " + text_of(param.lowest) + " and " + text_of(param.highest);
  return "";
}

}  // namespace

const std::vector<const StrategySpec*>& strategies() {
  static const std::vector<const StrategySpec*> table{
      &ma_crossover_spec(),        &rsi_reversal_spec(),
      &macd_trend_spec(),          &breakout_volume_spec(),
      &donchian_breakout_spec(),   &bollinger_reversion_spec(),
      &rsi2_spec(),                &supertrend_spec(),
      &opening_range_breakout_spec(), &vwap_reversion_spec(),
      &adx_trend_spec(),           &dual_momentum_spec(),
  };
  return table;
}

trading::Result<const StrategySpec*> find_strategy(std::string_view name) {
  std::string names;
  for (const StrategySpec* spec : strategies()) {
    if (spec->name == name) return spec;
    names += (names.empty() ? "" : ", ") + std::string(spec->name);
  }
  return trading::make_error("UNKNOWN_STRATEGY",
                             "there is no strategy " + trading::quoted(name.substr(0, 60)),
                             "use one of " + names, trading::Retry::kNo, "strategy_name");
}

trading::Result<Params> Params::of(const StrategySpec& spec, const NamedValues& given) {
  Params params;
  params.spec_ = &spec;
  params.values_.reserve(spec.params.size());
  for (const ParamSpec& param : spec.params) params.values_.push_back(param.normal);
  std::string unknown;
  std::string faults;
  for (const auto& [name, value] : given) {
    const auto found = std::find_if(spec.params.begin(), spec.params.end(),
                                    [&wanted = name](const ParamSpec& param) { return param.name == wanted; });
    if (found == spec.params.end()) {
      unknown += (unknown.empty() ? "" : ", ") + trading::quoted(name.substr(0, 60));
      continue;
    }
    if (const std::string fault = fault_of(*found, value); !fault.empty())
      faults += (faults.empty() ? "" : "; ") + fault;
    params.values_[static_cast<std::size_t>(found - spec.params.begin())] = value;
  }
  if (!unknown.empty())
    return trading::make_error("UNKNOWN_PARAM",
                               "no such parameter: " + unknown +
                                   (faults.empty() ? "" : "; " + faults),
                               allowed_by(spec), trading::Retry::kNo, "params");
  if (faults.empty() && spec.fits != nullptr && !spec.fits(params))
    faults = "it must be " + std::string(spec.must);
  if (!faults.empty())
    return trading::make_error("PARAM_OUT_OF_RANGE", faults, allowed_by(spec), trading::Retry::kNo,
                               "params");
  return params;
}

double Params::real(std::string_view name) const {
  for (std::size_t i = 0; i < values_.size(); ++i)
    if (spec_->params[i].name == name) return values_[i];
  INVARIANT(false, "a strategy asks for a parameter that its row does not have");
}

std::size_t Params::whole(std::string_view name) const {
  return static_cast<std::size_t>(real(name));
}

NamedValues Params::all() const {
  NamedValues all;
  for (std::size_t i = 0; i < values_.size(); ++i)
    all.emplace_back(spec_->params[i].name, values_[i]);
  return all;
}

}  // namespace research
