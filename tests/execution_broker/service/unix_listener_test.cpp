#include "execution_broker/service/unix_listener.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/execution_broker/service/raw_socket.h"
#include "tests/support/test_broker.h"

namespace broker {
namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0);
  return facts.st_mode & 07777;
}

TEST(UnixListener, MakesFolderAndSocketWithTheirModesWhateverTheUmask) {
  for (const mode_t mask : {mode_t{0}, mode_t{0177}}) {
    const TemporaryFolder home;
    const mode_t before = ::umask(mask);
    const auto listener = UnixListener::open(home.path() / "agent/broker.sock");
    ::umask(before);
    ASSERT_TRUE(listener) << listener.error().text();
    EXPECT_EQ(mode_of(home.path() / "agent"), 02750U);
    EXPECT_EQ(mode_of(home.path() / "agent/broker.sock"), 0660U);
    EXPECT_TRUE(connect_raw(home.path() / "agent/broker.sock").is_open());
  }
}

TEST(UnixListener, ASecondBrokerIsRefusedAndTheFirstGoesOn) {
  const TemporaryFolder home;
  const auto socket = home.path() / "agent/broker.sock";
  const auto first = UnixListener::open(socket);
  ASSERT_TRUE(first);
  const auto second = UnixListener::open(socket);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "BROKER_ALREADY_RUNNING");
  EXPECT_TRUE(connect_raw(socket).is_open());
}

TEST(UnixListener, ASocketLeftBehindIsReplaced) {
  const TemporaryFolder home;
  const auto socket = home.path() / "agent/broker.sock";
  {
    auto dead = UnixListener::open(socket);
    ASSERT_TRUE(dead);
    std::filesystem::rename(socket, home.path() / "kept");
  }
  std::filesystem::rename(home.path() / "kept", socket);
  EXPECT_FALSE(connect_raw(socket).is_open());
  const auto listener = UnixListener::open(socket);
  ASSERT_TRUE(listener) << listener.error().text();
  EXPECT_TRUE(connect_raw(socket).is_open());
}

TEST(UnixListener, TheSocketGoesWithItsListener) {
  const TemporaryFolder home;
  const auto socket = home.path() / "agent/broker.sock";
  { const auto listener = UnixListener::open(socket); }
  EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST(UnixListener, AFolderThatIsALinkIsRefused) {
  const TemporaryFolder home;
  std::filesystem::create_directory(home.path() / "elsewhere");
  std::filesystem::create_directory_symlink(home.path() / "elsewhere", home.path() / "agent");
  const auto listener = UnixListener::open(home.path() / "agent/broker.sock");
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code, "DOOR_FOLDER_UNSAFE");
}

}  // namespace
}  // namespace broker
