#include "proto/channel/unix_channel.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace wire {
namespace {

class UnixChannelTest : public testing::Test {
 protected:
  UnixChannelTest() {
    std::string pattern = "/tmp/channel.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~UnixChannelTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path socket_path() const { return folder_ / "s"; }
  OwnedFd listen() const {
    OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket_path().c_str());
    const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    EXPECT_EQ(::bind(fd.get(), generic, sizeof(address)), 0);
    EXPECT_EQ(::listen(fd.get(), 4), 0);
    return fd;
  }

  std::filesystem::path folder_;
};

TEST_F(UnixChannelTest, SaysWhatToDoWhenNobodyListens) {
  const auto none = open_unix_channel(socket_path(), {::geteuid()});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "BROKER_NOT_RUNNING");
  EXPECT_EQ(none.error().retry, trading::Retry::kSafe);
  EXPECT_NE(none.error().fix.find("execution_broker"), std::string::npos);
  { const OwnedFd gone = listen(); }
  const auto stale = open_unix_channel(socket_path(), {::geteuid()});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, "BROKER_NOT_RUNNING");
}

TEST_F(UnixChannelTest, AStrangerGetsNotOneByte) {
  const OwnedFd listener = listen();
  const auto channel = open_unix_channel(socket_path(), {::geteuid() + 1});
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, "BROKER_WRONG_UID");
  const OwnedFd server(::accept(listener.get(), nullptr, nullptr));
  char byte = 0;
  EXPECT_EQ(::recv(server.get(), &byte, 1, 0), 0) << "end of file, and nothing before it";
}

TEST_F(UnixChannelTest, KnowsWhenTheOtherSideHasHungUp) {
  const OwnedFd listener = listen();
  const auto channel = open_unix_channel(socket_path(), {0, ::geteuid()});
  ASSERT_TRUE(channel) << channel.error().text();
  EXPECT_EQ(channel->server_uid, ::geteuid());
  OwnedFd server(::accept(listener.get(), nullptr, nullptr));
  EXPECT_FALSE(channel->is_broken());
  server = OwnedFd();
  EXPECT_TRUE(channel->is_broken());
}

TEST_F(UnixChannelTest, ATooLongPathIsAnErrorAndNotCut) {
  const auto channel = open_unix_channel(folder_ / std::string(200, 'x'), {::geteuid()});
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, "BROKER_NOT_RUNNING");
}

}  // namespace
}  // namespace wire
