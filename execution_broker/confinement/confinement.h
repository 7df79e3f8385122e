#pragma once

// Takes from the broker what it does not need, before it opens a book or a door: no core file, no
// debugger, no new privileges, none of its caller's environment; after confine() no program is
// started any more, files are written below the home alone and read there, below the system's own
// folders and where the settings name data, and the network reaches what the settings name.
//
// One way: nothing here can be undone. Called with one thread running; threads made later inherit it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "trading/base/result.h"

namespace broker {

// First thing in main: umask 077, RLIMIT_CORE 0, undumpable (no ptrace, /proc/PID/mem closed, by any
// uid but root), no_new_privs, and an environment without anything of the caller's. Aborts where the
// kernel refuses one of them.
void harden_process();

struct Confinement {
  std::filesystem::path home;                   // read and written
  std::vector<std::filesystem::path> readable;  // files and folders besides the system's
  bool has_network = false;                     // without it there are Unix sockets alone
  std::vector<std::uint16_t> tcp_ports;         // that may be connected to, where the kernel can tell
};

// CONFINEMENT_FAILED when the system-call filter cannot be set: the broker then does not start.
// Landlock is as much as the kernel has. The text says what holds, for the log:
// "dumpable=no seccomp=on landlock_abi=7 network=none".
trading::Result<std::string> confine(const Confinement& confinement);

struct KernelFeatures {
  int landlock_abi = 0;  // 0 = none
  bool has_seccomp_filter = false;
};
KernelFeatures kernel_features();

}  // namespace broker
