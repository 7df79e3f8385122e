#pragma once

// What every fuzz target says: a property of the code under test, and the input as text.
//
// A target feeds any bytes to one parser and states what must hold for whatever comes out: nothing
// accepted breaks the header's promise, what is written again reads the same. Crashes, leaks and
// undefined behaviour are the sanitizers' to find. With FUZZ_PLANTED_BUG a target is wrong about
// one well-formed but unusual input; finding it shows that inputs get that deep.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#define FUZZ_EXPECT(condition, why)                                                  \
  do {                                                                               \
    if (!(condition)) {                                                              \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, (why)); \
      std::abort();                                                                  \
    }                                                                                \
  } while (false)

#ifdef FUZZ_PLANTED_BUG
inline constexpr bool kBugIsPlanted = true;
#else
inline constexpr bool kBugIsPlanted = false;
#endif

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// One byte off the front, to choose a variant by; 0 when there is none.
inline std::uint8_t take_byte(const std::uint8_t*& data, std::size_t& size) {
  if (size == 0) return 0;
  --size;
  return *data++;
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
