#include "execution_broker/systemd_notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "execution_broker/exposure_mark.h"
#include "tests/support/temporary_folder.h"

namespace broker {
namespace {

// systemd's end.
class Listener {
 public:
  explicit Listener(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd_, static_cast<const sockaddr*>(static_cast<const void*>(&address)), sizeof address), 0);
  }
  ~Listener() { ::close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  [[nodiscard]] std::string next() const {
    char bytes[512];
    const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
    return got < 0 ? "" : std::string(bytes, static_cast<std::size_t>(got));
  }

 private:
  int fd_;
};

constexpr std::int64_t kSecond = 1'000'000;

TEST(SystemdNotify, SaysReadyAliveAndStopping) {
  TemporaryFolder folder;
  const auto path = folder.path() / "notify";
  Listener listener(path);
  SystemdNotify notify(path.string(), "20000000");
  ASSERT_TRUE(notify.is_wanted());
  notify.ready("mode=paper\nWATCHDOG=trigger");
  EXPECT_EQ(listener.next(), "READY=1\nSTATUS=mode=paper") << "one line of status, no other words";
  EXPECT_TRUE(notify.alive(100 * kSecond, 0));
  EXPECT_EQ(listener.next(), "WATCHDOG=1");
  EXPECT_FALSE(notify.alive(104 * kSecond, 0)) << "not more often than a quarter of the time";
  EXPECT_TRUE(notify.alive(105 * kSecond, 0));
  EXPECT_EQ(listener.next(), "WATCHDOG=1");
  notify.stopping();
  EXPECT_EQ(listener.next(), "STOPPING=1");
}

TEST(SystemdNotify, ADeskThatHangsIsNotCalledAlive) {
  TemporaryFolder folder;
  const auto path = folder.path() / "notify";
  Listener listener(path);
  SystemdNotify notify(path.string(), "20000000");
  EXPECT_FALSE(notify.alive(100 * kSecond, 10 * kSecond + 1));
  EXPECT_EQ(listener.next(), "");
  EXPECT_TRUE(notify.alive(101 * kSecond, 10 * kSecond));
}

TEST(SystemdNotify, WithoutSystemdItDoesNothing) {
  for (const char* address : {"", "relative", "/nowhere/at/all"}) {
    SystemdNotify notify(address, "20000000");
    EXPECT_FALSE(notify.is_wanted()) << address;
    notify.ready("x");
  }
  for (const char* interval : {"", "0", "-5", "12x"}) EXPECT_EQ(SystemdNotify("", interval).watchdog_us(), 0) << interval;
}

TEST(ExposureMark, StandsWhileSomethingIsAtStake) {
  TemporaryFolder run;
  const auto file = run.path() / "EXPOSED";
  ExposureMark mark(run.path());
  EXPECT_TRUE(mark.set(true));
  EXPECT_TRUE(std::filesystem::exists(file));
  // As after a kill: the next broker finds it and, once flat, takes it away.
  ExposureMark next(run.path());
  EXPECT_TRUE(next.set(false));
  EXPECT_FALSE(std::filesystem::exists(file));
  ExposureMark lost(run.path() / "nowhere");
  EXPECT_EQ(lost.set(true).error().code, "EXPOSURE_MARK");
}

}  // namespace
}  // namespace broker
