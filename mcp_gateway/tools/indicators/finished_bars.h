#pragma once

// The bars that an indicator is computed from: finished ones up to the broker's clock, as many as a
// recursive average needs to forget where it began.

#include <cstddef>
#include <string>

#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/research/indicators/indicator.h"
#include "mcp_gateway/tool_context.h"

namespace tools {

// A bar's share in Wilder's average (the slowest) falls below 10^-17 in this many periods.
inline constexpr std::size_t kPeriodsToForget = 40;
inline constexpr std::size_t kFewestBarsAsked = 1'000;
inline constexpr std::size_t kMostBarsAsked = 20'000;

struct BarsWanted {
  std::string symbol;
  std::string timeframe;
  std::string tool;  // for the broker's audit
};

// How many to ask for so that the last `rows` values no longer depend on where the series began.
std::size_t bars_to_ask(const research::IndicatorSpec& spec, const research::Parameters& parameters,
                        research::Seeding method, std::size_t rows);

// Takes the bar under way out, if there is one.
void drop_unfinished(broker_client::HistoricalData& history);

// The newest `count` bars without the one under way. The broker's errors.
trading::Result<broker_client::HistoricalData> finished_bars(const BarsWanted& wanted,
                                                             std::size_t count,
                                                             mcp::ToolContext& context);

}  // namespace tools
