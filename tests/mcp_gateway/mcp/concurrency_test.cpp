// What may happen while a call runs: other messages, cancellation, progress, too many calls.
#include <gtest/gtest.h>

#include "tests/mcp_gateway/mcp/host.h"
#include "tests/mcp_gateway/mcp/sample.h"

namespace {

using nlohmann::json;

json wait_params(json meta = json::object()) {
  return {{"name", "wait"}, {"arguments", json::object()}, {"_meta", std::move(meta)}};
}

TEST(Concurrency, OtherMessagesAreAnsweredWhileACallRuns) {
  Host host(sample_options());
  host.initialize();
  host.request("slow", "tools/call", wait_params());
  EXPECT_EQ(host.call("ping").at("result"), json::object());
  EXPECT_TRUE(host.call("tools/list").contains("result"));
  EXPECT_EQ(host.call("tools/call", {{"name", "add"}, {"arguments", {{"a", 1}}}})
                .at("result")
                .at("structuredContent"),
            (json{{"sum", 11}}));
}

TEST(Concurrency, ACancelledCallStopsAndIsNeverAnswered) {
  bool was_cancelled = false;
  auto options = sample_options();
  options.on_tool_call = [&](const mcp::FinishedCall& call) {
    if (call.tool == "wait") was_cancelled = call.is_cancelled;
  };
  {
    Host host(std::move(options));
    host.initialize();
    // Its first progress message tells that it runs.
    host.request(7, "tools/call", wait_params({{"progressToken", "t"}}));
    EXPECT_EQ(host.next().at("method"), "notifications/progress");
    host.notify("notifications/cancelled", {{"requestId", 7}, {"reason", "no longer needed"}});
    EXPECT_TRUE(host.is_silent());
    host.end_input();
    EXPECT_EQ(host.join(), mcp::Server::End::kDrained);
    EXPECT_TRUE(host.next().is_discarded());
  }
  EXPECT_TRUE(was_cancelled);
}

TEST(Concurrency, CancellingWhatIsNotRunningIsIgnored) {
  Host host(sample_options());
  host.initialize();
  for (const json& params : {json{{"requestId", 99}}, json{{"requestId", nullptr}}, json::object(),
                             json{{"requestId", {1}}}, json::array()}) {
    host.notify("notifications/cancelled", params);
  }
  host.notify("notifications/no_such_thing");
  host.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})");
  host.send(R"({"jsonrpc":"2.0","id":5,"result":{}})");
  EXPECT_TRUE(host.is_silent());
}

TEST(Concurrency, TheIdOfARunningRequestCannotBeUsedAgain) {
  Host host(sample_options());
  host.initialize();
  host.request("same", "tools/call", wait_params());
  host.request("same", "tools/call", wait_params());
  EXPECT_EQ(host.next().at("error").at("code"), -32600);
}

TEST(Concurrency, CallsBeyondTheQueueGetABusyToolError) {
  auto options = sample_options();
  options.limits.max_running = 1;
  options.limits.max_waiting = 1;
  Host host(std::move(options));
  host.initialize();
  host.request("runs", "tools/call", wait_params());
  host.request("waits", "tools/call", wait_params());
  const json refused = host.call("tools/call", wait_params()).at("result");
  EXPECT_EQ(refused.at("isError"), true);
  EXPECT_EQ(refused.at("structuredContent").at("error").at("code"), "GATEWAY_BUSY");
  EXPECT_EQ(refused.at("structuredContent").at("error").at("retry"), "safe");
  EXPECT_EQ(host.call("resources/read", {{"uri", "trading://orders"}}).at("error").at("code"),
            -32603);
  // A waiting call that is cancelled is never begun, and never answered.
  host.notify("notifications/cancelled", {{"requestId", "waits"}});
  host.notify("notifications/cancelled", {{"requestId", "runs"}});
  host.end_input();
  host.join();
  EXPECT_TRUE(host.next().is_discarded());
}

TEST(Concurrency, ManyCallsAreAllAnsweredOnce) {
  Host host(sample_options());
  host.initialize();
  constexpr int kCalls = 100;
  for (int i = 0; i < kCalls; ++i) {
    host.request(i, "tools/call", {{"name", "add"}, {"arguments", {{"a", i}, {"b", 0}}}});
  }
  std::vector<int> answers(kCalls, 0);
  for (int i = 0; i < kCalls; ++i) {
    const json reply = host.next();
    const int id = reply.at("id").get<int>();
    EXPECT_EQ(reply.at("result").at("structuredContent").at("sum"), id);
    ++answers.at(static_cast<std::size_t>(id));
  }
  EXPECT_EQ(answers, std::vector<int>(kCalls, 1));
}

TEST(Progress, IsToldOnlyToThoseWhoAskAndRisesStrictly) {
  Host host(sample_options());
  host.initialize();
  for (const json& token : {json("t"), json(0)}) {
    host.request(
        "id", "tools/call",
        {{"name", "step"}, {"arguments", {{"steps", 3}}}, {"_meta", {{"progressToken", token}}}});
    for (int i = 1; i <= 3; ++i) {
      EXPECT_EQ(
          host.next(),
          (json{{"jsonrpc", "2.0"},
                {"method", "notifications/progress"},
                {"params",
                 {{"progressToken", token}, {"progress", i}, {"total", 3}, {"message", "step"}}}}));
    }
    EXPECT_EQ(host.next().at("id"), "id");
  }
  EXPECT_TRUE(host.call("tools/call", {{"name", "step"}, {"arguments", {{"steps", 3}}}})
                  .contains("result"));
  EXPECT_TRUE(host.is_silent());
}

TEST(Progress, IsRateLimitedButForTheLastStep) {
  auto options = sample_options();
  options.limits.progress_interval = std::chrono::hours(1);
  Host host(std::move(options));
  host.initialize();
  host.request(
      "id", "tools/call",
      {{"name", "step"}, {"arguments", {{"steps", 500}}}, {"_meta", {{"progressToken", 1}}}});
  EXPECT_EQ(host.next().at("params").at("progress"), 1);
  EXPECT_EQ(host.next().at("params").at("progress"), 500);
  EXPECT_EQ(host.next().at("id"), "id");
}

TEST(Progress, ABadTokenIsRefused) {
  Host host(sample_options());
  host.initialize();
  for (const json& token : {json(1.5), json(), json::object()}) {
    EXPECT_EQ(
        host.call("tools/call", wait_params({{"progressToken", token}})).at("error").at("code"),
        -32602);
  }
}

}  // namespace
