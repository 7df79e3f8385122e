#pragma once

// A backtest as one HTML page that needs nothing but itself: equity curve and drawdown as inline
// SVG, the figures, the months, the trades. No script, no link, no font from elsewhere.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mcp_gateway/research/backtest/run.h"

namespace tools {

// `reply`: the fields that the tool answered with.
std::string backtest_page(const research::BacktestReport& report, const nlohmann::json& reply);

// The page of a call that failed.
std::string error_page(const std::string& message);

std::string escaped_html(std::string_view text);

}  // namespace tools
