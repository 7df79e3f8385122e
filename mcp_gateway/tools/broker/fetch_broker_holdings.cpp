#include "mcp_gateway/tools/broker/account_answer.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

json row_of(const v1::BrokerHolding& holding) {
  return {{"trading_symbol", holding.trading_symbol()},
          {"exchange", holding.exchange()},
          {"isin", holding.isin()},
          {"quantity", holding.quantity()},
          {"unsettled_quantity", holding.t1_quantity()},
          {"average_price", rupees(holding.average_price_e4())},
          {"last_price", rupees_if(holding.has_last_price_e4(), holding.last_price_e4())}};
}

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply = context.broker().fetch_broker_holdings({}, call_of(context, "fetch_broker_holdings"));
  if (!reply) return broker_error(reply.error());
  json out = {{"holdings", json::array()}};
  for (const v1::BrokerHolding& holding : reply->holdings()) out["holdings"].push_back(row_of(holding));
  put_account(out, reply->answer());
  return out;
}

}  // namespace

mcp::Tool fetch_broker_holdings() {
  return {.name = "fetch_broker_holdings",
          .title = "Broker holdings",
          .description =
              "Shares held in the account at the exchange member, the unsettled part told apart. An empty list means none "
              "only with complete: true; a failed read is an error.",
          .toolsets = {"broker"},
          .annotations = mcp::kReadsWorld,
          .input = {},
          .output = {mcp::out::rows("holdings"), mcp::out::boolean("complete"), mcp::out::string("account"),
                     mcp::out::string("source"), mcp::out::string("as_of"), mcp::out::integer("age_ms")},
          .handler = run};
}

}  // namespace tools
