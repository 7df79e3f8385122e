#pragma once

// A trade setup of one symbol: how much speaks for a long entry, by a fixed score, and where entry,
// stop and target would lie. The score is a sum of parts:
//
//   trend            up 30, sideways 10                        (detect_trend)
//   rsi              of 14: 45 to 65 25, else 35 to 70 10
//   macd_histogram   above 0: 20
//   volume_ratio     above 1: 15, else 5                       (calculate_volume_analysis)
//   above_ema_50     close above: 10
//
// high from 70, medium from 50. A part that is not known gives nothing. Entry, stop and target are
// the broker's own arithmetic (calculate_stop_loss, calculate_target_price), so that they agree with
// what its checklist will see.

#include <nlohmann/json.hpp>
#include <string>

#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool_context.h"
#include "trading/bars/bar.h"

namespace tools {

struct SetupStyle {
  const char* name;       // "swing"
  const char* timeframe;  // of every indicator and of the range
  int atr_multiplier_e2;
  int risk_reward_e2;
  const char* product;
};
inline constexpr SetupStyle kIntradaySetup{"intraday", "FIFTEEN_MINUTE", 100, 150, "INTRADAY"};
inline constexpr SetupStyle kSwingSetup{"swing", "ONE_DAY", 150, 200, "DELIVERY"};

inline constexpr int kHighScore = 70;
inline constexpr int kMediumScore = 50;

// score, confidence, parts{name{value, points, of}}, warming_up, close.
nlohmann::json score_of(const trading::BarSeries& bars);

// The newest finished bars that a picture needs; NOT_ENOUGH_BARS below 30, the broker's errors,
// and bars that are no bars.
trading::Result<broker_client::HistoricalData> picture_bars(const std::string& symbol,
                                                            const std::string& timeframe,
                                                            const char* tool,
                                                            mcp::ToolContext& context);

// The whole evaluation, with provenance.
trading::Result<nlohmann::json> evaluate_setup(const SetupStyle& style, const std::string& symbol,
                                               const char* tool, mcp::ToolContext& context);

// Of the two tools.
std::vector<mcp::Param> setup_output();
mcp::ToolResult setup_reply(const SetupStyle& style, const nlohmann::json& values,
                            const char* tool, mcp::ToolContext& context);

inline constexpr const char* kNotAdvice = "a score of indicators, not financial advice";

}  // namespace tools
