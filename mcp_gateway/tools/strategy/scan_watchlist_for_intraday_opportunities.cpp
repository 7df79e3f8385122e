#include "mcp_gateway/tools/strategy/scan.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {

mcp::Tool scan_watchlist_for_intraday_opportunities() {
  constexpr const char* kName = "scan_watchlist_for_intraday_opportunities";
  return {.name = kName,
          .title = "Scan for intraday setups",
          .description = "Looks through the watchlist for long entries within the day: the best max_symbols "
                         "of medium or high confidence with entry, stop and target; the others by "
                         "score, failures by symbol.",
          .toolsets = {"strategy"},
          .annotations = mcp::kReads,
          .input = {max_symbols(5)},
          .output = scan_output(),
          .handler = [](const nlohmann::json& values, mcp::ToolContext& context) {
            return scan_watchlist(kIntradaySetup, values, kName, context);
          }};
}

}  // namespace tools
