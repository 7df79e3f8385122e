#include "execution_broker/isolation/isolation.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace broker {
namespace {

class IsolationTest : public testing::Test {
 protected:
  void SetUp() override {
    home_ = std::filesystem::temp_directory_path() / ("isolation-" + std::to_string(::getpid()));
    std::filesystem::create_directories(home_ / "storage");
    ::chmod(home_.c_str(), 0700);
    ::chmod((home_ / "storage").c_str(), 0700);
    std::ofstream(home_ / ".env") << "TRADING_MODE=paper\n";
    ::chmod((home_ / ".env").c_str(), 0600);
  }
  void TearDown() override { std::filesystem::remove_all(home_); }
  [[nodiscard]] bool has_fault(const IsolationFacts& facts, const std::string& words) const {
    const auto faults = isolation_faults(facts);
    return std::any_of(faults.begin(), faults.end(), [&](const std::string& fault) { return fault.find(words) != std::string::npos; });
  }
  // Three uids, none of them root. 65534 is nobody; the home's files belong to whoever runs this.
  [[nodiscard]] IsolationFacts facts() const { return {home_, ::geteuid(), {65'534}, {65'533}}; }
  std::filesystem::path home_;
};

TEST_F(IsolationTest, OneUserForTwoRolesIsNone) {
  IsolationFacts same = facts();
  same.agent_uids = {same.broker_uid};
  EXPECT_TRUE(has_fault(same, "the agent's user is the broker's own"));
  EXPECT_EQ(check_isolation(same).error().code, "HOME_NOT_ISOLATED");
  IsolationFacts operates = facts();
  operates.operator_uids = operates.agent_uids;
  EXPECT_TRUE(has_fault(operates, "the agent's user is an operator"));
  IsolationFacts root = facts();
  root.broker_uid = 0;
  EXPECT_TRUE(has_fault(root, "the broker runs as root"));
  IsolationFacts nobody = facts();
  nobody.agent_uids = {};
  EXPECT_TRUE(has_fault(nobody, "AGENT_USERS names nobody"));
  IsolationFacts stranger = facts();
  stranger.agent_uids = {3'999'999};
  EXPECT_TRUE(has_fault(stranger, "does not exist here"));
}

TEST_F(IsolationTest, SecretsThatOthersCanReadAreTold) {
  EXPECT_FALSE(has_fault(facts(), ".env has mode"));
  ::chmod((home_ / ".env").c_str(), 0640);
  EXPECT_TRUE(has_fault(facts(), ".env has mode 640"));
  ::chmod((home_ / ".env").c_str(), 0600);
  ::chmod((home_ / "storage").c_str(), 0755);
  EXPECT_TRUE(has_fault(facts(), "storage has mode 755"));
  ::chmod((home_ / "storage").c_str(), 0700);
  std::filesystem::create_symlink(home_ / ".env", home_ / "keys");
  EXPECT_TRUE(has_fault(facts(), "is a link"));
}

TEST_F(IsolationTest, GroupsThatMeanRoot) {
  EXPECT_EQ(root_like_groups({"users", "docker", "audio", "sudo", "libvirt", "disk", "lxd"}), (std::vector<std::string>{"docker", "sudo", "libvirt", "disk", "lxd"}));
  EXPECT_TRUE(root_like_groups({"users", "video"}).empty());
}

}  // namespace
}  // namespace broker
