#include "proto/channel/unix_channel.h"

#include <fcntl.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/support/channel_arguments.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "proto/channel/grpc_lifetime.h"
#include "proto/channel/protocol.h"

namespace wire {
namespace {

trading::Error open_error(const char* code, std::string what, std::string fix) {
  return trading::make_error(code, std::move(what), std::move(fix), trading::Retry::kSafe);
}

trading::Error connect_error(int error, const std::string& path) {
  switch (error) {
    case ENOENT:
    case ECONNREFUSED:
      return open_error(
          "BROKER_NOT_RUNNING",
          "no broker listens at " + path +
              (error == ENOENT ? " (no such file)" : " (nobody accepts)"),
          "start execution_broker with the same --home, or mcp_gateway with --embedded-broker");
    case EACCES:
    case EPERM:  // asking again changes nothing
      return trading::make_error(
          "BROKER_REFUSED", "this user may not open " + path,
          "run as a user of the door's group; the broker's operator sets AGENT_USERS "
          "and OPERATOR_USERS");
    default:
      return open_error("BROKER_REFUSED",
                        "connecting to " + path + " failed: " + std::strerror(error),
                        "try again; the broker's log says more");
  }
}

trading::Result<OwnedFd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return open_error("BROKER_NOT_RUNNING", "the socket's path is longer than 107 bytes: " + path,
                      "choose a shorter --home");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return connect_error(errno, path);
  // A full backlog blocks a connect; a broker that does not accept must not hang its client.
  const timeval patience{2, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (::connect(fd.get(), generic, sizeof(address)) != 0) return connect_error(errno, path);
  return fd;
}

trading::Result<std::uint32_t> uid_of_peer(int fd) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return open_error("BROKER_WRONG_UID", "the kernel does not say who listens", "try again");
  }
  return credentials.uid;
}

std::string list_of(const std::vector<std::uint32_t>& uids) {
  std::string text;
  for (const std::uint32_t uid : uids) text += (text.empty() ? "" : ", ") + std::to_string(uid);
  return text;
}

std::shared_ptr<grpc::Channel> channel_on(int fd) {
  keep_grpc_running();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE,
                   0);  // no bandwidth to discover between two processes of one machine
  arguments.SetMaxReceiveMessageSize(kMaxReplyBytes);
  return grpc::CreateCustomInsecureChannelFromFd("broker", fd, arguments);
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

int OwnedFd::release() {
  return std::exchange(fd_, -1);
}

bool UnixChannel::is_broken() const {
  pollfd poller{watch.get(), POLLRDHUP, 0};
  return ::poll(&poller, 1, 0) != 0;
}

trading::Error explained_at_hello(trading::Error error, std::string_view users_setting) {
  if (error.code != "BROKER_UNAVAILABLE") return error;
  const std::string uid = std::to_string(::geteuid());
  return trading::make_error(
      "BROKER_REFUSED",
      "the broker closed the connection at once: it does not take calls of uid " + uid +
          ", or has too many connections of it open",
      "the broker's operator lists uid " + uid + " in " + std::string(users_setting) +
          " of .env and restarts it; if it is listed, close other clients of this user");
}

trading::Result<UnixChannel> open_unix_channel(const std::filesystem::path& socket_path,
                                               const std::vector<std::uint32_t>& expected_uids) {
  ASSIGN_OR_RETURN(OwnedFd fd, connect_to(socket_path.string()));
  ASSIGN_OR_RETURN(const std::uint32_t uid, uid_of_peer(fd.get()));
  if (std::find(expected_uids.begin(), expected_uids.end(), uid) == expected_uids.end()) {
    return open_error("BROKER_WRONG_UID",
                      "uid " + std::to_string(uid) + " listens at " + socket_path.string() +
                          ", expected " + list_of(expected_uids),
                      "somebody else may pose as the broker: nothing was sent; check who owns the "
                      "socket and which "
                      "user the broker runs as");
  }
  UnixChannel result;
  result.watch = OwnedFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!result.watch.is_open()) return connect_error(errno, socket_path.string());
  result.server_uid = uid;
  result.channel = channel_on(fd.release());
  return result;
}

}  // namespace wire
