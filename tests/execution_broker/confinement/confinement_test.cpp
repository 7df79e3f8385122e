// Each case runs in a child: what confine() takes cannot be given back. A child ends with 0 when what it
// tried went through, else with the errno that stopped it; every refusal stands beside the same try
// without the confinement.

#include "execution_broker/confinement/confinement.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <string>
#include <thread>

#include "tests/support/temporary_folder.h"

namespace broker {
namespace {

constexpr int kNotConfined = 200;

int in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work() & 0xff);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1'000 + WTERMSIG(status);
}

int outcome(bool went_through) { return went_through ? 0 : errno; }

class ConfinementTest : public testing::Test {
 protected:
  ConfinementTest() { confinement_.home = home_.path(); }
  int confined(const std::function<int()>& work) {
    return in_child([&] {
      harden_process();
      if (!confine(confinement_)) return kNotConfined;
      return work();
    });
  }
  TemporaryFolder home_;
  Confinement confinement_;
};

TEST_F(ConfinementTest, NoProgramIsStartedAndNoProcessMade) {
  const auto execute = [] {
    const char* const arguments[] = {"/bin/true", nullptr};
    ::execv(arguments[0], const_cast<char* const*>(arguments));
    return errno;
  };
  EXPECT_EQ(in_child(execute), 0);
  EXPECT_EQ(confined(execute), EPERM);
  const auto make_process = [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    const int error = errno;
    if (child > 0) ::waitpid(child, nullptr, 0);
    return child > 0 ? 0 : error;
  };
  EXPECT_EQ(in_child(make_process), 0);
  EXPECT_EQ(confined(make_process), EPERM);
  EXPECT_EQ(confined([] {
              int ran = 0;
              std::thread([&] { ran = 1; }).join();
              return ran == 1 ? 0 : 1;
            }),
            0)
      << "threads are made as before";
}

TEST_F(ConfinementTest, FilesBelowTheHomeAlone) {
  if (kernel_features().landlock_abi == 0) GTEST_SKIP() << "this kernel has no landlock";
  TemporaryFolder other;
  const std::string inside = (home_.path() / "a").string(), outside = (other.path() / "a").string();
  const auto write_to = [](const std::string& path) {
    return [path] { return outcome(::open(path.c_str(), O_WRONLY | O_CREAT, 0600) >= 0); };
  };
  EXPECT_EQ(in_child(write_to(outside)), 0);
  EXPECT_EQ(confined(write_to(outside)), EACCES);
  EXPECT_EQ(confined(write_to(inside)), 0);
  const auto read_from = [](const std::string& path) { return [path] { return outcome(::open(path.c_str(), O_RDONLY) >= 0); }; };
  EXPECT_EQ(confined(read_from(outside)), EACCES);
  EXPECT_EQ(confined(read_from("/etc/passwd")), 0) << "users are looked up";
  confinement_.readable.push_back(other.path());
  EXPECT_EQ(confined(read_from(outside)), 0);
  EXPECT_EQ(confined(write_to(outside)), EACCES);
}

TEST_F(ConfinementTest, TheNetworkReachesWhatWasNamed) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  ASSERT_EQ(::bind(listener, generic, sizeof address), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(listener, static_cast<sockaddr*>(static_cast<void*>(&address)), &size), 0);
  const auto connect = [&] {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return errno;
    return outcome(::connect(fd, generic, sizeof address) == 0);
  };
  EXPECT_EQ(in_child(connect), 0);
  EXPECT_EQ(confined(connect), EPERM);
  confinement_.has_network = true;
  confinement_.tcp_ports = {ntohs(address.sin_port)};
  EXPECT_EQ(confined(connect), 0);
  if (kernel_features().landlock_abi >= 4) {
    confinement_.tcp_ports = {443};
    EXPECT_EQ(confined(connect), EACCES);
  }
  const auto packets = [] { return outcome(::socket(AF_PACKET, SOCK_RAW, 0) >= 0); };
  EXPECT_EQ(confined(packets), EPERM);
  ::close(listener);
}

TEST_F(ConfinementTest, NothingOfTheCallersEnvironmentIsLeft) {
  ::setenv("https_proxy", "http://127.0.0.1:9", 1);
  ::setenv("SSLKEYLOGFILE", "/tmp/keys", 1);
  EXPECT_EQ(in_child([] {
              harden_process();
              return ::getenv("https_proxy") == nullptr && ::getenv("SSLKEYLOGFILE") == nullptr && ::getenv("PATH") == nullptr ? 0 : 1;
            }),
            0);
  ::unsetenv("https_proxy");
  ::unsetenv("SSLKEYLOGFILE");
}

TEST_F(ConfinementTest, NoCoreFile) {
  EXPECT_EQ(in_child([] {
              harden_process();
              rlimit limit{};
              ::getrlimit(RLIMIT_CORE, &limit);
              return limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1;
            }),
            0);
  const auto crash = [](bool is_hard) {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit most{RLIM_INFINITY, RLIM_INFINITY};
      ::setrlimit(RLIMIT_CORE, &most);
      if (is_hard) harden_process();
      ::signal(SIGABRT, SIG_DFL);
      ::abort();
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WCOREDUMP(status);
  };
  EXPECT_FALSE(crash(true));
}

// Who looks and who is looked at are real users: needs root.
class OtherUser : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become two users";
  }
  // What `looker` gets of a process of `target` that holds a word in memory.
  static int look(uid_t target, uid_t looker, bool is_hard, const std::function<int(pid_t, const char*)>& how) {
    static char word[] = "planted-secret";
    int ready[2];
    if (::pipe(ready) != 0) return -1;
    const pid_t held = ::fork();
    if (held == 0) {
      if (::setgid(target) != 0 || ::setuid(target) != 0) ::_exit(1);
      // Changing the uid makes a process undumpable by itself; an exec, as of any program, undoes that.
      ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
      if (is_hard) harden_process();
      const char byte = 'r';
      static_cast<void>(!::write(ready[1], &byte, 1));
      while (true) ::pause();
    }
    char byte = 0;
    static_cast<void>(!::read(ready[0], &byte, 1));
    const int got = in_child([&] {
      if (::setgid(looker) != 0 || ::setuid(looker) != 0) return 1;
      return how(held, word);
    });
    ::kill(held, SIGKILL);
    ::waitpid(held, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    return got;
  }
};

constexpr uid_t kBroker = 61'002, kAgent = 61'001;

TEST_F(OtherUser, CannotTrace) {
  const auto trace = [](pid_t pid, const char*) { return outcome(::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) == 0); };
  EXPECT_EQ(look(kBroker, kBroker, false, trace), 0) << "the control: one's own process, not hardened (fails where Yama forbids it)";
  EXPECT_EQ(look(kBroker, kBroker, true, trace), EPERM);
  EXPECT_EQ(look(kBroker, kAgent, true, trace), EPERM);
}

TEST_F(OtherUser, CannotReadMemory) {
  const auto read_memory = [](pid_t pid, const char* address) {
    const int fd = ::open(("/proc/" + std::to_string(pid) + "/mem").c_str(), O_RDONLY);
    if (fd < 0) return errno;
    char bytes[7] = {};
    return ::pread(fd, bytes, 7, reinterpret_cast<off_t>(address)) == 7 && std::string(bytes, 7) == "planted" ? 0 : 1;
  };
  EXPECT_EQ(look(kBroker, kBroker, false, read_memory), 0) << "the control";
  EXPECT_EQ(look(kBroker, kBroker, true, read_memory), EACCES);
  EXPECT_EQ(look(kBroker, kAgent, true, read_memory), EACCES);
}

}  // namespace
}  // namespace broker
