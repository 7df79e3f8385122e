#pragma once

// tools/call: find the tool, check the arguments, run it, put its result into shape. Holds no state
// of its own, so any thread may call it.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "mcp_gateway/mcp/catalog.h"
#include "mcp_gateway/mcp/finished_call.h"
#include "mcp_gateway/mcp/reply.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool_context.h"

namespace mcp {

class ToolCalls {
 public:
  ToolCalls(const ToolCatalog& catalog, CallObserver observer, Log log);

  // What one call of a shown tool came to.
  struct Outcome {
    std::optional<ToolResult> result;  // none: an exception left the handler
    std::string structured;            // the structured result as text, empty when there is none
  };
  Outcome run(const Tool& tool, nlohmann::json arguments, ToolContext& context) const;

  // params: of the request; arguments are taken out of them.
  Reply call(nlohmann::json& params, ToolContext& context) const;

  // The result for a call that finds no free thread: a tool error, so that the model sees it.
  static Reply busy();

 private:
  const ToolCatalog& catalog_;
  CallObserver observer_;
  Log log_;
};

}  // namespace mcp
