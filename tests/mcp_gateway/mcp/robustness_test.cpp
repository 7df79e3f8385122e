// Bad input never ends the connection, and the end of the connection always ends the server.
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "mcp_gateway/mcp/tool_result.h"
#include "tests/mcp_gateway/mcp/host.h"
#include "tests/mcp_gateway/mcp/sample.h"

namespace {

using nlohmann::json;

json wait_call() {
  return {{"name", "wait"}, {"arguments", json::object()}};
}

TEST(Robustness, BadLinesGetOneErrorAndTheConnectionGoesOn) {
  Host host(sample_options());
  host.initialize();
  const struct {
    std::string line;
    int code;
  } kCases[] = {
      {"not json", -32700},
      {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xFF\"}", -32700},
      {std::string(10'000, '['), -32600},
      {std::string(10'000, '[') + std::string(10'000, ']'), -32600},
      {R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":1})", -32600},
      {R"("text")", -32600},
      {R"(null)", -32600},
      {R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", -32600},
  };
  for (const auto& it : kCases) {
    host.send(it.line);
    EXPECT_EQ(host.next().at("error").at("code"), it.code) << it.line.substr(0, 60);
    EXPECT_TRUE(host.is_silent()) << it.line.substr(0, 60);
  }
}

TEST(Robustness, AnElevenMebibyteLineGetsOneError) {
  Host host(sample_options());
  host.initialize();
  host.send(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":")" +
            std::string(std::size_t{11} * 1024 * 1024, 'x') + "\"}}");
  EXPECT_EQ(host.next().at("error").at("code"), -32600);
  EXPECT_TRUE(host.is_silent());
}

TEST(Robustness, BlankLinesAndCarriageReturnsAreAccepted) {
  Host host(sample_options());
  host.send("");
  host.send("\r");
  host.send("  ");
  host.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r");
  EXPECT_EQ(host.next(), (json{{"jsonrpc", "2.0"}, {"id", 1}, {"result", json::object()}}));
}

TEST(Robustness, ParametersOfTheWrongTypeAreRefused) {
  Host host(sample_options());
  host.initialize();
  for (const char* params : {"[]", "1", "\"x\"", "{\"_meta\":1}"}) {
    host.send(std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":)") + params +
              "}");
    EXPECT_EQ(host.next().at("error").at("code"), -32602) << params;
  }
}

TEST(Robustness, TheEndOfInputEndsTheServerAtOnce) {
  Host host(sample_options());
  host.initialize();
  const auto start = std::chrono::steady_clock::now();
  host.end_input();
  EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_TRUE(host.next().is_discarded());
}

TEST(Robustness, TheEndOfInputCancelsRunningCalls) {
  Host host(sample_options());
  host.initialize();
  host.request("slow", "tools/call", wait_call());
  host.end_input();
  EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
  EXPECT_EQ(host.next().at("result").at("structuredContent"), (json{{"was_cancelled", true}}));
}

TEST(Robustness, RequestsBeforeTheEndOfInputAreStillAnswered) {
  auto options = sample_options();
  options.limits.finish_patience = std::chrono::seconds(10);
  Host host(std::move(options));
  host.initialize();
  for (int i = 0; i < 20; ++i) {
    host.request(i, "tools/call", {{"name", "add"}, {"arguments", {{"a", i}}}});
  }
  host.end_input();
  EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
  int answers = 0;
  for (json reply = host.next(); !reply.is_discarded(); reply = host.next()) ++answers;
  EXPECT_EQ(answers, 20);
}

TEST(Robustness, AClosedOutputEndsTheServer) {
  Host host(sample_options());
  host.initialize();
  host.request("slow", "tools/call", wait_call());
  host.stop_reading();
  host.request(1, "ping");
  EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
}

TEST(Robustness, AClientThatNeverReadsCannotKeepTheServer) {
  auto options = sample_options();
  options.limits.cancel_patience =
      std::chrono::milliseconds(1);  // they wait to write, not to be cancelled
  Host host(std::move(options));
  host.initialize();
  for (int i = 0; i < 4; ++i) {
    host.request(i, "tools/call", {{"name", "big"}, {"arguments", {{"bytes", 50'000}}}});
  }
  host.end_input();
  EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
}

TEST(Robustness, StopEndsAServerThatCannotWrite) {
  Host host(sample_options());
  host.initialize();
  for (int i = 0; i < 100; ++i) host.request(i, "tools/list");  // far more than a pipe holds
  host.server().stop();
  EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
}

TEST(Robustness, LongNamesAreCutBetweenCodePoints) {
  Host host(sample_options());
  host.initialize();
  std::string name = "x";
  for (int i = 0; i < 40; ++i) name += "\xE2\x82\xB9";
  EXPECT_EQ(host.call(name).at("error").at("code"), -32601);
  EXPECT_EQ(host.call("tools/call", {{"name", name}}).at("error").at("code"), -32602);
  EXPECT_EQ(host.call("tools/call", {{"name", "add"}, {"arguments", {{"a", 1}, {name, 1}}}})
                .at("result")
                .at("isError"),
            true);
}

// The handler below minds no cancellation: the process must be able to end without it.
TEST(Robustness, ACallThatDoesNotComeBackIsReported) {
  std::promise<void> release;
  auto options = sample_options();
  options.limits.cancel_patience = options.limits.abandon_patience = std::chrono::milliseconds(1);
  options.tools.push_back({.name = "stubborn",
                           .title = {},
                           .description = "Waits for the test.",
                           .toolsets = {"core"},
                           .annotations = mcp::kReads,
                           .input = {},
                           .output = {},
                           .handler = [released = release.get_future().share()](
                                          const json&, mcp::ToolContext&) -> mcp::ToolResult {
                             released.wait();
                             return json::object();
                           }});
  Host host(std::move(options));
  host.initialize();
  host.request("stuck", "tools/call", {{"name", "stubborn"}});
  host.end_input();
  EXPECT_EQ(host.join(), mcp::Server::End::kCallsStillRunning);
  release.set_value();
}

TEST(Robustness, StopEndsTheServerAndItsCalls) {
  Host host(sample_options());
  host.initialize();
  host.request("slow", "tools/call", wait_call());
  EXPECT_EQ(host.call("ping").at("result"), json::object());
  host.server().stop();
  EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
}

TEST(Robustness, TwoServersServeBesideEachOther) {
  Host probe(sample_options());
  Host real(sample_options());
  EXPECT_TRUE(probe.modern("server/discover").contains("result"));
  real.initialize();
  probe.end_input();
  probe.join();
  EXPECT_TRUE(real.call("tools/list").contains("result"));
}

}  // namespace
