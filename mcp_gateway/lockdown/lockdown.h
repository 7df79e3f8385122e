#pragma once

// Takes from the gateway what it does not need, before it reads the first word of an agent: after
// this it can read its libraries, talk to Unix sockets and compute. It opens no file for writing,
// reaches no network, starts no program, signals no other process.
//
// One way: nothing here can be undone. Called with one thread running; threads made later inherit
// it.

#include <string>

#include "trading/base/result.h"

namespace lockdown {

// LOCKDOWN_FAILED when the system-call filter or a limit cannot be set: the gateway then does not
// start. Landlock is best effort. The text says what holds: "seccomp=on landlock_abi=7".
trading::Result<std::string> lock_down();

}  // namespace lockdown
