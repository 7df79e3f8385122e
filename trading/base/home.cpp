#include "trading/base/home.h"

#include <algorithm>
#include <optional>

#include "trading/base/text.h"

namespace trading {

namespace {

constexpr std::size_t kLongestPath = 4'000;

Result<std::string> absolute(std::string path, const std::string& field) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
  const bool is_good = !path.empty() && path.front() == '/' && path.size() <= kLongestPath &&
                       std::all_of(path.begin(), path.end(), is_plain);
  if (!is_good)
    return make_error("HOME_INVALID", field + " is " + quoted(path),
                      "give an absolute path, e.g. /home/me/trading", Retry::kNo, field);
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

Result<std::optional<std::string>> home_option(const std::vector<std::string>& arguments) {
  constexpr std::string_view kOption = "--home";
  std::optional<std::string> found;
  const auto take = [&](std::string value) -> Status {
    if (found)
      return make_error("HOME_INVALID", "--home is given twice", "give it once",
                        Retry::kNo, "--home");
    ASSIGN_OR_RETURN(found, absolute(std::move(value), "--home"));
    return {};
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--") break;
    if (argument == kOption) {
      RETURN_IF_ERROR(take(i + 1 < arguments.size() ? arguments[i + 1] : ""));
      ++i;
    } else if (argument.rfind("--home=", 0) == 0) {
      RETURN_IF_ERROR(take(argument.substr(kOption.size() + 1)));
    }
  }
  return found;
}

}  // namespace

Result<std::string> resolve_home(const std::vector<std::string>& arguments,
                                 const HomeEnvironment& environment) {
  ASSIGN_OR_RETURN(const auto option, home_option(arguments));
  if (option) return *option;
  if (!environment.trading_mcp_home.empty())
    return absolute(environment.trading_mcp_home, "TRADING_MCP_HOME");
  if (!environment.xdg_state_home.empty()) {
    ASSIGN_OR_RETURN(const std::string state,
                     absolute(environment.xdg_state_home, "XDG_STATE_HOME"));
    return state + "/trading-mcp";
  }
  if (environment.user_home.empty())
    return make_error("HOME_UNKNOWN", "the user has no home directory", "give --home DIR",
                      Retry::kNo, "--home");
  ASSIGN_OR_RETURN(const std::string user, absolute(environment.user_home, "HOME"));
  return user + "/.local/state/trading-mcp";
}

}  // namespace trading
