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

TEST(Sudoers, ARuleWithoutAPasswordIsFoundHoweverItIsWritten) {
  const auto may = [](const std::string& text) { return has_passwordless_sudo(text, "agent", 1001, {"users", "desk"}); };
  for (const char* text : {
           "agent ALL=(ALL) NOPASSWD: ALL\n", "agent\tALL = NOPASSWD : /usr/bin/true", "ALL ALL=(ALL) NOPASSWD: ALL",
           "%desk ALL=(ALL:ALL) NOPASSWD: ALL", "#1001 ALL=(ALL) NOPASSWD: ALL", "bob, agent ALL=(root) NOPASSWD: /bin/sh",
           "agent ALL=(ALL) \\\n  NOPASSWD: ALL", "User_Alias BOTS = bob, agent\nBOTS ALL=(ALL) NOPASSWD: ALL",
           "User_Alias A = B : B = agent\nA ALL=(ALL) NOPASSWD: ALL", "agent ALL=(ALL) /bin/ls, NOPASSWD: /bin/sh",
           "agent ALL=(ALL) NOPASSWD: ALL\nagent ALL=(ALL) PASSWD: ALL", "Defaults !authenticate\nagent ALL=(ALL) ALL",
           "+netgroup ALL=(ALL) NOPASSWD: ALL", "%:directory ALL=(ALL) NOPASSWD: ALL", "User_Alias BROKEN\n"})
    EXPECT_TRUE(may(text)) << text;
  for (const char* text :
       {"", "# agent ALL=(ALL) NOPASSWD: ALL\n", "agent ALL=(ALL) ALL", "bob ALL=(ALL) NOPASSWD: ALL", "%wheel ALL=(ALL) NOPASSWD: ALL",
        "#1002 ALL=(ALL) NOPASSWD: ALL", "Defaults !authenticate\nbob ALL=(ALL) ALL", "Defaults env_reset\nDefaults secure_path=\"/bin\"",
        "Host_Alias H = NOPASSWD\nCmnd_Alias C = /bin/agent", "User_Alias BOTS = bob\nBOTS ALL=(ALL) NOPASSWD: ALL", "@includedir /etc/sudoers.d"})
    EXPECT_FALSE(may(text)) << text;
}

// The rules of this machine stand in for those of a home: the agent is a user that exists here.
TEST_F(IsolationTest, AnAgentWithPasswordlessSudoIsAFault) {
  IsolationFacts made = facts();
  made.etc = home_ / "etc";
  std::filesystem::create_directories(made.etc / "sudoers.d");
  std::ofstream(made.etc / "sudoers") << "root ALL=(ALL) ALL\n@includedir /etc/sudoers.d\n";
  EXPECT_FALSE(has_fault(made, "without a password"));
  std::ofstream(made.etc / "sudoers.d" / "agent") << "#65534 ALL=(ALL) NOPASSWD: ALL\n";
  EXPECT_TRUE(has_fault(made, "may use sudo without a password"));
  std::filesystem::rename(made.etc / "sudoers.d" / "agent", made.etc / "sudoers.d" / "agent.bak");
  EXPECT_FALSE(has_fault(made, "without a password")) << "sudo reads no name with a dot";
}

}  // namespace
}  // namespace broker
