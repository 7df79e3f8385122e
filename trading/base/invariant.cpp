#include "trading/base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace trading {

void invariant_failed(const char* condition, const char* why, const char* file, int line) noexcept {
  std::fprintf(stderr, "event=invariant_failed condition=\"%s\" why=\"%s\" at=%s:%d\n", condition, why, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace trading
