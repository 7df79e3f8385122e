#include "mcp_gateway/tools/order_list.h"

#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/rows.h"

namespace tools {

nlohmann::json order_list(const broker::v1::FetchPaperOrdersReply& reply, std::int64_t limit) {
  Rows rows(limit, kDefaultOrders);
  for (const broker::v1::Order& order : reply.orders()) {
    if (!rows.add(order_fields(order))) break;
  }
  nlohmann::json out = nlohmann::json::object();
  std::move(rows).put(out, "orders", reply.total());
  put_provenance(out, reply.provenance());
  return out;
}

}  // namespace tools
