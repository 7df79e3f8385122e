// In an isolated home a signature is given where no hand of the agent's is between the keys and the program.

#include "approval_cli/ancestry.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace approval_cli {
namespace {

constexpr std::uint32_t kAgent = 61'001, kApprover = 61'003;

// A /proc with a chain of processes: 100 is this one.
class Processes {
 public:
  Processes() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ancestry_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Processes() { std::filesystem::remove_all(folder_); }
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  void add(std::int64_t pid, std::int64_t parent, const std::string& uids) {
    std::filesystem::create_directories(folder_ / std::to_string(pid));
    std::ofstream(folder_ / std::to_string(pid) / "status")
        << "Name:\tx\nUmask:\t0022\nPid:\t" << pid << "\nPPid:\t" << parent << "\nUid:\t" << uids << "\nGid:\t1\t1\t1\t1\n";
  }
  [[nodiscard]] std::string code(std::optional<std::uint32_t> terminal, const std::vector<std::uint32_t>& agents = {kAgent}) const {
    const auto status = must_be_out_of_reach({folder_, 100, terminal}, agents);
    return status ? "fine" : status.error().code;
  }

 private:
  std::filesystem::path folder_;
};

TEST(Ancestry, AnSshSessionOfTheApproverIsHisOwn) {
  Processes house;
  house.add(100, 90, "61003\t61003\t61003\t61003");
  house.add(90, 80, "61003\t61003\t61003\t61003");
  house.add(80, 1, "0\t0\t0\t0");
  house.add(1, 0, "0\t0\t0\t0");
  EXPECT_EQ(house.code(kApprover), "fine");
}

TEST(Ancestry, AShellThatTheAgentBeganIsNot) {
  Processes house;
  house.add(100, 90, "61003\t61003\t61003\t61003");
  house.add(90, 80, "0\t0\t0\t0");  // su
  house.add(80, 1, "61001\t61001\t61001\t61001");
  house.add(1, 0, "0\t0\t0\t0");
  EXPECT_EQ(house.code(kApprover), "TERMINAL_OF_AGENT");
  EXPECT_EQ(house.code(kApprover, {}), "fine") << "control: one uid for all, nobody to keep out";
}

TEST(Ancestry, AnyOfTheFourUidsTells) {
  for (const char* uids : {"61001\t0\t0\t0", "0\t61001\t0\t0", "0\t0\t61001\t0", "0\t0\t0\t61001"}) {
    Processes house;
    house.add(100, 1, "61003\t61003\t61003\t61003");
    house.add(1, 0, uids);
    EXPECT_EQ(house.code(kApprover), "TERMINAL_OF_AGENT") << uids;
  }
}

TEST(Ancestry, APseudoTerminalOfTheAgentIsNot) {
  Processes house;
  house.add(100, 1, "61003\t61003\t61003\t61003");
  house.add(1, 0, "0\t0\t0\t0");
  EXPECT_EQ(house.code(kAgent), "TERMINAL_OF_AGENT");
}

TEST(Ancestry, WhatCannotBeSeenIsNotTrusted) {
  Processes house;
  house.add(100, 90, "61003\t61003\t61003\t61003");
  EXPECT_EQ(house.code(kApprover), "TERMINAL_UNKNOWN") << "90 is hidden";
  house.add(90, 1, "?");
  EXPECT_EQ(house.code(kApprover), "TERMINAL_UNKNOWN");
  house.add(90, 100, "0\t0\t0\t0");
  EXPECT_EQ(house.code(kApprover), "TERMINAL_UNKNOWN") << "a ring";
}

TEST(Ancestry, TheRealProcIsRead) {
  const Process self = this_process();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_TRUE(must_be_out_of_reach(self, {4'000'000'001U}));
  EXPECT_FALSE(must_be_out_of_reach(self, {::getuid()}));
}

}  // namespace
}  // namespace approval_cli
