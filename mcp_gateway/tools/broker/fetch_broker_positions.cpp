#include "mcp_gateway/tools/broker/account_answer.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

json row_of(const v1::BrokerPosition& position) {
  return {{"trading_symbol", position.trading_symbol()},
          {"exchange", position.exchange()},
          {"product_type", position.product()},
          {"quantity", position.net_quantity()},
          {"buy_quantity", position.buy_quantity()},
          {"sell_quantity", position.sell_quantity()},
          {"buy_average", rupees(position.buy_average_e4())},
          {"sell_average", rupees(position.sell_average_e4())},
          {"realized_pnl", rupees_if(position.has_realised_e4(), position.realised_e4())},
          {"unrealized_pnl", rupees_if(position.has_unrealised_e4(), position.unrealised_e4())},
          {"last_price", rupees_if(position.has_last_price_e4(), position.last_price_e4())}};
}

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply = context.broker().fetch_broker_positions({}, call_of(context, "fetch_broker_positions"));
  if (!reply) return broker_error(reply.error());
  json out = {{"positions", json::array()}};
  for (const v1::BrokerPosition& position : reply->positions()) out["positions"].push_back(row_of(position));
  put_account(out, reply->answer());
  return out;
}

}  // namespace

mcp::Tool fetch_broker_positions() {
  return {.name = "fetch_broker_positions",
          .title = "Broker positions",
          .description =
              "Today's positions of the account at the exchange member, closed ones with quantity 0. An empty list means "
              "flat only with complete: true; a failed read is an error.",
          .toolsets = {"broker"},
          .annotations = mcp::kReadsWorld,
          .input = {},
          .output = {mcp::out::rows("positions"), mcp::out::boolean("complete"), mcp::out::string("account"),
                     mcp::out::string("source"), mcp::out::string("as_of"), mcp::out::integer("age_ms")},
          .handler = run};
}

}  // namespace tools
