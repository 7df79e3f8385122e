#include "approval_cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <iostream>
#include <optional>
#include <utility>

namespace approval_cli {
namespace {

using approval_format::Guarded;
using trading::make_error;
using trading::Result;
using SteadyClock = std::chrono::steady_clock;

constexpr std::array kEndings{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

trading::Error not_confirmed(const std::string& what, const char* code = "NOT_CONFIRMED") {
  return make_error(code, what + ": nothing was signed", "do it again when you are ready", trading::Retry::kSafe);
}

// A signal may be taken by any thread of the process: it is told through a pipe to the one that reads the terminal.
int g_signal_pipe[2] = {-1, -1};

void tell_signal(int number) {
  const int kept = errno;
  const auto byte = static_cast<char>(number);
  [[maybe_unused]] const ssize_t written = ::write(g_signal_pipe[1], &byte, 1);
  errno = kept;
}

// Typed characters are not shown while it lives, and a signal waits until they are again.
class HiddenInput {
 public:
  HiddenInput() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0 || ::pipe2(g_signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return;
    struct sigaction told {};
    told.sa_handler = tell_signal;
    ::sigemptyset(&told.sa_mask);
    for (std::size_t i = 0; i < kEndings.size(); ++i) {
      ::sigaction(kEndings[i], nullptr, &actions_[i]);
      if (actions_[i].sa_handler != SIG_IGN) ::sigaction(kEndings[i], &told, nullptr);
    }
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_hidden_ = true;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenInput() {
    if (is_hidden_) {
      // What was typed too late was meant to be hidden: it is neither shown nor anybody's answer.
      ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
      for (std::size_t i = 0; i < kEndings.size(); ++i) ::sigaction(kEndings[i], &actions_[i], nullptr);
    }
    for (int& fd : g_signal_pipe)
      if (fd >= 0) ::close(std::exchange(fd, -1));
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

  [[nodiscard]] bool is_hidden() const { return is_hidden_; }

 private:
  termios before_{};
  std::array<struct sigaction, kEndings.size()> actions_{};
  bool is_hidden_ = false;
};

// How a reading of the terminal ended.
struct Ending {
  enum class Kind { kLine, kGone, kLate, kTooLong, kSignal } kind = Kind::kLine;
  int signal = 0;
};

// One byte at a time: what follows the line stays where it is.
Ending read_typed(Guarded& line, SteadyClock::time_point until) {
  bool is_too_long = false;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - SteadyClock::now()).count();
    std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {g_signal_pipe[0], POLLIN, 0}}};
    const int count = ::poll(ready.data(), ready.size(), left > 0 ? static_cast<int>(left) : 0);
    char byte = 0;
    if (g_signal_pipe[0] >= 0 && ::read(g_signal_pipe[0], &byte, 1) == 1) return {Ending::Kind::kSignal, byte};
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {Ending::Kind::kLate, 0};
    const ssize_t read = ::read(STDIN_FILENO, &byte, 1);
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return {Ending::Kind::kGone, 0};
    if (byte == '\n') return {is_too_long ? Ending::Kind::kTooLong : Ending::Kind::kLine, 0};
    is_too_long = !line.append(byte) || is_too_long;
  }
}

void trim(Guarded& line) {
  while (!line.text().empty() && (line.text().back() == '\r' || line.text().back() == ' ')) line.drop_last();
}

Result<Guarded> read_from_stream(const Call& call) {
  std::string text;
  if (!std::getline(call.console.in, text)) return not_confirmed("the terminal is gone");
  Guarded line(kMostTyped);
  for (const char byte : text)
    if (!line.append(byte)) return not_confirmed("the line is too long");
  trim(line);
  return line;
}

Result<Guarded> read_input(const Call& call, const std::string& prompt, int patience_s, bool is_hidden) {
  std::ostream& err = call.console.err;
  if (&call.console.in != &std::cin || !call.console.is_in_tty) {
    err << prompt << std::flush;
    auto line = read_from_stream(call);
    if (line && is_hidden) err << "\n";
    return line;
  }
  const auto until = SteadyClock::now() + std::chrono::seconds(patience_s);
  while (true) {
    Guarded line(kMostTyped);
    Ending ending;
    {
      // Before the prompt: whoever types as soon as he sees it is not shown either.
      std::optional<HiddenInput> hidden;
      if (is_hidden) {
        hidden.emplace();
        if (!hidden->is_hidden()) return not_confirmed("the terminal does not hide what is typed");
      }
      forget_typed_ahead(call);
      err << prompt << std::flush;
      ending = read_typed(line, until);
    }
    if (is_hidden || ending.kind != Ending::Kind::kLine) err << "\n" << std::flush;
    switch (ending.kind) {
      case Ending::Kind::kLine: trim(line); return line;
      case Ending::Kind::kGone: return not_confirmed("the terminal is gone");
      case Ending::Kind::kLate: return not_confirmed("no answer in time", kNotAnswered);
      case Ending::Kind::kTooLong: return not_confirmed("the line is too long");
      case Ending::Kind::kSignal: break;
    }
    // The terminal is right again: the signal does what it always does. After a stop the question comes once more.
    line.clear();
    ::raise(ending.signal);
  }
}

}  // namespace

void forget_typed_ahead(const Call& call) {
  if (&call.console.in == &std::cin && call.console.is_in_tty) ::tcflush(STDIN_FILENO, TCIFLUSH);
}

Result<Guarded> read_hidden(const Call& call, const std::string& prompt, int patience_s) { return read_input(call, prompt, patience_s, true); }

Result<std::string> read_line(const Call& call, const std::string& prompt, int patience_s) {
  ASSIGN_OR_RETURN(const Guarded line, read_input(call, prompt, patience_s, false));
  return std::string(line.text());
}

trading::Status must_be_at_terminal(const Call& call) {
  if (call.console.is_in_tty) return {};
  return usage_error("a signature is given at a terminal, and there is none", "run approval_cli in a terminal of your own");
}

}  // namespace approval_cli
