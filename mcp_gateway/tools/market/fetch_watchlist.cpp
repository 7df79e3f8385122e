#include "mcp_gateway/tools/market/watchlist.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json&, mcp::ToolContext&) {
  return json{{"symbols", kStaticWatchlist},
              {"count", kStaticWatchlist.size()},
              {"source", "static"},
              {"note", "a fixed list of liquid names, not a scan"}};
}

}  // namespace

mcp::Tool fetch_watchlist() {
  return {.name = "fetch_watchlist",
          .title = "Watchlist",
          .description = "Symbols worth a look; source says where the list comes from.",
          .toolsets = {"market"},
          .annotations = mcp::kReads,
          .output = {mcp::out::strings("symbols"), mcp::out::string("source")},
          .handler = run};
}

}  // namespace tools
