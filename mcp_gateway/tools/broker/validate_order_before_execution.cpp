#include "mcp_gateway/tools/risk/dry_run.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {

mcp::Tool validate_order_before_execution() {
  return dry_run_tool("validate_order_before_execution", "Check an order",
                      "The dry run before prepare_order: every check of the effective mode's book for a limit order at "
                      "entry_price; nothing is stored.",
                      "broker");
}

}  // namespace tools
