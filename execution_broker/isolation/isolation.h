#pragma once

// Is this home one that may hold broker secrets and speak to a real exchange? Three identities: the
// broker's uid is not the agent's, what it owns is closed to others, and the agent's uid has no way
// to become root. Looked at at every start; root's own dated finding comes beside it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "trading/base/result.h"

namespace broker {

struct IsolationFacts {
  std::filesystem::path home;
  std::uint32_t broker_uid = 0;
  std::vector<std::uint32_t> agent_uids;
  std::vector<std::uint32_t> operator_uids;
  std::filesystem::path etc = "/etc";  // where sudo keeps its rules
};

// Every fault found, each a line that says what to do; empty = isolated as far as the broker's own
// eyes reach.
std::vector<std::string> isolation_faults(const IsolationFacts& facts);
// HOME_NOT_ISOLATED with all of them.
trading::Status check_isolation(const IsolationFacts& facts);

// Does this text of a sudoers file let the user become root, or anybody, without a password? Read
// strictly: what cannot be read lets him. Aliases, users by number and groups (%group, also of a
// netgroup) are followed; the newest rule does not undo an older one, so an exception behind a grant
// still counts as a grant.
bool has_passwordless_sudo(std::string_view sudoers, std::string_view user, std::uint32_t uid,
                           const std::vector<std::string>& groups);
// The files of sudo that this process may read; those that it may not are for root's own finding.
struct SudoersText {
  std::string text;
  std::vector<std::string> unread;
};
SudoersText read_sudoers(const std::filesystem::path& etc = "/etc");

// The part over one user that needs no file: names of groups that amount to root.
std::vector<std::string> root_like_groups(const std::vector<std::string>& groups);

}  // namespace broker
