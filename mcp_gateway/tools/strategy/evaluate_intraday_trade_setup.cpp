#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/strategy/setup.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {

mcp::Tool evaluate_intraday_trade_setup() {
  constexpr const char* kName = "evaluate_intraday_trade_setup";
  return {.name = kName,
          .title = "Intraday setup",
          .description = "Scores one symbol for a long entry within the day, 0 to 100 by 15-minute trend, "
                         "RSI, MACD, volume and EMA 50, with entry, stop (1.0 ATR) and target (1.5 "
                         "times the risk) on tick.",
          .toolsets = {"core", "strategy"},
          .annotations = mcp::kReads,
          .input = {symbol()},
          .output = setup_output(),
          .handler = [](const nlohmann::json& values, mcp::ToolContext& context) {
            return setup_reply(kIntradaySetup, values, kName, context);
          }};
}

}  // namespace tools
