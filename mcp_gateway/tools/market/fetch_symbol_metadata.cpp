#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/market/instrument_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  broker::v1::FetchSymbolMetadataRequest request;
  request.set_symbol(Arguments(values).text("symbol"));
  const auto reply =
      context.broker().fetch_symbol_metadata(request, call_of(context, "fetch_symbol_metadata"));
  if (!reply) return broker_error(reply.error());
  json out = instrument_fields(reply->instrument());
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool fetch_symbol_metadata() {
  return {
      .name = "fetch_symbol_metadata",
      .title = "Instrument facts",
      .description =
          "Token, series, lot, tick, freeze quantity, today's circuit band and sector "
          "of one NSE stock.",
      .toolsets = {"market"},
      .annotations = mcp::kReads,
      .input = {symbol()},
      .output = {mcp::out::string("symbol"), mcp::out::string("token"), mcp::out::string("series"),
                 mcp::out::integer("lot_size"), mcp::out::number("tick").nullable(),
                 mcp::out::integer("freeze_quantity"), mcp::out::string("sector")},
      .handler = run};
}

}  // namespace tools
