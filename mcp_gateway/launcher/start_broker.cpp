#include "mcp_gateway/launcher/start_broker.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>

#include "mcp_gateway/launcher/launcher.h"

namespace launcher {
namespace {

constexpr std::chrono::milliseconds kPoll{20};
constexpr std::chrono::seconds kGraceForAnother{2};
constexpr std::size_t kLongestShownLine = 400;
constexpr unsigned kFirstOwnDescriptor = 3;
constexpr unsigned kAllDescriptors = ~0U;

std::string log_path(const std::string& home) {
  return home + "/broker.log";
}

std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last.substr(0, kLongestShownLine);
}

trading::Error failed(const std::string& home, const std::string& what) {
  const std::string line = last_line(log_path(home));
  return trading::make_error(
      "EMBEDDED_BROKER_FAILED", what + (line.empty() ? "" : "; its log ends with: " + line),
      "read " + log_path(home) + " and correct what it names", trading::Retry::kSafe);
}

// In the child: nothing of the agent's environment, no descriptor of the gateway.
[[noreturn]] void become_broker(const std::filesystem::path& program, const std::string& home) {
  ::setsid();
  const int null = ::open("/dev/null", O_RDWR);
  const int log = ::open(log_path(home).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(log >= 0 ? log : null, STDERR_FILENO);
  ::close_range(kFirstOwnDescriptor, kAllDescriptors, 0);
  std::string path = program.string();
  std::string folder = home;
  std::string idle = std::to_string(kIdleSeconds);
  std::string home_option = "--home";
  std::string idle_option = "--exit-when-idle";
  std::string search_path = "PATH=/usr/bin:/bin";
  std::array<char*, 6> arguments{path.data(),        home_option.data(), folder.data(),
                                 idle_option.data(), idle.data(),        nullptr};
  std::array<char*, 2> variables{search_path.data(), nullptr};
  ::execve(path.c_str(), arguments.data(), variables.data());
  ::_exit(127);
}

}  // namespace

bool is_listening(const std::string& home) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = home + "/run/agent/broker.sock";
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const bool is_there =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return is_there;
}

trading::Status start_broker(const std::filesystem::path& program, const std::string& home) {
  if (::access(program.c_str(), X_OK) != 0) {
    return trading::make_error("EMBEDDED_BROKER_FAILED",
                               program.string() + ": " + std::strerror(errno),
                               "execution_broker belongs beside mcp_gateway");
  }
  const pid_t broker = ::fork();
  if (broker < 0) return failed(home, std::string("fork: ") + std::strerror(errno));
  if (broker == 0) become_broker(program, home);
  auto until = std::chrono::steady_clock::now() + kStartPatience;
  bool has_ended = false;
  int state = 0;
  while (std::chrono::steady_clock::now() < until) {
    if (is_listening(home)) return {};
    if (!has_ended && ::waitpid(broker, &state, WNOHANG) == broker) {
      has_ended = true;
      // It may have given way to the broker of another gateway, which is about to listen.
      until = std::chrono::steady_clock::now() + kGraceForAnother;
    }
    std::this_thread::sleep_for(kPoll);
  }
  if (!has_ended) return failed(home, "execution_broker does not listen yet");
  return failed(home, "execution_broker ended with status " + std::to_string(WEXITSTATUS(state)));
}

}  // namespace launcher
