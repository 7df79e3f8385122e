#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "mcp_gateway/mcp/tool_result.h"
#include "tests/mcp_gateway/mcp/host.h"
#include "tests/mcp_gateway/mcp/sample.h"

namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json result_of(Host& host, const std::string& name, json arguments) {
  return host.modern_tool(name, std::move(arguments)).at("result");
}

json error_of(Host& host, const std::string& name, json arguments) {
  const json result = result_of(host, name, std::move(arguments));
  EXPECT_EQ(result.at("isError"), true) << result.dump();
  return result.at("structuredContent").at("error");
}

TEST(ToolCall, TheTextBlockHoldsTheSameFactsAsTheStructure) {
  Host host(sample_options());
  const json facts = {{"text", "a\"b\\c \xE2\x82\xB9"}};
  const json result = result_of(host, "echo", facts);
  EXPECT_EQ(result.at("structuredContent"), facts);
  ASSERT_EQ(result.at("content").size(), 1U);
  EXPECT_EQ(json::parse(result.at("content").at(0).at("text").get<std::string>()),
            result.at("structuredContent"));
}

TEST(ToolCall, DefaultsAreFilledIn) {
  Host host(sample_options());
  EXPECT_EQ(result_of(host, "add", {{"a", 1}}).at("structuredContent"), (json{{"sum", 11}}));
  EXPECT_EQ(result_of(host, "add", {{"a", 1}, {"b", 2}}).at("isError"), false);
}

TEST(ToolCall, ArgumentsMayBeAbsent) {
  Host host(sample_options());
  host.initialize();
  const json reply = host.call("tools/call", {{"name", "echo"}});
  EXPECT_EQ(reply.at("result").at("structuredContent").at("error").at("field"), "text");
}

TEST(ToolCall, EveryBadArgumentIsNamedAndTheModelSeesIt) {
  Host host(sample_options());
  const json error = error_of(host, "add", {{"a", 101}, {"b", "x"}, {"c", 1}});
  EXPECT_EQ(error.at("code"), "INVALID_ARGUMENT");
  EXPECT_EQ(error.at("field"), "a");
  EXPECT_EQ(error.at("fields"), (json{"a", "b", "c"}));
  EXPECT_EQ(error.at("retry"), "no");
  EXPECT_THAT(error.at("fix").get<std::string>(), HasSubstr("add"));
  EXPECT_EQ(error.at("message"),
            "a must be at most 100, got 101; b must be an integer, got \"x\"; c is not an argument "
            "of this tool");
}

TEST(ToolCall, AWrongEnumNamesTheAllowedValues) {
  Host host(sample_options());
  EXPECT_EQ(error_of(host, "buy", {{"side", "HOLD"}}).at("allowed"), (json{"BUY", "SELL"}));
}

TEST(ToolCall, ARefusalKeepsItsFactsBesideTheError) {
  Host host(sample_options());
  const json result = result_of(host, "buy", {{"side", "BUY"}});
  EXPECT_EQ(result.at("isError"), true);
  EXPECT_EQ(result.at("structuredContent"), (json{{"side", "BUY"},
                                                  {"error",
                                                   {{"code", "HALTED"},
                                                    {"message", "trading is halted"},
                                                    {"fix", "ask the operator"},
                                                    {"retry", "safe"}}}}));
}

TEST(ToolCall, UnknownToolsAndBadShapesAreProtocolErrors) {
  Host host(sample_options());
  for (const json& params : {json{{"name", "sell"}}, json{{"name", 7}}, json::object(),
                             json{{"name", "echo"}, {"arguments", {1, 2}}},
                             json{{"name", "echo"}, {"arguments", nullptr}}}) {
    EXPECT_EQ(host.modern("tools/call", params).at("error").at("code"), -32602) << params.dump();
  }
}

TEST(ToolCall, AToolOfAnotherToolsetIsNamedWithIt) {
  auto options = sample_options();
  options.selection.toolsets = {"core"};
  Host host(std::move(options));
  const json error = host.modern_tool("buy").at("error");
  EXPECT_EQ(error.at("code"), -32602);
  EXPECT_THAT(error.at("message").get<std::string>(), HasSubstr("toolset orders"));
}

TEST(ToolCall, AReplyBeyondTheCapBecomesAnErrorThatSaysHowToNarrow) {
  Host host(sample_options());
  const auto overhead = std::string(R"({"x":""})").size();
  EXPECT_EQ(result_of(host, "big", {{"bytes", mcp::kMaxReplyBytes - overhead}}).at("isError"),
            false);
  const json error = error_of(host, "big", {{"bytes", mcp::kMaxReplyBytes - overhead + 1}});
  EXPECT_EQ(error.at("code"), "REPLY_TOO_LARGE");
  EXPECT_THAT(error.at("fix").get<std::string>(), HasSubstr("limit"));
}

TEST(ToolCall, AnExceptionIsAnInternalErrorWithoutItsText) {
  auto options = sample_options();
  std::string logged;
  options.log = [&logged](std::string_view line) { logged = line; };
  Host host(std::move(options));
  const json error = host.modern_tool("throw_up").at("error");
  EXPECT_EQ(error.at("code"), -32603);
  EXPECT_EQ(error.dump().find("secret"), std::string::npos);
  EXPECT_THAT(logged, HasSubstr("secret detail"));
}

TEST(ToolCall, AnOversizedIntegerIsABadArgument) {
  Host host(sample_options());
  host.initialize();
  host.send(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add",)"
            R"("arguments":{"a":12345678901234567890123}}})");
  EXPECT_EQ(host.next().at("result").at("structuredContent").at("error").at("field"), "a");
}

TEST(ToolCall, TheObserverSeesEveryCall) {
  struct Seen {
    std::string tool, code, client;
    json arguments;
    bool is_error;
  };
  std::vector<Seen> seen;
  std::mutex mutex;
  auto options = sample_options();
  options.on_tool_call = [&](const mcp::FinishedCall& call) {
    const std::lock_guard lock(mutex);
    seen.push_back({std::string(call.tool), std::string(call.error_code), call.client.name,
                    call.arguments, call.is_error});
  };
  {
    Host host(std::move(options));
    host.modern_tool("add", {{"a", 1}});
    host.modern_tool("add", {{"a", -1}});
    host.modern_tool("throw_up");
    host.modern_tool("no_such_tool");
    host.initialize();
    host.call("tools/call", {{"name", "echo"}, {"arguments", {{"text", "x"}}}});
  }
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[0].tool, "add");
  EXPECT_EQ(seen[0].arguments, (json{{"a", 1}, {"b", 10}}));
  EXPECT_FALSE(seen[0].is_error);
  EXPECT_EQ(seen[0].client, "modern-host");
  EXPECT_EQ(seen[1].code, "INVALID_ARGUMENT");
  EXPECT_EQ(seen[2].code, "INTERNAL_ERROR");
  EXPECT_EQ(seen[3].client, "legacy-host");
}

TEST(ToolCall, AHostileClientNameIsCleaned) {
  std::string name;
  auto options = sample_options();
  options.on_tool_call = [&](const mcp::FinishedCall& call) { name = call.client.name; };
  {
    Host host(std::move(options));
    json params = {{"name", "add"}, {"arguments", {{"a", 1}}}, {"_meta", modern_meta()}};
    params["_meta"]["io.modelcontextprotocol/clientInfo"]["name"] =
        "evil\nname\x1b[31m" + std::string(500, 'x');
    host.call("tools/call", params);
  }
  EXPECT_EQ(name.size(), 64U);
  EXPECT_THAT(name, HasSubstr("evil_name_[31m"));
}

TEST(ToolCall, ACallWithoutAConnectionGivesTheStructuredText) {
  mcp::Server server(sample_options());
  EXPECT_EQ(server.call_tool("add", R"({"a":1})").structured, R"({"sum":11})");
  EXPECT_TRUE(server.call_tool("add", "{}").is_error);
  EXPECT_THAT(server.call_tool("add", "{}").structured, HasSubstr("INVALID_ARGUMENT"));
  EXPECT_THAT(server.call_tool("no_such", "{}").usage_error, HasSubstr("Unknown tool"));
  EXPECT_THAT(server.call_tool("add", "[").usage_error, HasSubstr("not valid JSON"));
  EXPECT_THAT(server.call_tool("add", "[]").usage_error, HasSubstr("object"));
}

TEST(ToolError, HoldsWhatTheContractAsksFor) {
  const auto result =
      mcp::tool_error("NO_BROKER", "no broker", "start it", mcp::Retry::kVerifyFirst, "symbol");
  EXPECT_TRUE(result.is_error);
  EXPECT_EQ(result.structured, (json{{"error",
                                      {{"code", "NO_BROKER"},
                                       {"message", "no broker"},
                                       {"fix", "start it"},
                                       {"retry", "verify_first"},
                                       {"field", "symbol"}}}}));
}

}  // namespace
