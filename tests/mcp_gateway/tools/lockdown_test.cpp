// In a child that has locked itself down: what must fail fails, what must work works.
#include "mcp_gateway/lockdown/lockdown.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace lockdown {
namespace {

constexpr int kHolds = 0;
constexpr int kFails = 1;
constexpr int kNotLocked = 2;

// Runs `holds` in a locked child.
void expect_in_locked_child(const std::function<bool()>& holds) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (!lock_down()) ::_exit(kNotLocked);
    ::_exit(holds() ? kHolds : kFails);
  }
  int state = 0;
  ASSERT_EQ(::waitpid(child, &state, 0), child);
  ASSERT_TRUE(WIFEXITED(state)) << "signal " << WTERMSIG(state);
  EXPECT_EQ(WEXITSTATUS(state), kHolds);
}

// The same without the lock, or the test proves nothing.
void expect_only_when_free(const std::function<bool()>& works) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(works() ? kHolds : kFails);
  int state = 0;
  ASSERT_EQ(::waitpid(child, &state, 0), child);
  EXPECT_EQ(WEXITSTATUS(state), kHolds) << "does not even work without the lock";
  expect_in_locked_child([&works] { return !works(); });
}

class Lockdown : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "lock.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::ofstream(folder_ / "there") << "text";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static bool opens(const std::filesystem::path& path, int flags) {
    const int file = ::open(path.c_str(), flags, 0600);
    if (file >= 0) ::close(file);
    return file >= 0;
  }

  std::filesystem::path folder_;
};

TEST_F(Lockdown, NoFileIsOpenedForWriting) {
  expect_only_when_free([this] { return opens(folder_ / "new", O_WRONLY | O_CREAT); });
  expect_only_when_free([this] { return opens(folder_ / "there", O_WRONLY); });
  expect_only_when_free([this] { return opens(folder_ / "there", O_RDWR); });
  expect_only_when_free([this] { return opens(folder_ / "there", O_WRONLY | O_APPEND); });
  expect_only_when_free([this] { return opens(folder_, O_TMPFILE | O_RDWR); });
  expect_only_when_free([] { return opens("/dev/null", O_WRONLY); });
}

TEST_F(Lockdown, NothingIsRenamedRemovedOrMade) {
  expect_only_when_free([this] {
    return ::rename((folder_ / "there").c_str(), (folder_ / "there2").c_str()) == 0 &&
           ::rename((folder_ / "there2").c_str(), (folder_ / "there").c_str()) == 0;
  });
  expect_only_when_free([this] { return ::chmod((folder_ / "there").c_str(), 0644) == 0; });
  expect_in_locked_child([this] { return ::unlink((folder_ / "there").c_str()) != 0; });
  expect_in_locked_child([this] { return ::mkdir((folder_ / "sub").c_str(), 0700) != 0; });
  expect_in_locked_child([this] { return ::truncate((folder_ / "there").c_str(), 0) != 0; });
  EXPECT_EQ(std::filesystem::file_size(folder_ / "there"), 4U);
}

TEST_F(Lockdown, OtherPeoplesFilesAreNotRead) {
  const auto abi = [] {
    return ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, 1U);
  }();
  if (abi < 1) GTEST_SKIP() << "this kernel has no landlock";
  expect_only_when_free([this] { return opens(folder_ / "there", O_RDONLY); });
  expect_only_when_free([] { return opens("/etc/passwd", O_RDONLY); });
}

TEST_F(Lockdown, NoNetwork) {
  for (const int family : {AF_INET, AF_INET6, AF_NETLINK}) {
    expect_in_locked_child([family] {
      const int made = ::socket(family, family == AF_NETLINK ? SOCK_RAW : SOCK_STREAM, 0);
      return made < 0 && errno == EPERM;
    });
  }
  expect_only_when_free([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; });
}

TEST_F(Lockdown, NoProgramAndNoProcess) {
  expect_in_locked_child([] {
    char path[] = "/bin/true";
    char* arguments[] = {path, nullptr};
    ::execve(path, arguments, nullptr);
    return errno == EPERM;
  });
  expect_in_locked_child([] { return ::fork() < 0; });
  expect_in_locked_child([] { return ::vfork() < 0; });
  expect_in_locked_child([] { return std::system("true") != 0; });
}

TEST_F(Lockdown, NoReachIntoOtherProcesses) {
  expect_only_when_free([] { return ::kill(::getppid(), 0) == 0; });
  expect_in_locked_child([] { return ::kill(::getpid(), 0) == 0; });
  for (const long call : {SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf,
                          SYS_keyctl, SYS_mount, SYS_unshare, SYS_setns, SYS_userfaultfd,
                          SYS_io_uring_setup, SYS_perf_event_open, SYS_pidfd_open}) {
    expect_in_locked_child(
        [call] { return ::syscall(call, 0, 0, 0, 0, 0, 0) < 0 && errno == EPERM; });
  }
}

TEST_F(Lockdown, NoCoreNoDebuggerFewFiles) {
  expect_in_locked_child([] {
    rlimit core{1, 1};
    rlimit files{};
    ::getrlimit(RLIMIT_CORE, &core);
    ::getrlimit(RLIMIT_NOFILE, &files);
    return core.rlim_max == 0 && files.rlim_max <= 256 &&
           ::prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0 &&
           ::prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1;
  });
}

TEST_F(Lockdown, ThreadsAndUnixSocketsStillWork) {
  const std::string path = folder_ / "socket";
  const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  ASSERT_EQ(::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(server, 4), 0);
  expect_in_locked_child([&address] {
    bool is_connected = false;
    std::thread([&] {
      const int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
      is_connected =
          ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }).join();
    return is_connected;
  });
  ::close(server);
}

TEST_F(Lockdown, SaysWhatHolds) {
  expect_in_locked_child([] { return true; });
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto said = lock_down();
    ::_exit(said && said->starts_with("seccomp=on landlock_abi=") ? kHolds : kFails);
  }
  int state = 0;
  ::waitpid(child, &state, 0);
  EXPECT_EQ(WEXITSTATUS(state), kHolds);
}

}  // namespace
}  // namespace lockdown
