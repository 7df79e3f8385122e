#pragma once

// Whose hands this process is in: the users of the processes it descends from, and of its terminal. In an isolated home none of
// them may be the agent: a shell, a tmux or a pseudo-terminal that he began sees every key that is typed in it, though the
// process at its end runs as the approver.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "trading/base/result.h"

namespace approval_cli {

struct Process {
  std::filesystem::path proc = "/proc";
  std::int64_t pid = 0;
  std::optional<std::uint32_t> terminal_owner;  // of the terminal it reads
};
Process this_process();

// TERMINAL_OF_AGENT names the process or the terminal; TERMINAL_UNKNOWN when an ancestor cannot be looked at. Nothing is
// refused where `agents` is empty.
trading::Status must_be_out_of_reach(const Process& process, const std::vector<std::uint32_t>& agents);

}  // namespace approval_cli
