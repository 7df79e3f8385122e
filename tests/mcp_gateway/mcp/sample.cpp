#include "tests/mcp_gateway/mcp/sample.h"

#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "mcp_gateway/mcp/tool_result.h"

using nlohmann::json;

namespace {

using mcp::Tool;
using mcp::ToolContext;
using mcp::ToolResult;

ToolResult wait_for_cancellation(const json&, ToolContext& context) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  context.progress().report(1);
  changed.wait(lock, context.cancellation(), [] { return false; });
  return json{{"was_cancelled", context.is_cancelled()}};
}

ToolResult report_steps(const json& arguments, ToolContext& context) {
  const auto steps = arguments.at("steps").get<int>();
  for (int i = 1; i <= steps; ++i) {
    context.progress().report(i, steps, "step");
    context.progress().report(i, steps, "the same again");
  }
  return json{{"steps", steps}};
}

std::vector<Tool> tools() {
  std::vector<Tool> tools;
  tools.push_back({.name = "echo",
                   .title = "Echo",
                   .description = "Gives the text back.",
                   .toolsets = {"core"},
                   .annotations = mcp::kReads,
                   .input = {mcp::string_param("text", "Any text, e.g. hi").required()},
                   .output = {mcp::out::string("text")},
                   .handler = [](const json& arguments, ToolContext&) -> ToolResult {
                     return json{{"text", arguments.at("text")}};
                   }});
  tools.push_back(
      {.name = "add",
       .title = "Add",
       .description = "Adds two integers.",
       .toolsets = {"core", "sums"},
       .annotations = mcp::kReads,
       .input = {mcp::integer_param("a", "First").required().between(0, 100),
                 mcp::integer_param("b", "Second").or_default(10)},
       .output = {mcp::out::integer("sum")},
       .handler = [](const json& arguments, ToolContext&) -> ToolResult {
         return json{{"sum", arguments.at("a").get<int>() + arguments.at("b").get<int>()}};
       }});
  tools.push_back({.name = "wait",
                   .title = "Wait",
                   .description = "Waits to be cancelled.",
                   .toolsets = {"core"},
                   .annotations = mcp::kReads,
                   .input = {},
                   .output = {},
                   .handler = wait_for_cancellation});
  tools.push_back({.name = "step",
                   .title = "Step",
                   .description = "Reports steps.",
                   .toolsets = {"core"},
                   .annotations = mcp::kReads,
                   .input = {mcp::integer_param("steps", "How many").required()},
                   .output = {},
                   .handler = report_steps});
  tools.push_back({.name = "big",
                   .title = "Big",
                   .description = "A big reply.",
                   .toolsets = {"core"},
                   .annotations = mcp::kReads,
                   .input = {mcp::integer_param("bytes", "How big").required()},
                   .output = {},
                   .handler = [](const json& arguments, ToolContext&) -> ToolResult {
                     return json{{"x", std::string(arguments.at("bytes").get<std::size_t>(), 'x')}};
                   }});
  tools.push_back({.name = "throw_up",
                   .title = "Throw",
                   .description = "Fails inside.",
                   .toolsets = {"core"},
                   .annotations = mcp::kReads,
                   .input = {},
                   .output = {},
                   .handler = [](const json&, ToolContext&) -> ToolResult {
                     throw std::runtime_error("secret detail");
                   }});
  tools.push_back({.name = "buy",
                   .title = "Buy",
                   .description = "Refuses to buy.",
                   .toolsets = {"orders"},
                   .annotations = mcp::kTrades,
                   .input = {mcp::enum_param("side", "BUY or SELL", {"BUY", "SELL"}).required()},
                   .output = {mcp::out::string("status")},
                   .handler = [](const json& arguments, ToolContext&) {
                     return mcp::tool_error({.code = "HALTED",
                                             .message = "trading is halted",
                                             .fix = "ask the operator",
                                             .retry = mcp::Retry::kSafe},
                                            {{"side", arguments.at("side")}});
                   }});
  return tools;
}

mcp::ResourceResult read_chart(const mcp::Variables& variables, ToolContext&) {
  if (variables.at("symbol") == "NONE") return mcp::ResourceError{};
  if (variables.at("symbol") == "DOWN") return mcp::ResourceError{false, "no broker"};
  return mcp::ResourceContents{json(variables).dump(), {}};
}

}  // namespace

mcp::ServerOptions sample_options() {
  mcp::ServerOptions options;
  options.info = {"sample", "Sample", "1.2.3", "Use with care."};
  options.tools = tools();
  options.limits.progress_interval = std::chrono::milliseconds(0);
  // Generous, so that a loaded machine fails no test; both end as soon as the calls have come back.
  options.limits.cancel_patience = options.limits.abandon_patience = std::chrono::seconds(10);
  options.resources.push_back({.uri = "trading://orders",
                               .name = "orders",
                               .title = "Orders",
                               .description = "Open orders.",
                               .is_subscribable = true,
                               .read = [](ToolContext&) -> mcp::ResourceResult {
                                 return mcp::ResourceContents{"[]", {}};
                               }});
  options.resources.push_back({.uri = "trading://config",
                               .name = "config",
                               .cache = {.ttl_ms = 5000, .is_public = true},
                               .read = [](ToolContext&) -> mcp::ResourceResult {
                                 return mcp::ResourceContents{"{}", {}};
                               }});
  options.templates.push_back(
      {.uri_template = "trading://chart/{symbol}/{timeframe}",
       .name = "chart",
       .title = "Chart",
       .description = "Bars.",
       .cache = {},
       .read = read_chart,
       .completers = {
           {"symbol", [](const std::string& value, const mcp::Variables& others, ToolContext&) {
              std::vector<std::string> symbols;
              for (int i = 0; i < 150; ++i) {
                symbols.push_back(value + std::to_string(i) +
                                  (others.contains("timeframe") ? "D" : ""));
              }
              return symbols;
            }}}});
  options.prompts.push_back(
      {.name = "review",
       .title = "Review",
       .description = "Reviews a symbol.",
       .arguments = {{"symbol", "Symbol", true,
                      [](const std::string&, const mcp::Variables&, ToolContext&) {
                        return std::vector<std::string>{"RELIANCE", "TCS"};
                      }},
                     {"note", "Note", false, {}}},
       .get = [](const mcp::Variables& arguments, ToolContext&) -> mcp::PromptResult {
         if (arguments.at("symbol") == "BAD") return mcp::PromptError{"symbol BAD is not traded"};
         return std::vector<mcp::PromptMessage>{
             {false, mcp::text_content("Review " + arguments.at("symbol"))},
             {true, mcp::text_content("Ready.")}};
       }});
  return options;
}
