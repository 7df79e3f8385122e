// The program as it is shipped, locked down, against the doors of a broker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/test_broker.h"

namespace {

using nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

struct Outcome {
  std::string out;
  int code = -1;
};

Outcome run(const std::string& arguments) {
  const std::string command = std::string(GATEWAY_PROGRAM) + " " + arguments + " 2>/dev/null";
  Outcome outcome;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    outcome.out.append(buffer.data(), got);
  }
  outcome.code = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

TEST(Program, ACallPrintsTheStructuredContentOnOneLine) {
  broker::TestBroker broker;
  broker.open();
  const std::string home = "--home " + broker.folder.path().string();
  const Outcome price = run(home + R"( --call fetch_live_price '{"symbol":"SBIN"}')");
  EXPECT_EQ(price.code, 0) << price.out;
  EXPECT_EQ(std::count(price.out.begin(), price.out.end(), '\n'), 1);
  EXPECT_EQ(json::parse(price.out)["last_price"], 812.05);
  // The call is in the audit when the program has ended.
  const std::lock_guard lock(broker.mutex);
  ASSERT_EQ(broker.tool_calls.size(), 1U);
  EXPECT_EQ(broker.tool_calls[0].tool, "fetch_live_price");
  EXPECT_EQ(broker.tool_calls[0].arguments_sha256.size(), 64U);
}

TEST(Program, ExitCodes) {
  broker::TestBroker broker;
  broker.open();
  const std::string home = "--home " + broker.folder.path().string();
  EXPECT_EQ(run(home + " --call fetch_live_price '{}'").code, 1);
  EXPECT_EQ(run(home + " --call no_such_tool").code, 2);
  EXPECT_EQ(run(home + " --call fetch_live_price 'not json'").code, 2);
  EXPECT_EQ(run("--nonsense").code, 2);
  EXPECT_EQ(run("--home relative --call fetch_portfolio").code, 2);
  EXPECT_EQ(run("--toolsets nope --list-tools").code, 2);
  broker.close();
  const Outcome without = run(home + " --call fetch_portfolio");
  EXPECT_EQ(without.code, 3);
  EXPECT_EQ(json::parse(without.out)["error"]["code"], "BROKER_NOT_RUNNING");
}

TEST(Program, ListsToolsWithoutAHome) {
  const Outcome core = run("--list-tools");
  EXPECT_EQ(core.code, 0);
  EXPECT_THAT(core.out, HasSubstr("place_paper_order\n"));
  EXPECT_EQ(core.out.find("reset_paper_account"), std::string::npos);
  EXPECT_THAT(run("--list-tools --toolsets all").out, HasSubstr("reset_paper_account\n"));
  EXPECT_EQ(run("--list-tools --read-only").out.find("place_paper_order"), std::string::npos);
  EXPECT_THAT(run("--tool-table").out, HasSubstr("| `fetch_live_price` | `symbol` | core |"));
  EXPECT_EQ(run("--version").code, 0);
  EXPECT_THAT(run("--help").out, HasSubstr("usage:"));
}

TEST(Program, SpeaksMcpOnItsStandardStreams) {
  broker::TestBroker broker;
  broker.open();
  const std::string lines =
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})"
      "\n"
      R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
      "\n"
      R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"fetch_portfolio","arguments":{}}})"
      "\n";
  const std::string file = broker.folder.path() / "lines";
  std::FILE* out = std::fopen(file.c_str(), "w");
  std::fputs(lines.c_str(), out);
  std::fclose(out);
  const Outcome outcome = run("--home " + broker.folder.path().string() + " < " + file);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\"instructions\""));
  EXPECT_THAT(outcome.out, HasSubstr("\"structuredContent\":{"));
  EXPECT_THAT(outcome.out, HasSubstr("\"books\""));
}

}  // namespace
