#pragma once

// The rows of the table of strategies: one function a file of this folder.

#include "mcp_gateway/research/strategies/strategy.h"

namespace research {

const StrategySpec& adx_trend_spec();
const StrategySpec& bollinger_reversion_spec();
const StrategySpec& breakout_volume_spec();
const StrategySpec& donchian_breakout_spec();
const StrategySpec& dual_momentum_spec();
const StrategySpec& ma_crossover_spec();
const StrategySpec& macd_trend_spec();
const StrategySpec& opening_range_breakout_spec();
const StrategySpec& rsi2_spec();
const StrategySpec& rsi_reversal_spec();
const StrategySpec& supertrend_spec();
const StrategySpec& vwap_reversion_spec();

// Averages that begin with the first price have a value at once, and by default it is acted on.
inline constexpr ParamSpec kWaitForWarmUp{
    "wait_for_warm_up", 0, 1, 0, true, "1: no entry while an average is still warming up"};

}  // namespace research
