#include "approval_cli/ancestry.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>

namespace approval_cli {
namespace {

using trading::make_error;
using trading::Result;

constexpr int kMostAncestors = 256;
constexpr char kOwnTerminal[] = "log in as the approver by himself, on a console or by ssh from another device, and sign there";

struct Seen {
  std::int64_t parent = 0;
  std::array<std::uint32_t, 4> uids{};  // real, effective, saved, of files
};

// PID/status: lines "PPid:\t1" and "Uid:\t0\t0\t0\t0".
Result<Seen> look_at(const std::filesystem::path& proc, std::int64_t pid) {
  std::ifstream file(proc / std::to_string(pid) / "status");
  Seen seen;
  bool has_parent = false, has_uids = false;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name == "PPid:") has_parent = static_cast<bool>(words >> seen.parent);
    if (name == "Uid:") has_uids = static_cast<bool>(words >> seen.uids[0] >> seen.uids[1] >> seen.uids[2] >> seen.uids[3]);
  }
  if (has_parent && has_uids && seen.parent >= 0) return seen;
  return make_error("TERMINAL_UNKNOWN", "process " + std::to_string(pid) + ", which this terminal descends from, cannot be looked at",
                    "this home is isolated, and signs only where it sees who began the terminal: mount /proc without hidepid, or " +
                        std::string(kOwnTerminal));
}

}  // namespace

Process this_process() {
  Process out;
  out.pid = ::getpid();
  struct stat terminal {};
  if (::fstat(STDIN_FILENO, &terminal) == 0) out.terminal_owner = terminal.st_uid;
  return out;
}

trading::Status must_be_out_of_reach(const Process& process, const std::vector<std::uint32_t>& agents) {
  if (agents.empty()) return {};
  const auto is_agent = [&](std::uint32_t uid) { return std::find(agents.begin(), agents.end(), uid) != agents.end(); };
  if (process.terminal_owner && is_agent(*process.terminal_owner))
    return make_error("TERMINAL_OF_AGENT", "this terminal belongs to uid " + std::to_string(*process.terminal_owner) + ", the agent's", kOwnTerminal);
  std::int64_t pid = process.pid;
  for (int steps = 0; pid != 0; ++steps) {
    if (steps == kMostAncestors) return make_error("TERMINAL_UNKNOWN", "this terminal descends from more processes than there should be", kOwnTerminal);
    ASSIGN_OR_RETURN(const Seen seen, look_at(process.proc, pid));
    if (std::any_of(seen.uids.begin(), seen.uids.end(), is_agent))
      return make_error("TERMINAL_OF_AGENT", "this terminal descends from process " + std::to_string(pid) + " of the agent's user", kOwnTerminal);
    pid = seen.parent;
  }
  return {};
}

}  // namespace approval_cli
