#include "mcp_gateway/jsonrpc/crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>

namespace jsonrpc {
namespace {

using namespace std::chrono_literals;

// Hands out the jobs in order, then the end.
Crew::ReadTurn script(std::vector<Job> jobs) {
  auto rest = std::make_shared<std::deque<Job>>(jobs.begin(), jobs.end());
  return [rest]() -> std::optional<Job> {
    if (rest->empty()) return std::nullopt;
    Job job = std::move(rest->front());
    rest->pop_front();
    return job;
  };
}

TEST(Crew, RunsEveryJobOnce) {
  std::atomic<int> runs = 0;
  std::vector<Job> jobs(1000, Job{[&runs] { ++runs; }, [] { FAIL(); }});
  jobs.insert(jobs.begin() + 500, 3, Job{});  // messages that were answered at once
  Crew crew(4, 1000, script(jobs));
  crew.wait_for_end_of_input();
  EXPECT_TRUE(crew.wait_for_jobs(10s));
  EXPECT_EQ(runs, 1000);
}

TEST(Crew, ReadsOnWhileJobsRun) {
  std::promise<void> later_message_read;
  auto read = later_message_read.get_future().share();
  int turn = 0;
  const auto read_turn = [&]() -> std::optional<Job> {
    switch (turn++) {
      case 0:
      case 1:
        return Job{[read] { read.wait(); }, [] {}};
      case 2:
        later_message_read.set_value();
        return Job{};
      default:
        return std::nullopt;
    }
  };
  Crew crew(2, 0, read_turn);
  crew.wait_for_end_of_input();
  EXPECT_TRUE(crew.wait_for_jobs(10s));
}

TEST(Crew, JobsBeyondTheLimitWaitAndThenAreRefused) {
  std::promise<void> release;
  auto released = release.get_future().share();
  std::atomic<int> runs = 0;
  std::atomic<int> refusals = 0;
  const Job slow{[&] {
                   released.wait();
                   ++runs;
                 },
                 [&] { ++refusals; }};
  Crew crew(2, 3, script(std::vector<Job>(8, slow)));
  crew.wait_for_end_of_input();
  EXPECT_EQ(refusals, 3);
  EXPECT_FALSE(crew.wait_for_jobs(0ms));
  release.set_value();
  EXPECT_TRUE(crew.wait_for_jobs(10s));
  EXPECT_EQ(runs, 5);
}

}  // namespace
}  // namespace jsonrpc
