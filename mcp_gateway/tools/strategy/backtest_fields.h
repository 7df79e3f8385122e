#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mcp_gateway/research/backtest/run.h"

namespace tools {

// A report as the fields of a reply, without what the bars' origin adds (put_basis).
nlohmann::json backtest_fields(const research::BacktestReport& report);

// A statistic: six decimals; null where there is none. Never NaN.
nlohmann::json figure(double value);
nlohmann::json figure(const std::optional<double>& value);

// {"fast_period":20}: whole numbers without a fraction.
nlohmann::json named_values(const research::NamedValues& values);

}  // namespace tools
