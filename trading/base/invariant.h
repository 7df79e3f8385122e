#pragma once

// INVARIANT(condition, why): a fact that the program itself guarantees. When it does not hold, nothing that
// follows can be trusted, so the process aborts, in release builds too. Never used for input from outside:
// that gets an Error.

namespace trading {

[[noreturn]] void invariant_failed(const char* condition, const char* why, const char* file, int line) noexcept;

}  // namespace trading

#define INVARIANT(condition, why)                                               \
  do {                                                                          \
    if (!(condition)) [[unlikely]]                                              \
      ::trading::invariant_failed(#condition, (why), __FILE__, __LINE__);       \
  } while (false)
