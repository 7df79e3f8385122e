#include "execution_broker/service/thread_share.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace broker {
namespace {

constexpr std::uint64_t kShortestSliceNs = 100'000;  // the least the kernel takes
constexpr int kLastNice = 10;

// The kernel's struct sched_attr in its first size; its own header does not go together with that of the C library.
struct SchedulingWish {
  std::uint32_t size = sizeof(SchedulingWish);
  std::uint32_t policy = 0;  // SCHED_OTHER
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};
static_assert(sizeof(SchedulingWish) == 48, "SCHED_ATTR_SIZE_VER0");

// For an ordinary thread the runtime is the slice it asks for; 0 is the system's own.
void ask_for(int nice, std::uint64_t slice_ns) {
  SchedulingWish wish;
  wish.nice = nice;
  wish.runtime_ns = slice_ns;
  (void)::syscall(SYS_sched_setattr, 0, &wish, 0U);
}

}  // namespace

void put_first_in_line() {
  ask_for(::getpriority(PRIO_PROCESS, 0), kShortestSliceNs);
}

void put_last_in_line() {
  const int nice = ::getpriority(PRIO_PROCESS, 0);
  ask_for(nice > kLastNice ? nice : kLastNice, 0);
}

}  // namespace broker
