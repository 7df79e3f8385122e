#include <gtest/gtest.h>

#include "tests/mcp_gateway/mcp/host.h"
#include "tests/mcp_gateway/mcp/sample.h"

namespace {

using nlohmann::json;

TEST(Prompts, AreListedWithTheirArguments) {
  Host host(sample_options());
  host.initialize();
  EXPECT_EQ(host.call("prompts/list").at("result").at("prompts"),
            (json{{{"name", "review"},
                   {"title", "Review"},
                   {"description", "Reviews a symbol."},
                   {"arguments",
                    {{{"name", "symbol"}, {"description", "Symbol"}, {"required", true}},
                     {{"name", "note"}, {"description", "Note"}, {"required", false}}}}}}));
}

TEST(Prompts, GiveMessages) {
  Host host(sample_options());
  host.initialize();
  EXPECT_EQ(
      host.call("prompts/get", {{"name", "review"}, {"arguments", {{"symbol", "TCS"}}}})
          .at("result"),
      (json{{"description", "Reviews a symbol."},
            {"messages",
             {{{"role", "user"}, {"content", {{"type", "text"}, {"text", "Review TCS"}}}},
              {{"role", "assistant"}, {"content", {{"type", "text"}, {"text", "Ready."}}}}}}}));
}

TEST(Prompts, BadRequestsAreRefused) {
  Host host(sample_options());
  host.initialize();
  const json kParams[] = {
      json::object(),
      {{"name", 1}},
      {{"name", "unknown"}},
      {{"name", "review"}},
      {{"name", "review"}, {"arguments", {{"symbol", 5}}}},
      {{"name", "review"}, {"arguments", {"TCS"}}},
      {{"name", "review"}, {"arguments", {{"symbol", "TCS"}, {"extra", "x"}}}},
      {{"name", "review"}, {"arguments", {{"symbol", "BAD"}}}},
  };
  for (const json& params : kParams) {
    EXPECT_EQ(host.call("prompts/get", params).at("error").at("code"), -32602) << params.dump();
  }
}

json completion(const json& ref, const std::string& name, const std::string& value) {
  return {{"ref", ref}, {"argument", {{"name", name}, {"value", value}}}};
}

const json kPrompt = {{"type", "ref/prompt"}, {"name", "review"}};
const json kTemplate = {{"type", "ref/resource"}, {"uri", "trading://chart/{symbol}/{timeframe}"}};

TEST(Completion, OffersValuesOfPromptsAndTemplates) {
  Host host(sample_options());
  host.initialize();
  EXPECT_EQ(
      host.call("completion/complete", completion(kPrompt, "symbol", "")).at("result"),
      (json{{"completion", {{"values", {"RELIANCE", "TCS"}}, {"total", 2}, {"hasMore", false}}}}));
  json params = completion(kTemplate, "symbol", "R");
  params["context"]["arguments"]["timeframe"] = "ONE_DAY";
  const json offered = host.call("completion/complete", params).at("result").at("completion");
  EXPECT_EQ(offered.at("values").size(), 100U);
  EXPECT_EQ(offered.at("values").at(0), "R0D");
  EXPECT_EQ(offered.at("total"), 150);
  EXPECT_EQ(offered.at("hasMore"), true);
}

TEST(Completion, OffersNothingWhereNothingIsKnown) {
  Host host(sample_options());
  host.initialize();
  for (const json& params :
       {completion(kPrompt, "note", ""), completion(kTemplate, "timeframe", "")}) {
    EXPECT_EQ(host.call("completion/complete", params).at("result").at("completion").at("values"),
              json::array());
  }
}

TEST(Completion, BadReferencesAreRefused) {
  Host host(sample_options());
  host.initialize();
  const json kParams[] = {
      json::object(),
      {{"ref", "x"}, {"argument", "y"}},
      {{"ref", kPrompt}, {"argument", {{"name", "symbol"}}}},
      completion({{"type", "ref/prompt"}, {"name", "unknown"}}, "symbol", ""),
      completion({{"type", "ref/resource"}, {"uri", "trading://config"}}, "symbol", ""),
      completion({{"type", "ref/tool"}, {"name", "echo"}}, "text", ""),
      completion(kPrompt, "unknown", ""),
      completion(kTemplate, "unknown", ""),
  };
  for (const json& params : kParams) {
    EXPECT_EQ(host.call("completion/complete", params).at("error").at("code"), -32602)
        << params.dump();
  }
}

}  // namespace
