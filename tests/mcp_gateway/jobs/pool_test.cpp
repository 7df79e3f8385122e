#include "mcp_gateway/jobs/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

namespace jobs {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = 60s;  // a test that waits this long has failed

Work answering(std::string text) {
  return [text](Control&) { return Answer{text, false}; };
}

// Runs until it is cancelled, and says when it began.
struct Endless {
  std::shared_ptr<std::promise<void>> began = std::make_shared<std::promise<void>>();
  std::future<void> has_begun = began->get_future();
  Work work() const {
    return [began = began](Control& control) {
      std::promise<void> stopped;
      const std::stop_callback on_stop(control.cancellation(), [&] { stopped.set_value(); });
      control.report(3, 10);
      began->set_value();
      stopped.get_future().wait();
      return Answer{R"({"error":{"code":"CANCELLED"}})", true};
    };
  }
};

std::string started(Pool& pool, Work work) {
  auto id = pool.start("a_tool", std::move(work));
  EXPECT_TRUE(id) << (id ? "" : id.error().text());
  return id ? *id : "";
}

TEST(Pool, RunsAndKeepsTheAnswer) {
  Pool pool;
  const std::string id = started(pool, answering("{\"a\":1}"));
  const auto job = pool.wait(id, kLong, {});
  ASSERT_TRUE(job);
  EXPECT_EQ(job->state, State::kDone);
  EXPECT_EQ(job->answer->text, "{\"a\":1}");
  EXPECT_EQ(job->what, "a_tool");
  EXPECT_TRUE(pool.look(id)->answer);
  pool.forget(id);
  EXPECT_FALSE(pool.look(id));
  EXPECT_FALSE(pool.look("J-999"));
  EXPECT_FALSE(pool.cancel("nonsense"));
}

TEST(Pool, AFailureAndAnExceptionAreFailedJobs) {
  Pool pool;
  const std::string failed = started(
      pool, [](Control&) { return Answer{R"({"error":{"code":"X"}})", true}; });
  EXPECT_EQ(pool.wait(failed, kLong, {})->state, State::kFailed);
  const std::string threw =
      started(pool, [](Control&) -> Answer { throw std::runtime_error("a secret"); });
  const auto job = pool.wait(threw, kLong, {});
  EXPECT_EQ(job->state, State::kFailed);
  EXPECT_NE(job->answer->text.find("JOB_FAILED"), std::string::npos);
  EXPECT_EQ(job->answer->text.find("secret"), std::string::npos);
}

TEST(Pool, RefusesBeyondItsBoundsAndTakesAgainWhenThereIsRoom) {
  Pool pool({.threads = 1, .max_waiting = 2});
  const Endless endless;
  const std::string running = started(pool, endless.work());
  endless.has_begun.wait();
  const std::string first = started(pool, answering("1"));
  started(pool, answering("2"));
  const auto refused = pool.start("a_tool", answering("3"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "JOBS_BUSY");
  EXPECT_EQ(refused.error().retry, trading::Retry::kSafe);
  EXPECT_EQ(pool.look(first)->state, State::kQueued);
  // One that waits is cancelled at once and gives its place back.
  EXPECT_EQ(pool.cancel(first)->state, State::kCancelled);
  const std::string last = started(pool, answering("3"));
  pool.cancel(running);
  EXPECT_EQ(pool.wait(running, kLong, {})->state, State::kCancelled);
  EXPECT_EQ(pool.wait(last, kLong, {})->state, State::kDone);
}

TEST(Pool, ProgressIsSeenWhileItRuns) {
  Pool pool;
  const Endless endless;
  const std::string id = started(pool, endless.work());
  endless.has_begun.wait();
  const auto job = pool.wait(id, 1ms, {});
  EXPECT_EQ(job->state, State::kRunning);
  EXPECT_EQ(job->done, 3U);
  EXPECT_EQ(job->total, 10U);
  EXPECT_FALSE(job->answer);
  pool.cancel(id);
}

TEST(Pool, WhoWaitsIsReleasedByItsOwnStop) {
  Pool pool;
  const Endless endless;
  const std::string id = started(pool, endless.work());
  endless.has_begun.wait();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(pool.wait(id, kLong, stop.get_token())->state, State::kRunning);
  pool.cancel(id);
}

TEST(Pool, ACancelAfterTheEndChangesNothing) {
  Pool pool;
  const std::string id = started(pool, answering("1"));
  pool.wait(id, kLong, {});
  EXPECT_EQ(pool.cancel(id)->state, State::kDone);
  EXPECT_TRUE(pool.look(id)->answer);
}

TEST(Pool, KeepsTheNewestResultsAndForAWhileOnly) {
  std::atomic<std::int64_t> minutes{0};
  Pool pool({.threads = 1, .max_waiting = 8, .max_kept = 2, .kept_for = 60min}, [&minutes] {
    return std::chrono::steady_clock::time_point{} + std::chrono::minutes(1 + minutes.load());
  });
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(started(pool, answering("1")));
    pool.wait(ids.back(), kLong, {});
  }
  EXPECT_FALSE(pool.look(ids[0])) << "the oldest of three makes room";
  EXPECT_TRUE(pool.look(ids[1]));
  EXPECT_TRUE(pool.look(ids[2]));
  minutes = 60;
  EXPECT_TRUE(pool.look(ids[2]));
  minutes = 61;
  EXPECT_FALSE(pool.look(ids[1]));
  EXPECT_FALSE(pool.look(ids[2]));
}

TEST(Pool, EndsWithWorkUnderWayAndWorkThatWaits) {
  const Endless endless;
  std::atomic<bool> has_run{false};
  {
    Pool pool({.threads = 1});
    started(pool, endless.work());
    endless.has_begun.wait();
    started(pool, [&has_run](Control&) {
      has_run = true;
      return Answer{};
    });
  }
  EXPECT_FALSE(has_run) << "what waits is not begun at the end";
}

TEST(Pool, ManyThreadsStartWaitAndCancelAtOnce) {
  Pool pool({.threads = 3, .max_waiting = 4, .max_kept = 5});
  std::atomic<int> answered{0}, refused{0}, cancelled{0};
  {
    std::vector<std::jthread> callers;
    for (int k = 0; k < 6; ++k) {
      callers.emplace_back([&, k] {
        for (int i = 0; i < 200; ++i) {
          const auto id = pool.start("a_tool", answering("1"));
          if (!id) {
            ++refused;
            continue;
          }
          if (i % 3 == k % 3) pool.cancel(*id);
          const auto job = pool.wait(*id, kLong, {});
          // Its result may have made room for newer ones already.
          if (job && job->state == State::kCancelled) ++cancelled;
          if (!job || job->state == State::kDone) ++answered;
        }
      });
    }
  }
  EXPECT_EQ(answered + refused + cancelled, 6 * 200);
  EXPECT_GT(answered, 0);
}

}  // namespace
}  // namespace jobs
