#include "mcp_gateway/tools/paper/order_output.h"

namespace tools {

std::vector<mcp::Param> order_output() {
  return {mcp::out::string("order_id"), mcp::out::string("status"),
          mcp::out::integer("filled_quantity"), mcp::out::number("average_price").nullable(),
          mcp::out::rows("denials")};
}

}  // namespace tools
