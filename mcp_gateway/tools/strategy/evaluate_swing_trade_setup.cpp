#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/strategy/setup.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {

mcp::Tool evaluate_swing_trade_setup() {
  constexpr const char* kName = "evaluate_swing_trade_setup";
  return {.name = kName,
          .title = "Swing setup",
          .description = "Scores one symbol for a long entry over days, 0 to 100 by daily trend, RSI, MACD, "
                         "volume and EMA 50, with entry, stop (1.5 ATR) and target (2 times the "
                         "risk) on tick.",
          .toolsets = {"strategy"},
          .annotations = mcp::kReads,
          .input = {symbol()},
          .output = setup_output(),
          .handler = [](const nlohmann::json& values, mcp::ToolContext& context) {
            return setup_reply(kSwingSetup, values, kName, context);
          }};
}

}  // namespace tools
