#include "execution_broker/storage/fail_stop.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace broker {
namespace {

std::atomic<FailStopHook> g_hook{nullptr};

}  // namespace

void fail_stop(std::string_view why) {
  // One write(2), no stdio: the line must come out whatever state the process is in.
  const std::string line =
      "event=storage.fail_stop action=abort why=\"" + std::string(why) +
      "\" next=\"nothing more is sent; restart the broker, it will reconcile\"\n";
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t n = ::write(STDERR_FILENO, line.data() + done, line.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  if (FailStopHook hook = g_hook.load()) hook(why);
  std::abort();
}

FailStopHook set_fail_stop_hook(FailStopHook hook) {
  return g_hook.exchange(hook);
}

}  // namespace broker
