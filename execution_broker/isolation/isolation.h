#pragma once

// Is this home one that may hold broker secrets and speak to a real exchange? Three identities: the
// broker's uid is not the agent's, what it owns is closed to others, and the agent's uid has no way
// to become root. Looked at at every start; root's own dated finding comes beside it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "trading/base/result.h"

namespace broker {

struct IsolationFacts {
  std::filesystem::path home;
  std::uint32_t broker_uid = 0;
  std::vector<std::uint32_t> agent_uids;
  std::vector<std::uint32_t> operator_uids;
};

// Every fault found, each a line that says what to do; empty = isolated as far as the broker's own
// eyes reach.
std::vector<std::string> isolation_faults(const IsolationFacts& facts);
// HOME_NOT_ISOLATED with all of them.
trading::Status check_isolation(const IsolationFacts& facts);

// The part over one user that needs no file: names of groups that amount to root.
std::vector<std::string> root_like_groups(const std::vector<std::string>& groups);

}  // namespace broker
