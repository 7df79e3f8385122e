#pragma once

// The one way the broker stops when its storage can no longer be trusted: after an
// I/O error a commit that was reported as failed may turn out to be on the disk after all, so
// nothing may be sent, retried or decided any more. The process ends; the next start reconciles
// with the exchange.

#include <string_view>

namespace broker {

// Writes one line to stderr and aborts. Any thread; never returns.
[[noreturn]] void fail_stop(std::string_view why);

// Tests only: called with the reason before the abort, and may throw instead of returning. nullptr
// takes it away.
using FailStopHook = void (*)(std::string_view why);
FailStopHook set_fail_stop_hook(FailStopHook hook);

}  // namespace broker
