#include "execution_broker/home_folders.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_folder.h"

namespace broker {
namespace {

class HomeFoldersTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path home() const { return folder_.path() / "home"; }
  static ::mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  }
  TemporaryFolder folder_;
};

TEST_F(HomeFoldersTest, KeepTheAgentsSideOutWhateverTheUmask) {
  const ::mode_t before = ::umask(0);
  const auto folders = prepare_home(home());
  ::umask(before);
  ASSERT_TRUE(folders) << folders.error().text();
  EXPECT_EQ(mode_of(home()), 0711);
  EXPECT_EQ(mode_of(folders->storage()), 0700);
  EXPECT_EQ(mode_of(folders->reports()), 0700);
  EXPECT_EQ(mode_of(folders->agent_socket().parent_path()), 02750);
  EXPECT_EQ(mode_of(folders->operator_socket().parent_path()), 02750);
}

TEST_F(HomeFoldersTest, AreRefusedWhenEverybodyMayWriteOne) {
  ASSERT_TRUE(prepare_home(home()));
  ASSERT_TRUE(prepare_home(home()));
  ASSERT_EQ(::chmod((home() / "storage").c_str(), 0707), 0);
  const auto refused = prepare_home(home());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "HOME_UNUSABLE");
  EXPECT_NE(refused.error().what.find("storage"), std::string::npos) << refused.error().text();
}

TEST_F(HomeFoldersTest, AreRefusedWhenAnotherGroupMayWriteOne) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give a folder to another group";
  ASSERT_TRUE(prepare_home(home()));
  const ::gid_t other = ::getegid() + 1;
  ASSERT_EQ(::chown(home().c_str(), static_cast<::uid_t>(-1), other), 0);
  EXPECT_TRUE(prepare_home(home())) << "another group that may only pass is no harm";
  ASSERT_EQ(::chmod(home().c_str(), 0771), 0);
  const auto refused = prepare_home(home());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("group " + std::to_string(other)), std::string::npos)
      << refused.error().text();
  ASSERT_EQ(::chown(home().c_str(), static_cast<::uid_t>(-1), ::getegid()), 0);
  EXPECT_TRUE(prepare_home(home())) << "the broker's own group may";
}

TEST_F(HomeFoldersTest, AreRefusedWhenTheyAreAnotherUsers) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give a folder away";
  ASSERT_TRUE(prepare_home(home()));
  ASSERT_EQ(::chown((home() / "keys").c_str(), 65'534, static_cast<::gid_t>(-1)), 0);
  const auto refused = prepare_home(home());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("uid 65534"), std::string::npos) << refused.error().text();
}

}  // namespace
}  // namespace broker
