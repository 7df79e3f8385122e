#pragma once

// Where the home of a trading system is: --home, else TRADING_MCP_HOME, else
// $XDG_STATE_HOME/trading-mcp, else
// ~/.local/state/trading-mcp. Never the working directory, where an agent can write: a relative
// path is refused. Pure: the caller reads argv and the environment.

#include <string>
#include <vector>

#include "trading/base/result.h"

namespace trading {

struct HomeEnvironment {
  std::string trading_mcp_home;  // empty = not set, as for the others
  std::string xdg_state_home;
  std::string user_home;  // of the user, from passwd or HOME
};

// `arguments` without the program's name; --home DIR or --home=DIR may stand once. HOME_INVALID,
// HOME_UNKNOWN.
Result<std::string> resolve_home(const std::vector<std::string>& arguments,
                                          const HomeEnvironment& environment);

}  // namespace trading
