#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/market/instrument_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  broker::v1::SearchInstrumentsRequest request;
  request.set_query(arguments.text("query"));
  request.set_limit(static_cast<std::int32_t>(arguments.whole("limit")));
  const auto reply =
      context.broker().search_instruments(request, call_of(context, "search_instruments"));
  if (!reply) return broker_error(reply.error());
  json out = {{"query", request.query()}, {"instruments", json::array()}};
  for (const auto& row : reply->instruments()) out["instruments"].push_back(instrument_hit(row));
  out["returned"] = reply->instruments_size();
  out["truncated"] = reply->instruments_size() == request.limit();
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool search_instruments() {
  return {.name = "search_instruments",
          .title = "Find a symbol",
          .description =
              "Finds NSE stocks by part of a symbol or company name, best match first. "
              "Use it before any tool that wants an exact symbol.",
          .toolsets = {"core", "market"},
          .annotations = mcp::kReads,
          .input = {mcp::string_param("query", "e.g. state bank").required().length(1, 100),
                    mcp::integer_param("limit", "e.g. 20").between(1, 100).or_default(20)},
          .output = {mcp::out::rows("instruments"), mcp::out::integer("returned"),
                     mcp::out::boolean("truncated")},
          .handler = run};
}

}  // namespace tools
