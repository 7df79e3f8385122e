#include <condition_variable>
#include <mutex>

#include "mcp_gateway/mcp/tool_result.h"
#include "tests/conformance/fixtures.h"

namespace {

using mcp::Tool;
using mcp::ToolContext;
using mcp::ToolResult;
using nlohmann::json;
using namespace std::chrono_literals;

// Returns early when the call is cancelled.
void pause(ToolContext& context, std::chrono::milliseconds duration) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, context.cancellation(), duration, [] { return false; });
}

// A tool without arguments that always gives the same blocks.
Tool fixed(std::string name, std::string description, std::vector<mcp::ContentBlock> blocks,
           bool is_error = false) {
  return {.name = std::move(name),
          .title = {},
          .description = std::move(description),
          .toolsets = {"fixtures"},
          .annotations = mcp::kReads,
          .input = {},
          .output = {},
          .handler = [blocks = std::move(blocks), is_error](const json&, ToolContext&) {
            return ToolResult::of_content(blocks, is_error);
          }};
}

ToolResult report_progress(const json&, ToolContext& context) {
  for (const int done : {0, 50, 100}) {
    if (done > 0) pause(context, 60ms);
    context.progress().report(done, 100);
  }
  return ToolResult::of_content({mcp::text_content("Progress was reported.")});
}

ToolResult wait_for_cancellation(const json& arguments, ToolContext& context) {
  pause(context, std::chrono::milliseconds(arguments.at("milliseconds").get<int>()));
  return json{{"was_cancelled", context.is_cancelled()}};
}

}  // namespace

std::vector<Tool> plain_tools() {
  std::vector<Tool> tools;
  tools.push_back(
      {.name = "echo",
       .title = "Echo",
       .description = "Gives the text back, as structure and as text.",
       .toolsets = {"fixtures"},
       .annotations = mcp::kReads,
       .input = {mcp::string_param("text", "Any text, e.g. hi").required().length(0, 200),
                 mcp::integer_param("times", "How often, e.g. 2").between(1, 10).or_default(1)},
       .output = {mcp::out::string("text").required(), mcp::out::integer("times")},
       .handler = [](const json& arguments, ToolContext&) -> ToolResult {
         return json{{"text", arguments.at("text")}, {"times", arguments.at("times")}};
       }});
  tools.push_back(
      {.name = "wait",
       .title = "Wait",
       .description = "Waits, or until it is cancelled.",
       .toolsets = {"fixtures"},
       .annotations = mcp::kReads,
       .input = {mcp::integer_param("milliseconds", "How long").between(0, 60'000).required()},
       .output = {mcp::out::boolean("was_cancelled").required()},
       .handler = wait_for_cancellation});
  return tools;
}

std::vector<Tool> fixture_tools() {
  std::vector<Tool> tools = {
      fixed("test_simple_text", "Gives one text block.",
            {mcp::text_content("This is a simple text response for testing.")}),
      fixed("test_image_content", "Gives one image.", {mcp::image_content(kPng, "image/png")}),
      fixed("test_audio_content", "Gives one sound.", {mcp::audio_content(kWav, "audio/wav")}),
      fixed("test_embedded_resource", "Gives one embedded resource.",
            {mcp::text_resource("test://embedded-resource", "text/plain",
                                "This is an embedded resource content.")}),
      fixed(
          "test_multiple_content_types", "Gives a text, an image and a resource.",
          {mcp::text_content("Multiple content types test:"), mcp::image_content(kPng, "image/png"),
           mcp::text_resource("test://mixed-content-resource", "application/json",
                              R"({"test":"data","value":123})")}),
      fixed("test_error_handling", "Always fails.",
            {mcp::text_content("This tool intentionally returns an error for testing")}, true),
  };
  tools.push_back({.name = "test_tool_with_progress",
                   .title = {},
                   .description = "Reports 0, 50 and 100 of 100.",
                   .toolsets = {"fixtures"},
                   .annotations = mcp::kReads,
                   .input = {},
                   .output = {},
                   .handler = report_progress});
  for (Tool& tool : plain_tools()) tools.push_back(std::move(tool));
  return tools;
}
