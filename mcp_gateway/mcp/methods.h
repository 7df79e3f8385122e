#pragma once

// The table of methods: in which era each one exists, and whether it may take long.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/mcp/lifecycle.h"
#include "mcp_gateway/mcp/prompt_gets.h"
#include "mcp_gateway/mcp/reply.h"
#include "mcp_gateway/mcp/resource_reads.h"
#include "mcp_gateway/mcp/subscriptions.h"
#include "mcp_gateway/mcp/tool_calls.h"
#include "mcp_gateway/tool_context.h"

namespace mcp {

// What every connection of the process shares; constant, so any thread may use it.
struct Offering {
  const Lifecycle& lifecycle;
  const Offer& offer;
  const ToolCatalog& catalog;
  const ToolCalls& tools;
  const ResourceReads& resources;
  const PromptGets& prompts;
};

struct Request {
  const jsonrpc::RequestId& id;
  nlohmann::json& params;  // an object
  ToolContext& context;
};

class Methods {
 public:
  // Nothing: no reply now (subscriptions/listen stays open).
  using Answer = std::optional<Reply>;
  struct Method {
    std::string_view name;
    bool is_legacy;
    bool is_modern;
    bool is_job;         // may take long: runs beside the reading of further messages
    bool Offer::*needs;  // not offered: the method does not exist; may be null
    Answer (Methods::*answer)(const Request&) const;
  };

  Methods(const Offering& offering, Subscriptions& subscriptions)
      : offering_(offering), subscriptions_(subscriptions) {}

  // Is there such a method in any era? (initialize is the connection's own and not in the table.)
  [[nodiscard]] bool exists(std::string_view name) const;
  // Null when there is none in that era.
  [[nodiscard]] const Method* find(std::string_view name, bool is_modern) const;
  Answer answer(const Method& method, const Request& request) const {
    return (this->*method.answer)(request);
  }

 private:
  static std::span<const Method> table();

  Answer ping(const Request&) const;
  Answer discover(const Request&) const;
  Answer set_log_level(const Request&) const;
  Answer list_tools(const Request&) const;
  Answer call_tool(const Request&) const;
  Answer list_resources(const Request&) const;
  Answer list_templates(const Request&) const;
  Answer read_resource(const Request&) const;
  Answer subscribe(const Request&) const;
  Answer unsubscribe(const Request&) const;
  Answer listen(const Request&) const;
  Answer list_prompts(const Request&) const;
  Answer get_prompt(const Request&) const;
  Answer complete(const Request&) const;

  Offering offering_;
  Subscriptions& subscriptions_;
};

}  // namespace mcp
