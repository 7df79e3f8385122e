#include "mcp_gateway/tools/broker/account_answer.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply = context.broker().fetch_broker_funds({}, call_of(context, "fetch_broker_funds"));
  if (!reply) return broker_error(reply.error());
  json out = {{"net", rupees_of_paise(reply->net_paise())},
              {"available_cash", rupees_of_paise(reply->available_cash_paise())},
              {"intraday_payin", paise_if(reply->has_intraday_payin_paise(), reply->intraday_payin_paise())},
              {"collateral", paise_if(reply->has_collateral_paise(), reply->collateral_paise())},
              {"utilised_debits", paise_if(reply->has_utilised_debits_paise(), reply->utilised_debits_paise())},
              {"utilised_payout", paise_if(reply->has_utilised_payout_paise(), reply->utilised_payout_paise())}};
  put_account(out, reply->answer());
  return out;
}

}  // namespace

mcp::Tool fetch_broker_funds() {
  return {.name = "fetch_broker_funds",
          .title = "Broker funds",
          .description =
              "Cash and margin of the account at the exchange member, in rupees. available_cash is a margin figure with "
              "pledged shares in it; null: the member did not say. A failed read is an error, never zero.",
          .toolsets = {"broker"},
          .annotations = mcp::kReadsWorld,
          .input = {},
          .output = {mcp::out::number("net"), mcp::out::number("available_cash"),
                     mcp::out::number("collateral").nullable(), mcp::out::number("utilised_debits").nullable(),
                     mcp::out::string("account"), mcp::out::string("source"), mcp::out::string("as_of"),
                     mcp::out::integer("age_ms")},
          .handler = run};
}

}  // namespace tools
