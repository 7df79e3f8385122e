#pragma once

// The arguments that backtests and sweeps share, and the bars they run on: the whole history that
// the broker has, adjusted, whatever its clock says.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/v1/market.pb.h"
#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/jobs/job.h"
#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/research/backtest/run.h"
#include "mcp_gateway/tool_context.h"
#include "mcp_gateway/tools/arguments.h"

namespace tools {

// strategy_name, symbol, timeframe, start_date, end_date, initial_capital, params, costs,
// position_sizing.
std::vector<mcp::Param> backtest_params();

struct BacktestOrder {
  research::BacktestRequest request;  // without bars
  broker::v1::FetchHistoricalDataRequest history;
  bool allows_jumps = false;
  std::string sizing;
};

// Everything that can be told without bars. Faults of form are collected in `arguments`; what the
// engine refuses (an unknown strategy, a parameter out of bounds) is the error.
//
// `params` holds the strategy's own, and terms that fit every strategy: stop_percent,
// target_percent, trail_percent, allow_short, allow_jumps. A period may be named without its
// ending: fast is fast_period.
trading::Result<BacktestOrder> backtest_order(Arguments& arguments, const nlohmann::json& values);

// The parameter that `name` means.
std::string param_name(const research::StrategySpec& spec, const std::string& name);
// Numbers by name; what is no number is a fault of `field`.
research::NamedValues numbers_of(Arguments& arguments, const char* field,
                                 const nlohmann::json& values);

struct BacktestBars {
  broker_client::HistoricalData history;  // without its bars: they are in `checked`
  std::string hash;
  research::CheckedBars checked;
  bool has_derivatives = false;
  research::SquareOff square_off;  // the broker's own, where the bars lie within a day
};

// The broker's errors, and BARS_EMPTY, UNADJUSTED_JUMP and the like.
trading::Result<BacktestBars> fetch_bars(const BacktestOrder& order, const char* tool,
                                         broker_client::BrokerClient& broker,
                                         const jobs::Control& control);

// Bars inside those of `bars`: of a minute, else of five, where the broker has some for its period.
struct FinerBars {
  std::optional<research::CheckedBars> checked;
  std::string note;  // why there are none although there may be; empty when the broker has none
};
FinerBars fetch_finer_bars(const BacktestOrder& order, const BacktestBars& bars, const char* tool,
                           broker_client::BrokerClient& broker, const jobs::Control& control);

// symbol, timeframe, adjusted, costs, position_sizing, data_hash, gaps, provenance, and what a
// result from the past is worth.
void put_basis(nlohmann::json& reply, const BacktestOrder& order, const BacktestBars& bars);

// A day as a date, an instant within the day in full.
nlohmann::json bar_start(trading::Timeframe timeframe, trading::Timestamp ts);

}  // namespace tools
