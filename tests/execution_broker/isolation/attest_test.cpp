// Root's finding is real here: written by root below a folder that is root's alone. Without root these
// cases are skipped.

#include "execution_broker/isolation/attest.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "execution_broker/isolation/isolation.h"

namespace broker {
namespace {

class AttestTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: the finding is root's word";
    // Not below /tmp: whoever may write a folder above could put another finding in its place.
    std::string pattern = "/run/attest-test.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) GTEST_SKIP() << "/run cannot be written here";
    root_ = pattern;
    ::chmod(root_.c_str(), 0755);
    facts_.home = root_ / "home";
    std::filesystem::create_directory(facts_.home);
    facts_.broker_uid = 61'002;
    facts_.agent_uids = {61'001};
    facts_.operator_uids = {61'003};
    folder_ = root_ / "trading-mcp" / "attest";
  }
  void TearDown() override {
    if (!root_.empty()) std::filesystem::remove_all(root_);
  }
  [[nodiscard]] std::string refusal(MachineMoment now) const {
    const auto status = check_attest(folder_, facts_, now);
    return status ? "" : status.error().what;
  }
  [[nodiscard]] std::string refusal() const { return refusal(kNow); }
  void write(const std::vector<std::string>& faults = {}) {
    const mode_t usual = ::umask(0077);  // the program's own
    const auto written = write_attest(folder_, facts_, faults, kNow);
    ::umask(usual);
    ASSERT_TRUE(written) << written.error().text();
  }
  [[nodiscard]] std::filesystem::path file() const { return *attest_file(folder_, facts_.home); }

  const MachineMoment kNow{"boot-1", 5'000'000'000, 1'763'900'000'000'000};
  std::filesystem::path root_, folder_;
  IsolationFacts facts_;
};

TEST_F(AttestTest, AFreshFindingWithoutFaultsCounts) {
  EXPECT_NE(refusal().find("there is no finding by root"), std::string::npos) << refusal();
  write();
  EXPECT_EQ(refusal(), "");
  struct stat found {};
  ASSERT_EQ(::stat(file().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0644U);
  EXPECT_EQ(found.st_uid, 0U);
  for (const std::filesystem::path& made : {folder_, folder_.parent_path()}) {
    ASSERT_EQ(::stat(made.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777U, 0755U) << "the broker passes through " << made;
  }
}

TEST_F(AttestTest, FaultsThatRootFoundRefuse) {
  write({"the agent's user is in the group docker"});
  EXPECT_NE(refusal().find("group docker"), std::string::npos) << refusal();
}

TEST_F(AttestTest, ItCountsForAnHourOfThisRunOfTheKernel) {
  write();
  MachineMoment later = kNow;
  later.boottime_us += kAttestFreshUs;
  EXPECT_EQ(refusal(later), "");
  later.boottime_us += 1;
  EXPECT_NE(refusal(later).find("min old"), std::string::npos);
  MachineMoment other = kNow;
  other.kernel_boot = "boot-2";
  EXPECT_NE(refusal(other).find("before the machine's last start"), std::string::npos);
  MachineMoment before = kNow;
  before.boottime_us -= 1;
  EXPECT_NE(refusal(before), "") << "a finding from the future is nobody's";
  MachineMoment turned = kNow;
  turned.wall_us -= 7LL * 86'400 * 1'000'000;
  EXPECT_EQ(refusal(turned), "") << "the wall clock does not count";
}

TEST_F(AttestTest, ItIsAboutThisFolderAndTheseUsers) {
  write();
  const IsolationFacts kept = facts_;
  facts_.agent_uids = {61'001, 61'004};
  EXPECT_NE(refusal().find("agent_uids"), std::string::npos);
  facts_ = kept;
  facts_.broker_uid = 1'000;
  EXPECT_NE(refusal().find("broker_uid"), std::string::npos);
  facts_ = kept;
  // The home moved away and another put in its place.
  std::filesystem::rename(facts_.home, root_ / "old");
  std::filesystem::create_directory(facts_.home);
  EXPECT_NE(refusal().find("home_inode"), std::string::npos) << refusal();
}

TEST_F(AttestTest, WhatOthersOwnOrMayWriteIsNobodysWord) {
  write();
  ASSERT_EQ(::chown(file().c_str(), 61'002, 61'002), 0);
  EXPECT_NE(refusal().find("belongs to uid 61002"), std::string::npos) << refusal();
  ASSERT_EQ(::chown(file().c_str(), 0, 0), 0);
  EXPECT_EQ(refusal(), "");
  ::chmod(file().c_str(), 0664);
  EXPECT_NE(refusal().find("can be written by others"), std::string::npos);
  ::chmod(file().c_str(), 0644);
  ::chmod(folder_.c_str(), 0777);
  EXPECT_NE(refusal().find("can be written by others"), std::string::npos);
  ::chmod(folder_.c_str(), 0755);
  // A link to a good finding.
  std::filesystem::rename(file(), root_ / "elsewhere");
  std::filesystem::create_symlink(root_ / "elsewhere", file());
  EXPECT_NE(refusal().find("not a regular file"), std::string::npos) << refusal();
}

TEST_F(AttestTest, EveryTornOrEditedFindingIsRefused) {
  write({"one fault"});
  std::ostringstream whole;
  whole << std::ifstream(file()).rdbuf();
  const std::string bytes = whole.str();
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    std::ofstream(file(), std::ios::trunc) << bytes.substr(0, cut);
    ASSERT_NE(refusal(), "") << "cut at " << cut;
  }
  write();
  std::ofstream(file(), std::ios::app) << " ";
  EXPECT_NE(refusal(), "");
}

TEST_F(AttestTest, OnlyRootWrites) {
  ASSERT_EQ(::seteuid(61'002), 0);
  const auto written = write_attest(folder_, facts_, {}, kNow);
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, "ATTEST_NOT_ROOT");
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(AttestTest, WithoutItNoHomeIsIsolated) {
  facts_.attest_folder = folder_;
  const auto status = check_isolation(facts_);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().what.find("ATTEST_NOT_FRESH"), std::string::npos) << status.error().what;
}

TEST(AttestFile, NoTwoHomesHaveOneName) {
  const auto name = [](const char* home) { return attest_file("/a", home)->string(); };
  EXPECT_EQ(name("/var/lib/trading-mcp/home"), "/a/var-lib-trading%2dmcp-home.json");
  EXPECT_EQ(name("/var/lib/trading-mcp/home/"), name("/var/lib/trading-mcp/home"));
  EXPECT_NE(name("/var/lib-x"), name("/var/lib/x"));
  EXPECT_NE(name("/a%2db"), name("/a-b"));
  EXPECT_FALSE(attest_file("/a", "/" + std::string(300, 'x')));
}

}  // namespace
}  // namespace broker
