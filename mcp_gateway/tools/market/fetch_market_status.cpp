#include "broker/v1/market.pb.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

json time_if(bool has, std::int64_t us) {
  return has ? json(ist(us)) : json();
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  broker::v1::FetchMarketStatusRequest request;
  request.set_exchange(Arguments(values).text("exchange"));
  const auto reply =
      context.broker().fetch_market_status(request, call_of(context, "fetch_market_status"));
  if (!reply) return broker_error(reply.error());
  json out = {
      {"exchange", reply->exchange()},
      {"is_open", reply->is_open()},
      {"phase", reply->phase()},
      {"phase_derivative_stocks", reply->phase_derivative_stocks()},
      {"day_kind", reply->day_kind()},
      {"reason", reply->reason()},
      {"market_time", ist(reply->market_us())},
      {"next_open", time_if(reply->has_next_open_us(), reply->next_open_us())},
      {"close", time_if(reply->has_close_us(), reply->close_us())},
      {"close_derivative_stocks",
       time_if(reply->has_close_derivative_stocks_us(), reply->close_derivative_stocks_us())},
      {"calendar_source", reply->calendar_source()},
      {"calendar_valid_through", trading::TradingDate{reply->calendar_valid_through_days()}.iso()},
      {"is_virtual_clock", reply->is_virtual_clock()},
      {"clock_speed", reply->clock_speed()}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool fetch_market_status() {
  return {
      .name = "fetch_market_status",
      .title = "Market status",
      .description =
          "Is the market open: the session phase by the dated calendar (holidays, "
          "special sessions, closing auction), next open and close. A date outside "
          "the calendar is unknown, and then nothing trades.",
      .toolsets = {"core", "market"},
      .annotations = mcp::kReads,
      .input = {mcp::enum_param("exchange", "e.g. NSE", {"NSE"}).or_default("NSE")},
      .output = {mcp::out::boolean("is_open"), mcp::out::string("phase"),
                 mcp::out::string("day_kind"), mcp::out::string("market_time"),
                 mcp::out::string("next_open").nullable(), mcp::out::string("close").nullable()},
      .handler = run};
}

}  // namespace tools
