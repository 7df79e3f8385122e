#include "trading/base/home.h"

#include <gtest/gtest.h>

namespace trading {
namespace {

const HomeEnvironment kAll{"/srv/trading", "/var/state", "/home/me"};

TEST(Home, OptionComesFirst) {
  EXPECT_EQ(*resolve_home({"--home", "/a"}, kAll), "/a");
  EXPECT_EQ(*resolve_home({"doctor", "--home=/a/b/"}, kAll), "/a/b");
}

TEST(Home, ThenTheVariableThenTheStateFolderThenTheUsersHome) {
  EXPECT_EQ(*resolve_home({}, kAll), "/srv/trading");
  EXPECT_EQ(*resolve_home({}, {"", "/var/state", "/home/me"}), "/var/state/trading-mcp");
  EXPECT_EQ(*resolve_home({}, {"", "", "/home/me"}), "/home/me/.local/state/trading-mcp");
}

TEST(Home, IsNeverRelativeToTheWorkingDirectory) {
  EXPECT_EQ(resolve_home({"--home", "here"}, kAll).error().code, "HOME_INVALID");
  EXPECT_EQ(resolve_home({"--home", "."}, kAll).error().code, "HOME_INVALID");
  EXPECT_EQ(resolve_home({"--home"}, kAll).error().code, "HOME_INVALID");
  EXPECT_EQ(resolve_home({"--home="}, kAll).error().code, "HOME_INVALID");
  EXPECT_EQ(resolve_home({}, {"trading", "", "/home/me"}).error().field, "TRADING_MCP_HOME");
  EXPECT_EQ(resolve_home({}, {"", "state", "/home/me"}).error().field, "XDG_STATE_HOME");
  EXPECT_EQ(resolve_home({}, {"", "", ""}).error().code, "HOME_UNKNOWN");
}

TEST(Home, RefusesTwoOptionsAndControlCharacters) {
  EXPECT_EQ(resolve_home({"--home", "/a", "--home", "/b"}, kAll).error().code, "HOME_INVALID");
  EXPECT_EQ(resolve_home({"--home", "/a\nb"}, kAll).error().code, "HOME_INVALID");
  EXPECT_EQ(*resolve_home({"--", "--home", "/a"}, kAll), "/srv/trading");
}

}  // namespace
}  // namespace trading
