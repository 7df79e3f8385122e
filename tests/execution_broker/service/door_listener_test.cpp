#include "execution_broker/service/door_listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <mutex>
#include <thread>

#include "tests/execution_broker/service/raw_socket.h"
#include "tests/support/test_broker.h"

namespace broker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A listener that keeps what it is handed.
class DoorListenerTest : public testing::Test {
 protected:
  void start(std::vector<std::uint32_t> allowed, Rate pace = {}, bool is_last_in_line = false) {
    auto listener = UnixListener::open(socket_);
    ASSERT_TRUE(listener) << listener.error().text();
    DoorListener::Options options{std::move(allowed),
                                  [this](std::uint32_t, wire::OwnedFd connection) {
                                    const std::lock_guard lock(mutex_);
                                    handed_.push_back(std::move(connection));
                                  },
                                  {},
                                  pace,
                                  is_last_in_line};
    door_ = std::make_unique<DoorListener>(std::move(*listener), std::move(options));
  }
  // As gRPC ends a connection: shutdown, then close.
  void end_all() {
    const std::lock_guard lock(mutex_);
    for (const wire::OwnedFd& connection : handed_) ::shutdown(connection.get(), SHUT_RDWR);
    handed_.clear();
  }
  [[nodiscard]] std::int64_t live() const { return door_->counts().live; }

  TemporaryFolder home_;
  std::filesystem::path socket_ = home_.path() / "agent/broker.sock";
  std::mutex mutex_;
  std::vector<wire::OwnedFd> handed_;  // guarded by mutex_
  std::unique_ptr<DoorListener> door_;
};

TEST_F(DoorListenerTest, AStrangerIsHungUpOnWithoutAByte) {
  start({::geteuid() + 1});
  const wire::OwnedFd connection = connect_raw(socket_);
  ASSERT_TRUE(connection.is_open());
  ASSERT_TRUE(is_hung_up_within(connection, seconds(5)));
  char byte = 0;
  EXPECT_LE(::recv(connection.get(), &byte, 1, 0), 0);
  EXPECT_EQ(door_->counts().refused_uid, 1);
  EXPECT_EQ(live(), 0);
}

TEST_F(DoorListenerTest, ASecondUserOfTheMachineIsAStranger) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  constexpr uid_t kNobody = 65'534;
  start({::geteuid()});
  // So that it is the allow-list that refuses and not the file's mode.
  for (const auto& path : {home_.path(), socket_.parent_path(), socket_})
    ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(3);
    const wire::OwnedFd connection = connect_raw(socket_);
    if (!connection.is_open()) ::_exit(2);
    ::_exit(is_hung_up_within(connection, seconds(5)) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(eventually([&] { return door_->counts().refused_uid == 1; }));
}

TEST_F(DoorListenerTest, SixteenConnectionsOfOneUidAndPlacesComeBack) {
  start({::geteuid()});
  std::vector<wire::OwnedFd> held;
  for (std::size_t i = 0; i < DoorListener::kMaxPerUid; ++i) held.push_back(connect_raw(socket_));
  ASSERT_TRUE(eventually([&] { return live() == 16; }));
  EXPECT_TRUE(is_hung_up_within(connect_raw(socket_), seconds(5)));
  EXPECT_EQ(door_->counts().refused_crowd, 1);

  held.pop_back();  // the peer hangs up
  ASSERT_TRUE(eventually([&] { return live() == 15; }));
  held.push_back(connect_raw(socket_));
  ASSERT_TRUE(eventually([&] { return live() == 16; }));

  end_all();  // our side does
  ASSERT_TRUE(eventually([&] { return live() == 0; }));
  EXPECT_FALSE(is_hung_up_within(connect_raw(socket_), milliseconds(50)));
}

// Each costs a transport, however short it lives.
TEST_F(DoorListenerTest, HangingUpAndComingBackIsPaced) {
  start({::geteuid()}, Rate{0.001, 3});
  for (int i = 0; i < 3; ++i) {
    {
      const wire::OwnedFd connection = connect_raw(socket_);
      ASSERT_TRUE(eventually([&] { return door_->counts().accepted == i + 1; }));
    }
    ASSERT_TRUE(eventually([&] { return live() == 0; }));
  }
  EXPECT_TRUE(is_hung_up_within(connect_raw(socket_), seconds(5)));
  EXPECT_EQ(door_->counts().refused_pace, 1);
  EXPECT_EQ(door_->counts().accepted, 3);
}

TEST_F(DoorListenerTest, AFloodIsRefusedAtItsRateAndToItsEnd) {
  start({::geteuid() + 1}, {}, true);
  constexpr int kFlood = 700;
  const auto begin = std::chrono::steady_clock::now();
  std::thread flood([&] {
    for (int i = 0; i < kFlood; ++i) connect_raw(socket_);
  });
  // However slow the machine: never more than the burst and what came back since.
  bool is_within = true;
  EXPECT_TRUE(eventually([&] {
    const std::int64_t refused = door_->counts().refused_uid;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    const Rate rate = DoorListener::kRefusals;
    is_within = is_within && static_cast<double>(refused) <= rate.burst + rate.per_second * elapsed.count() + 1;
    return refused == kFlood;
  }));
  flood.join();
  EXPECT_TRUE(is_within);
  EXPECT_EQ(live(), 0);
}

TEST_F(DoorListenerTest, OutOfDescriptorsItHangsUpAndGoesOn) {
  start({::geteuid()});
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // Connected first, while descriptors last: the backlog then holds a caller that cannot be
  // accepted.
  wire::OwnedFd probe(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(probe.get()) + 2;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  const wire::OwnedFd caller = connect_raw(socket_);  // takes the last one
  ASSERT_TRUE(caller.is_open());
  std::vector<wire::OwnedFd> rest;
  for (int i = 0; i < 3; ++i) rest.push_back(connect_raw(socket_));
  const bool is_refused = eventually([&] { return door_->counts().refused_files >= 1; });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(is_refused);

  EXPECT_TRUE(eventually([&] {
    const wire::OwnedFd again = connect_raw(socket_);
    return again.is_open() && !is_hung_up_within(again, milliseconds(30));
  })) << "the door lives";
}

TEST_F(DoorListenerTest, TooManyOpenFilesOfTheProcessRefuse) {
  start({::geteuid()});
  std::vector<wire::OwnedFd> files;
  while (files.empty() || files.back().get() < DoorListener::kMaxOpenFiles) {
    files.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(files.back().is_open());
  }
  EXPECT_TRUE(is_hung_up_within(connect_raw(socket_), seconds(5)));
  EXPECT_GE(door_->counts().refused_files, 1);
  files.clear();
  EXPECT_FALSE(is_hung_up_within(connect_raw(socket_), milliseconds(50)));
}

TEST_F(DoorListenerTest, NothingIsHandedOnAfterStop) {
  start({::geteuid()});
  door_->stop();
  door_->stop();
  const wire::OwnedFd connection = connect_raw(socket_);
  ::usleep(10'000);
  const std::lock_guard lock(mutex_);
  EXPECT_TRUE(handed_.empty());
}

}  // namespace
}  // namespace broker
