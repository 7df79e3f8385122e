#include "execution_broker/desk/desk_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <string>
#include <vector>

namespace broker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

DeskThread::Deadline in(milliseconds span) {
  return std::chrono::steady_clock::now() + span;
}

// Keeps the desk's thread busy until it is let go.
class Occupied {
 public:
  explicit Occupied(DeskThread& desk) {
    worker_ = std::thread([this, &desk] {
      EXPECT_TRUE(desk.run(DeskLane::kNormal, in(seconds(20)), [this] {
        begun_.count_down();
        release_.wait();
      }));
    });
    begun_.wait();
  }
  ~Occupied() {
    let_go();
    worker_.join();
  }
  void let_go() {
    if (!is_released_.exchange(true)) release_.count_down();
  }

 private:
  std::latch begun_{1};
  std::latch release_{1};
  std::atomic<bool> is_released_{false};
  std::thread worker_;
};

void wait_for_waiting(const DeskThread& desk, std::size_t jobs) {
  while (desk.waiting() < jobs) std::this_thread::yield();
}

TEST(DeskThread, ReturnsWhatTheJobReturned) {
  DeskThread desk({});
  EXPECT_EQ(*desk.run(DeskLane::kNormal, in(seconds(5)), [] { return 42; }), 42);
  EXPECT_TRUE(desk.run(DeskLane::kStop, in(seconds(5)), [] {}));
  const auto failed = desk.run(DeskLane::kNormal, in(seconds(5)), []() -> trading::Result<int> {
    return trading::make_error("UNKNOWN_ORDER", "P-000009 is unknown");
  });
  EXPECT_EQ(failed.error().code, "UNKNOWN_ORDER");
  const auto thread_of_jobs =
      desk.run(DeskLane::kNormal, in(seconds(5)), [] { return std::this_thread::get_id(); });
  EXPECT_NE(*thread_of_jobs, std::this_thread::get_id());
}

TEST(DeskThread, ExceptionsStayOnTheThread) {
  DeskThread desk({});
  const auto failed = desk.run(DeskLane::kNormal, in(seconds(5)),
                               []() -> int { throw std::runtime_error("boom"); });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "DESK_FAILED");
  EXPECT_EQ(failed.error().retry, trading::Retry::kVerifyFirst);
  EXPECT_TRUE(desk.run(DeskLane::kNormal, in(seconds(5)), [] {})) << "and it goes on";
}

TEST(DeskThread, TheStopLaneGoesFirst) {
  DeskThread desk({});
  std::vector<std::string> order;  // touched on the desk's thread only, read after the end
  std::vector<std::thread> callers;
  {
    Occupied occupied(desk);
    for (int i = 0; i < 3; ++i) {
      callers.emplace_back([&] {
        EXPECT_TRUE(
            desk.run(DeskLane::kNormal, in(seconds(20)), [&] { order.emplace_back("normal"); }));
      });
    }
    wait_for_waiting(desk, 3);
    callers.emplace_back([&] {
      EXPECT_TRUE(desk.run(DeskLane::kStop, in(seconds(20)), [&] { order.emplace_back("stop"); }));
    });
    wait_for_waiting(desk, 4);
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(order, (std::vector<std::string>{"stop", "normal", "normal", "normal"}));
}

TEST(DeskThread, AFullLaneRefusesAndLeavesTheOtherOpen) {
  DeskThread desk({});
  std::vector<std::thread> callers;
  {
    Occupied occupied(desk);
    for (std::size_t i = 0; i < DeskThread::kMaxWaiting; ++i) {
      callers.emplace_back(
          [&] { EXPECT_TRUE(desk.run(DeskLane::kNormal, in(seconds(20)), [] {})); });
    }
    wait_for_waiting(desk, DeskThread::kMaxWaiting);
    const auto refused = desk.run(DeskLane::kNormal, in(seconds(20)), [] {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "BROKER_BUSY");
    EXPECT_EQ(refused.error().retry, trading::Retry::kSafe);
    callers.emplace_back([&] { EXPECT_TRUE(desk.run(DeskLane::kStop, in(seconds(20)), [] {})); });
    wait_for_waiting(desk, DeskThread::kMaxWaiting + 1);
  }
  for (std::thread& caller : callers) caller.join();
}

// An answer may say "done" only when what it rests on is on the disk.
TEST(DeskThread, AnAnswerLeavesAfterSettling) {
  std::atomic<int> unsettled{0};
  DeskThread desk({milliseconds(250), {}, [&] { unsettled = 0; }});
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(desk.run(DeskLane::kNormal, in(seconds(5)), [&] { ++unsettled; }));
    EXPECT_EQ(unsettled.load(), 0);
  }
}

TEST(DeskThread, JobsThatWaitedShareOneSettling) {
  std::atomic<int> settled{0};
  DeskThread desk({seconds(60), {}, [&] { ++settled; }});
  std::vector<std::thread> callers;
  {
    Occupied occupied(desk);
    for (std::size_t i = 0; i < 2 * DeskThread::kMostTogether; ++i)
      callers.emplace_back(
          [&] { EXPECT_TRUE(desk.run(DeskLane::kNormal, in(seconds(20)), [] {})); });
    wait_for_waiting(desk, 2 * DeskThread::kMostTogether);
  }
  for (std::thread& caller : callers) caller.join();
  // The occupying job and seven of the sixteen, eight, and the last one.
  EXPECT_EQ(settled.load(), 3);
}

TEST(DeskThread, TheTickIsSettledToo) {
  std::atomic<int> ticks{0};
  std::atomic<int> settled_ticks{0};
  DeskThread desk({milliseconds(1), [&] { ++ticks; }, [&] { settled_ticks = ticks.load(); }});
  while (settled_ticks.load() < 3) std::this_thread::yield();
  SUCCEED();
}

TEST(DeskThread, AJobThatHasNotBegunByItsDeadlineNeverRuns) {
  DeskThread desk({});
  bool has_run = false;
  {
    Occupied occupied(desk);
    const auto late = desk.run(DeskLane::kNormal, in(milliseconds(20)), [&] { has_run = true; });
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "BROKER_BUSY");
    EXPECT_EQ(desk.waiting(), 0U);
  }
  EXPECT_TRUE(desk.run(DeskLane::kNormal, in(seconds(5)), [] {}));
  EXPECT_FALSE(has_run);
}

TEST(DeskThread, AJobThatHasBegunIsWaitedFor) {
  DeskThread desk({});
  const auto answer = desk.run(DeskLane::kNormal, in(milliseconds(5)), [] {
    const auto until = in(milliseconds(40));
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return 1;
  });
  // On a crowded machine the job may not have begun in time: then it must not have run either.
  EXPECT_TRUE(answer || answer.error().code == "BROKER_BUSY");
}

TEST(DeskThread, TicksAlsoBetweenJobs) {
  std::atomic<int> ticks{0};
  DeskThread desk({milliseconds(1), [&] { ++ticks; }});
  while (ticks < 3) EXPECT_TRUE(desk.run(DeskLane::kNormal, in(seconds(5)), [] {}));
  const int before = ticks;
  while (ticks < before + 3) std::this_thread::yield();
}

TEST(DeskThread, StoppingRunsTheStopsAndRefusesTheRest) {
  DeskThread desk({});
  std::promise<trading::Status> normal;
  std::promise<trading::Status> stop;
  std::thread normal_caller;
  std::thread stop_caller;
  std::thread stopper;
  {
    Occupied occupied(desk);
    normal_caller =
        std::thread([&] { normal.set_value(desk.run(DeskLane::kNormal, in(seconds(20)), [] {})); });
    stop_caller =
        std::thread([&] { stop.set_value(desk.run(DeskLane::kStop, in(seconds(20)), [] {})); });
    wait_for_waiting(desk, 2);
    stopper = std::thread([&] { desk.stop(); });
    while (true) {  // stop() has been seen once a new job is refused for it
      const auto refused = desk.run(DeskLane::kNormal, in(milliseconds(1)), [] {});
      if (refused.error().code == "BROKER_STOPPING") break;
    }
  }
  normal_caller.join();
  stop_caller.join();
  stopper.join();
  EXPECT_TRUE(stop.get_future().get());
  const trading::Status refused = normal.get_future().get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "BROKER_STOPPING");
  EXPECT_EQ(refused.error().retry, trading::Retry::kSafe);
}

}  // namespace
}  // namespace broker
