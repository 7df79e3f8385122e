#include "mcp_gateway/launcher/launcher.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "mcp_gateway/launcher/embedded_home.h"
#include "mcp_gateway/launcher/start_broker.h"

namespace launcher {
namespace {

using trading::make_error;

constexpr char kAsk = 'S';
constexpr std::size_t kMaxAnswer = 4'096;
constexpr int kAnswerPatienceMs = 15'000;

trading::Error failed(std::string what) {
  return make_error("EMBEDDED_BROKER_FAILED", std::move(what),
                    "start execution_broker by hand and look at what it says",
                    trading::Retry::kSafe);
}

// An answer is one packet: "ok", or retry (s: safe, v: verify first, n: no) and code, what, fix, a
// line each.
std::string packed(const trading::Status& status) {
  if (status) return "ok";
  const trading::Error& error = status.error();
  const char retry = error.retry == trading::Retry::kSafe          ? 's'
                     : error.retry == trading::Retry::kVerifyFirst ? 'v'
                                                                   : 'n';
  return retry + error.code + "\n" + error.what + "\n" + error.fix;
}

trading::Status unpacked(const std::string& answer) {
  if (answer == "ok") return {};
  const std::size_t first = answer.find('\n');
  const std::size_t second = answer.find('\n', first + 1);
  if (first == std::string::npos || second == std::string::npos) {
    return failed("the launching process gave no answer");
  }
  const trading::Retry retry = answer[0] == 's'   ? trading::Retry::kSafe
                               : answer[0] == 'v' ? trading::Retry::kVerifyFirst
                                                  : trading::Retry::kNo;
  return make_error(answer.substr(1, first - 1), answer.substr(first + 1, second - first - 1),
                    answer.substr(second + 1), retry);
}

trading::Status make_ready(const std::filesystem::path& program, const std::string& home) {
  if (is_listening(home)) return {};
  RETURN_IF_ERROR(claim_embedded_home(home));
  return start_broker(program, home);
}

// Only standard error stays: the host waits for the others to close.
void detach_standard_streams() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return;
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  ::close(null);
}

[[noreturn]] void serve(int socket, const std::filesystem::path& program, const std::string& home) {
  ::setsid();  // a Ctrl-C meant for the host must not take the broker along
  std::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL);
  detach_standard_streams();
  while (true) {
    char question = 0;
    const ssize_t got = ::recv(socket, &question, 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) ::_exit(0);
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    std::string answer = packed(make_ready(program, home));
    answer.resize(std::min(answer.size(), kMaxAnswer));
    if (::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) ::_exit(0);
  }
}

}  // namespace

trading::Result<Launcher> Launcher::start(const std::string& home) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return failed("/proc/self/exe: " + error.message());
  const auto program = self.parent_path() / "execution_broker";
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return failed(std::string("socketpair: ") + std::strerror(errno));
  }
  const pid_t child = ::fork();
  if (child < 0) return failed(std::string("fork: ") + std::strerror(errno));
  if (child == 0) {
    ::close(ends[0]);
    serve(ends[1], program, home);
  }
  ::close(ends[1]);
  return Launcher(ends[0]);
}

Launcher::Launcher(Launcher&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

Launcher::~Launcher() {
  if (socket_ >= 0) ::close(socket_);
}

trading::Status Launcher::launch() {
  if (::send(socket_, &kAsk, 1, MSG_NOSIGNAL) != 1) return failed("the launching process is gone");
  pollfd ready{socket_, POLLIN, 0};
  if (::poll(&ready, 1, kAnswerPatienceMs) != 1) return failed("the launching process is silent");
  std::string answer(kMaxAnswer, '\0');
  const ssize_t got = ::recv(socket_, answer.data(), answer.size(), 0);
  answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return unpacked(answer);
}

}  // namespace launcher
