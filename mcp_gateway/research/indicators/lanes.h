#pragma once

// Two bars side by side. Dividing and taking roots is what a processor has one unit for, and the
// unit takes two numbers in the time of one; every lane is rounded as the number alone would be.
//
// A formula that is written for any Number serves the single value (double) and the pair.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace research {

using Doubles2 = double __attribute__((vector_size(16)));

inline double root_of(double x) {
  return std::sqrt(x);
}
inline Doubles2 root_of(Doubles2 x) {
#if defined(__SSE2__)
  return _mm_sqrt_pd(x);
#else
  return Doubles2{std::sqrt(x[0]), std::sqrt(x[1])};
#endif
}

inline bool is_any_below(double x, double bound) {
  return x < bound;
}
inline bool is_any_below(Doubles2 x, double bound) {
  return x[0] < bound || x[1] < bound;
}

inline void store2(double* to, Doubles2 values) {
  std::memcpy(to, &values, sizeof values);
}

}  // namespace research
