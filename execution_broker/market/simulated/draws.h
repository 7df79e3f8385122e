#pragma once

// Counter-based random numbers in integers: the n-th draw of a key is a pure function of both, so
// nothing depends on the order of questions, the build type or a maths library. The mixing step is
// the public-domain SplitMix64 finalizer.

#include <cstdint>

namespace broker::simulated {

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// What a stream of draws is for. Values are part of the simulated history: never renumber.
enum class Stream : std::uint64_t {
  kMarket = 1,
  kSector = 2,
  kCloses = 3,
  kDayShape = 4,
  kMinutes = 5,
  kPrints = 6,
  kActions = 7,
  kLocks = 8,
};

constexpr std::uint64_t key_of(std::uint64_t seed, Stream stream, std::uint64_t a = 0,
                               std::uint64_t b = 0) {
  return mix(mix(mix(seed ^ mix(static_cast<std::uint64_t>(stream))) ^ a) ^
             (b * 0xd1342543de82ef95ULL));
}

class Draws {
 public:
  explicit constexpr Draws(std::uint64_t key) : key_(key) {}
  constexpr std::uint64_t next() { return mix(key_ + 0x9e3779b97f4a7c15ULL * ++count_); }
  // Uniform in [0, n), n > 0. The bias of the modulus is below 2^-32 for the n used here.
  constexpr std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
  }

 private:
  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

// A normal variate in thousandths of a sigma from one word: the sum of its four 16-bit parts (at
// most 3.46 sigma).
constexpr std::int64_t gauss_e3(std::uint64_t word) {
  const std::int64_t sum =
      static_cast<std::int64_t>(word & 0xffff) + static_cast<std::int64_t>((word >> 16) & 0xffff) +
      static_cast<std::int64_t>((word >> 32) & 0xffff) + static_cast<std::int64_t>(word >> 48);
  return (sum - 131'070) * 1'000 / 37'837;  // mean and standard deviation of that sum
}

// The same with fat tails: one draw in 32 is two and a half times as wide.
constexpr std::int64_t fat_gauss_e3(Draws& draws) {
  const std::int64_t z = gauss_e3(draws.next());
  return (draws.next() & 31U) == 0 ? z * 5 / 2 : z;
}

// Largest r with r * r <= v, v in [0, 2^52].
constexpr std::int64_t square_root(std::int64_t v) {
  if (v <= 0) return 0;
  std::int64_t r = std::int64_t{1} << ((65 - __builtin_clzll(static_cast<std::uint64_t>(v))) / 2);
  for (;;) {  // Newton from above
    const std::int64_t next = (r + v / r) / 2;
    if (next >= r) return r;
    r = next;
  }
}

}  // namespace broker::simulated
