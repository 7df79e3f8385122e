#pragma once

// Seeded chance: SplitMix64. The same seed gives the same market on every machine.

#include <cstdint>
#include <string>
#include <string_view>

namespace sandbox {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // 0 .. n-1; n > 0.
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
  }
  // -n .. n, thicker in the middle.
  std::int64_t around(std::int64_t n) { return (below(2 * n + 1) + below(2 * n + 1)) / 2 - n; }
  // True `millionths` times in a million.
  bool happens(std::int64_t millionths) { return below(1'000'000) < millionths; }

 private:
  std::uint64_t state_;
};

// One seed out of several facts (FNV-1a over the text, mixed).
inline std::uint64_t mixed_seed(std::uint64_t seed, std::string_view text, std::int64_t number = 0) {
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ seed;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return Dice(hash ^ (static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15ULL)).next();
}

// 8-4-4-4-12 hexadecimal digits in the form of a version-4 UUID.
std::string uuid_from(Dice& dice);

}  // namespace sandbox
