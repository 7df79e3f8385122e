#include <nlohmann/json.hpp>

#include "tests/conformance/fixtures.h"

namespace {

using mcp::Prompt;
using mcp::PromptMessage;
using mcp::PromptResult;
using mcp::ResourceContents;
using mcp::ToolContext;
using mcp::Variables;

std::vector<std::string> beginning_with(const std::string& start,
                                        const std::vector<std::string>& words) {
  std::vector<std::string> found;
  for (const auto& word : words) {
    if (word.starts_with(start)) found.push_back(word);
  }
  return found;
}

mcp::Completer offer(std::vector<std::string> words) {
  return [words = std::move(words)](const std::string& value, const Variables&, ToolContext&) {
    return beginning_with(value, words);
  };
}

mcp::Resource resource(std::string uri, std::string name, std::string mime_type,
                       ResourceContents contents, bool is_subscribable) {
  return {.uri = std::move(uri),
          .name = std::move(name),
          .title = {},
          .description = "A resource for the conformance suite.",
          .mime_type = std::move(mime_type),
          .is_subscribable = is_subscribable,
          .cache = {.ttl_ms = 60'000, .is_public = true},
          .read = [contents = std::move(contents)](ToolContext&) -> mcp::ResourceResult {
            return contents;
          }};
}

PromptResult with_arguments(const Variables& arguments, ToolContext&) {
  return std::vector<PromptMessage>{
      {false, mcp::text_content("Prompt with arguments: arg1='" + arguments.at("arg1") +
                                "', arg2='" + arguments.at("arg2") + "'")}};
}

PromptResult with_resource(const Variables& arguments, ToolContext&) {
  return std::vector<PromptMessage>{
      {false, mcp::text_resource(arguments.at("resourceUri"), "text/plain",
                                 "Embedded resource content for testing.")},
      {false, mcp::text_content("Please process the embedded resource above.")}};
}

Prompt prompt(std::string name, std::string description, std::vector<mcp::PromptArgument> arguments,
              std::function<PromptResult(const Variables&, ToolContext&)> get) {
  return {.name = std::move(name),
          .title = {},
          .description = std::move(description),
          .arguments = std::move(arguments),
          .get = std::move(get)};
}

}  // namespace

std::vector<mcp::Resource> plain_resources() {
  return {resource("plain://status", "status", "application/json", {"{}", {}}, true)};
}

std::vector<mcp::ResourceTemplate> plain_templates() {
  return {{.uri_template = "plain://items/{id}",
           .name = "items",
           .title = {},
           .description = "Items by id.",
           .cache = {},
           .read = [](const Variables& variables, ToolContext&) -> mcp::ResourceResult {
             return ResourceContents{nlohmann::json(variables).dump(), {}};
           },
           .completers = {}}};
}

std::vector<Prompt> plain_prompts() {
  return {
      prompt("plain_prompt", "Says hello.", {}, [](const Variables&, ToolContext&) -> PromptResult {
        return std::vector<PromptMessage>{{false, mcp::text_content("Hello.")}};
      })};
}

std::vector<mcp::Resource> fixture_resources() {
  return {
      resource("test://static-text", "static-text", "text/plain",
               {"This is the content of the static text resource.", {}}, false),
      resource("test://static-binary", "static-binary", "image/png", {{}, kPng}, false),
      resource("test://watched-resource", "watched-resource", "text/plain", {"watched", {}}, true)};
}

std::vector<mcp::ResourceTemplate> fixture_templates() {
  return {{.uri_template = "test://template/{id}/data",
           .name = "template",
           .title = {},
           .description = "Data by id.",
           .cache = {},
           .read = [](const Variables& variables, ToolContext&) -> mcp::ResourceResult {
             const std::string& id = variables.at("id");
             const nlohmann::json data = {
                 {"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
             return ResourceContents{data.dump(), {}};
           },
           .completers = {{"id", offer({"123", "124", "200"})}}}};
}

std::vector<Prompt> fixture_prompts() {
  return {prompt("test_simple_prompt", "One fixed message.", {},
                 [](const Variables&, ToolContext&) -> PromptResult {
                   return std::vector<PromptMessage>{
                       {false, mcp::text_content("This is a simple prompt for testing.")}};
                 }),
          prompt("test_prompt_with_arguments", "A message made of two arguments.",
                 {{"arg1", "First test argument", true, offer({"paris", "park", "party", "test"})},
                  {"arg2", "Second test argument", true, {}}},
                 with_arguments),
          prompt("test_prompt_with_embedded_resource", "Embeds a resource.",
                 {{"resourceUri", "URI of the resource to embed", true, {}}}, with_resource),
          prompt("test_prompt_with_image", "Shows an image.", {},
                 [](const Variables&, ToolContext&) -> PromptResult {
                   return std::vector<PromptMessage>{
                       {false, mcp::image_content(kPng, "image/png")},
                       {false, mcp::text_content("Please analyze the image above.")}};
                 })};
}
