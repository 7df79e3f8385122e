// Two advices: pages touched from now on shall be large; and the first one, which already stands
// small because the allocator has written its mark there, shall become large now.

#include "execution_broker/market/csv/large_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace broker::csv {

namespace {

constexpr std::uintptr_t kPage = 4'096;
constexpr std::uintptr_t kLargePage = 2'097'152;
constexpr int kCollapse = 25;  // MADV_COLLAPSE, Linux 6.1; headers of Debian 12 may lack it

void advise(std::uintptr_t begin, std::uintptr_t end, int advice) {
  // Advice that is not taken is no error.
  static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, advice));
}

}  // namespace

void ask_for_large_pages(const void* begin, std::size_t bytes) {
  if (bytes < 2 * kLargePage) return;
  const auto first = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t from = first & ~(kPage - 1);
  const std::uintptr_t to = (first + bytes) & ~(kPage - 1);
  advise(from, to, MADV_HUGEPAGE);
  advise(first & ~(kLargePage - 1), (first & ~(kLargePage - 1)) + kLargePage, kCollapse);
}

}  // namespace broker::csv
