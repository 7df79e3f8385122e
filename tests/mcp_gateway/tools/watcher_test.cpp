#include "mcp_gateway/resources/watcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace resources {
namespace {

using namespace std::chrono_literals;

// Waits until `holds`; a test that never gets there fails by its own assertion.
template <typename Holds>
void wait_until(Holds holds) {
  for (int i = 0; i < 2'000 && !holds(); ++i) std::this_thread::sleep_for(1ms);
}

TEST(Watcher, TellsOfChangesOfWhatIsWanted) {
  std::atomic<int> state{1};
  std::atomic<int> looks{0};
  std::atomic<int> told{0};
  std::atomic<bool> is_wanted{false};
  const Watcher watcher(
      {{"a",
        [&] {
          ++looks;
          return std::optional(std::to_string(state));
        }}},
      [&](const std::string&) { return is_wanted.load(); },
      [&](const std::string& uri) {
        EXPECT_EQ(uri, "a");
        ++told;
      },
      1ms);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(looks, 0);  // nobody asked
  is_wanted = true;
  wait_until([&] { return looks > 3; });
  EXPECT_EQ(told, 0);  // what was found first is no change
  state = 2;
  wait_until([&] { return told > 0; });
  const int after = looks;
  wait_until([&] { return looks > after + 3; });
  EXPECT_EQ(told, 1);
}

TEST(Watcher, AFailedLookIsNoChange) {
  std::atomic<int> looks{0};
  std::atomic<int> told{0};
  const Watcher watcher(
      {{"a",
        [&]() -> std::optional<std::string> {
          if (++looks % 2 == 0) return std::nullopt;
          return "same";
        }}},
      [](const std::string&) { return true; }, [&](const std::string&) { ++told; }, 1ms);
  wait_until([&] { return looks > 10; });
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace resources
