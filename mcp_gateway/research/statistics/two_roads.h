#pragma once

// A loop that is written once and compiled twice: for every x86-64, and for those with AVX2. Both
// roads give the same bits: the lanes are fixed in the source, and no multiply-add is fused.

#if defined(__x86_64__) && defined(__GNUC__)
#define RESEARCH_HAS_AVX2_ROAD 1
#define RESEARCH_AVX2 __attribute__((target("avx2")))
#else
#define RESEARCH_HAS_AVX2_ROAD 0
#define RESEARCH_AVX2
#endif
#define RESEARCH_INLINE inline __attribute__((always_inline))

#include <cstdint>
#include <cstring>

namespace research {

// Four numbers side by side; where the machine has no such register the compiler takes two. For
// local variables only, never across a call.
using Doubles4 = double __attribute__((vector_size(32)));
using Integers4 = std::int64_t __attribute__((vector_size(32)));

template <typename Vector, typename Number>
RESEARCH_INLINE void load4(Vector& out, const Number* from) {
  std::memcpy(&out, from, sizeof out);
}

inline bool has_avx2() {
#if RESEARCH_HAS_AVX2_ROAD
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
#else
  return false;
#endif
}

}  // namespace research
