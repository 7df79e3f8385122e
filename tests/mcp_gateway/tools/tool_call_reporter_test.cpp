#include "mcp_gateway/tool_call_reporter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>

namespace gateway {
namespace {

using namespace std::chrono_literals;

void report(ToolCallReporter& reporter, const std::string& tool) {
  const nlohmann::json arguments = {{"symbol", "SBIN"}};
  const mcp::ClientIdentity client{.name = "host", .version = "2"};
  reporter.report({.tool = tool,
                   .arguments = arguments,
                   .is_error = true,
                   .error_code = "X",
                   .duration = std::chrono::microseconds(7),
                   .client = client});
}

TEST(ToolCallReporter, SendsWhatWasReported) {
  std::mutex mutex;
  std::vector<ReportedCall> seen;
  ToolCallReporter reporter([&](const std::vector<ReportedCall>& batch) {
    const std::lock_guard lock(mutex);
    seen.insert(seen.end(), batch.begin(), batch.end());
    return true;
  });
  for (int i = 0; i < 250; ++i) report(reporter, "tool" + std::to_string(i));
  ASSERT_TRUE(reporter.flush(5s));
  const std::lock_guard lock(mutex);
  ASSERT_EQ(seen.size(), 250U);
  EXPECT_EQ(seen[249].tool, "tool249");
  EXPECT_EQ(seen[0].client, "host/2");
  EXPECT_EQ(seen[0].error_code, "X");
  EXPECT_EQ(seen[0].duration_us, 7);
  EXPECT_EQ(seen[0].arguments_text, R"({"symbol":"SBIN"})");
}

TEST(ToolCallReporter, KeepsWhatNobodyTookInItsOrder) {
  std::atomic<bool> is_there{false};
  std::vector<std::string> seen;
  ToolCallReporter reporter([&](const std::vector<ReportedCall>& batch) {
    if (!is_there) return false;
    for (const ReportedCall& call : batch) seen.push_back(call.tool);
    return true;
  });
  report(reporter, "first");
  EXPECT_FALSE(reporter.flush(50ms));
  report(reporter, "second");
  is_there = true;
  ASSERT_TRUE(reporter.flush(5s));
  EXPECT_EQ(seen, (std::vector<std::string>{"first", "second"}));
}

TEST(ToolCallReporter, HoldsNoMoreThanItsBound) {
  std::atomic<bool> is_there{false};
  std::vector<std::string> seen;
  ToolCallReporter reporter([&](const std::vector<ReportedCall>& batch) {
    if (!is_there) return false;
    for (const ReportedCall& call : batch) seen.push_back(call.tool);
    return true;
  });
  for (std::size_t i = 0; i < ToolCallReporter::kMaxWaiting + 10; ++i) {
    report(reporter, std::to_string(i));
  }
  is_there = true;
  ASSERT_TRUE(reporter.flush(5s));
  EXPECT_EQ(seen.size(), ToolCallReporter::kMaxWaiting);
  EXPECT_EQ(seen.back(), std::to_string(ToolCallReporter::kMaxWaiting + 9));
}

TEST(ToolCallReporter, NeitherReportingNorFlushingWaitsForASlowBroker) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  ToolCallReporter reporter([released](const std::vector<ReportedCall>&) {
    released.wait();
    return true;
  });
  report(reporter, "slow");
  EXPECT_FALSE(reporter.flush(20ms));
  report(reporter, "another");  // comes back although the thread is held
  release.set_value();
  EXPECT_TRUE(reporter.flush(5s));
}

}  // namespace
}  // namespace gateway
