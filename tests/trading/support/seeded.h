#pragma once

// Random numbers of the property tests: the same on every machine for a seed. TRADING_TEST_SEED
// overrides the seed of a test; it is printed at the start and, through the trace, with every
// failure.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace trading::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {  // splitmix64
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  // first <= value <= last
  std::int64_t between(std::int64_t first, std::int64_t last) {
    const auto span = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) +
                                     (span == 0 ? next() : next() % span));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }

 private:
  std::uint64_t state_;
};

inline std::uint64_t seed_of(std::uint64_t usual) {
  const char* given = std::getenv("TRADING_TEST_SEED");
  const std::uint64_t seed = given == nullptr ? usual : std::strtoull(given, nullptr, 10);
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  std::printf("seed=%llu test=%s.%s\n", static_cast<unsigned long long>(seed),
              info->test_suite_name(), info->name());
  return seed;
}

}  // namespace trading::test

#define SEEDED_RANDOM(name, usual_seed)                                   \
  const std::uint64_t name##_seed = ::trading::test::seed_of(usual_seed); \
  SCOPED_TRACE("seed " + std::to_string(name##_seed));                    \
  ::trading::test::Random name(name##_seed)
