#include "execution_broker/config/secret.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace broker {
namespace {

// VmFlags of the mapping that holds `address`.
std::string flags_of(const char* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool is_here = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0, to = 0;
    char dash = 0;
    std::istringstream head(line);
    if (head >> std::hex >> from >> dash >> to && dash == '-') is_here = from <= wanted && wanted < to;
    else if (is_here && line.starts_with("VmFlags:")) return line + " ";
  }
  return "";
}

TEST(Secret, LivesInPagesThatAreLockedReadOnlyAndInNoCoreFile) {
  const Secret secret("correct horse");
  const std::string flags = flags_of(secret.reveal().data());
  ASSERT_FALSE(flags.empty());
  EXPECT_NE(flags.find(" dd "), std::string::npos) << "left out of core files: " << flags;
  EXPECT_EQ(flags.find(" wr "), std::string::npos) << "read-only once filled: " << flags;
  // libsodium goes on without the lock where RLIMIT_MEMLOCK is spent; a test's own limit is far larger.
#ifdef __SANITIZE_ADDRESS__
  std::fputs("SKIPPED: whether the pages are locked: the address sanitizer makes mlock() do nothing\n", stderr);
#else
  EXPECT_NE(flags.find(" lo "), std::string::npos) << "locked: " << flags;
#endif
  const std::string other = "on the heap";
  EXPECT_EQ(flags_of(other.data()).find(" dd "), std::string::npos) << "the control";
}

TEST(SecretDeathTest, RunningOverItEndsTheProcess) {
  const Secret secret("0123456789abcdef");
  EXPECT_EXIT(
      {
        ::signal(SIGSEGV, SIG_DFL);
        volatile const char* end = secret.reveal().data() + secret.reveal().size();
        static_cast<void>(*end);
      },
      testing::KilledBySignal(SIGSEGV), "");
}

TEST(Secret, MovesAndIsGivenUp) {
  Secret first("one");
  const char* bytes = first.reveal().data();
  Secret second(std::move(first));
  EXPECT_FALSE(first.is_set());  // NOLINT(bugprone-use-after-move): moved from is empty
  EXPECT_EQ(second.reveal(), "one");
  EXPECT_EQ(second.reveal().data(), bytes) << "moving copies nothing";
  second = Secret("two");
  EXPECT_EQ(second.reveal(), "two");
  EXPECT_EQ(flags_of(bytes).find(" dd "), std::string::npos) << "the first one's pages are given back";
  second.wipe();
  EXPECT_FALSE(second.is_set());
  EXPECT_FALSE(Secret("").is_set());
}

}  // namespace
}  // namespace broker
