#include "approval_cli/terminal_screen.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <string_view>
#include <utility>

#include "approval_cli/keys.h"
#include "proto/channel/unix_channel.h"

namespace approval_cli {
namespace {

// Alternate screen, no cursor, no wrapping at the edge, pasted text is marked; and all of it back.
constexpr std::string_view kTakeScreen{"\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J"};
constexpr std::string_view kGiveBack{"\x1b[?2004l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"};
constexpr std::array kEvents{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
constexpr std::array kFaults{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr int kLeavePatienceMs = 500;
constexpr int kFramesBetweenRepaints = 30;  // something else may have written to the terminal

// What a handler of a fault needs; set while a screen is open.
std::atomic<bool> is_open{false};
int fault_fd = -1;
termios fault_before{};

void on_fault(int number) {
  if (is_open.exchange(false)) {
    ::tcsetattr(fault_fd, TCSANOW, &fault_before);
    [[maybe_unused]] const ssize_t written = ::write(fault_fd, kGiveBack.data(), kGiveBack.size());
  }
  ::signal(number, SIG_DFL);
  ::raise(number);
}

sigset_t events() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : kEvents) ::sigaddset(&set, number);
  return set;
}

}  // namespace

struct TerminalScreen::Parts {
  wire::OwnedFd own;  // a handle of our own, so that not waiting is not the shell's, too; none without a controlling terminal
  wire::OwnedFd signals;
  int in = STDIN_FILENO;
  int out = STDOUT_FILENO;
  termios before{};
  sigset_t mask_before{};
  KeyReader keys;
  std::string pending;              // output that the terminal has not taken yet
  std::vector<std::string> drawn;   // the last frame
  int frames = 0;
  bool is_entered = false;
  std::size_t last_columns = 0, last_rows = 0;

  void enter() {
    termios raw = before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C and Ctrl-Z stay signals
    raw.c_iflag &= ~static_cast<tcflag_t>(IXON);           // Ctrl-S would freeze the screen; q would not leave it
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    fault_fd = out;
    fault_before = before;
    is_open = true;
    is_entered = true;
    ::tcsetattr(in, TCSANOW, &raw);
    pending.assign(kTakeScreen);
    drawn.clear();
    flush();
  }

  void leave() {
    if (!is_entered) return;
    is_entered = false;
    pending.assign(kGiveBack);
    pollfd ready{out, POLLOUT, 0};
    while (!pending.empty() && ::poll(&ready, 1, kLeavePatienceMs) > 0 && flush()) {
    }
    pending.clear();
    ::tcsetattr(in, TCSANOW, &before);
    is_open = false;
  }

  // As much as the terminal takes; false when it is gone.
  bool flush() {
    while (!pending.empty()) {
      const ssize_t written = ::write(out, pending.data(), pending.size());
      if (written > 0) {
        pending.erase(0, static_cast<std::size_t>(written));
      } else {
        return written < 0 && (errno == EAGAIN || errno == EINTR);
      }
    }
    return true;
  }

  // Like any program: the shell takes over, and fg wakes us up here. In a group that no shell watches nothing happens.
  void suspend() {
    leave();
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGTSTP);
    ::signal(SIGTSTP, SIG_DFL);
    ::kill(::getpid(), SIGTSTP);
    ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    enter();
  }

  void hear_signals(Heard& heard) {
    signalfd_siginfo info{};
    while (::read(signals.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      switch (static_cast<int>(info.ssi_signo)) {
        case SIGWINCH:
          heard.is_changed = true;
          break;
        case SIGTSTP:
          suspend();
          heard.is_changed = true;
          break;
        case SIGCONT:  // after a stop that nobody announced the shell has set its own modes
          enter();
          heard.is_changed = true;
          break;
        default:
          heard.is_over = true;
      }
    }
  }

  void hear_keys(Heard& heard, bool is_hung_up) {
    std::array<char, 512> bytes{};
    const ssize_t count = ::read(in, bytes.data(), bytes.size());
    if (count > 0) {
      heard.keys = keys.read({bytes.data(), static_cast<std::size_t>(count)});
    } else if (is_hung_up || (count < 0 && errno != EAGAIN && errno != EINTR)) {
      heard.is_over = true;
    }
  }
};

TerminalScreen::TerminalScreen(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

trading::Result<std::unique_ptr<TerminalScreen>> TerminalScreen::open() {
  auto parts = std::make_unique<Parts>();
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &parts->before) != 0)
    return trading::make_error("NO_TERMINAL", "the live screen needs a terminal, and there is none", "approval_cli desk --once prints it, --json for programs");
  parts->own = wire::OwnedFd(::open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (parts->own.is_open()) parts->in = parts->out = parts->own.get();
  const sigset_t set = events();
  ::pthread_sigmask(SIG_BLOCK, &set, &parts->mask_before);
  parts->signals = wire::OwnedFd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  for (const int number : kFaults) ::signal(number, on_fault);
  parts->enter();
  std::unique_ptr<TerminalScreen> screen(new TerminalScreen(std::move(parts)));
  screen->parts_->last_columns = screen->columns();
  screen->parts_->last_rows = screen->rows();
  return screen;
}

TerminalScreen::~TerminalScreen() {
  parts_->leave();
  for (const int number : kFaults) ::signal(number, SIG_DFL);
  parts_->signals = wire::OwnedFd();
}

TerminalScreen::Heard TerminalScreen::wait(std::chrono::milliseconds at_most) {
  Heard heard;
  std::array<pollfd, 3> waits{{{parts_->in, POLLIN, 0}, {parts_->signals.get(), POLLIN, 0}, {parts_->pending.empty() ? -1 : parts_->out, POLLOUT, 0}}};
  const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(at_most.count()));
  if (ready == 0) heard.keys = parts_->keys.pause();
  if (ready > 0 && (waits[1].revents & POLLIN) != 0) parts_->hear_signals(heard);
  if (ready > 0 && waits[0].revents != 0) parts_->hear_keys(heard, (waits[0].revents & (POLLHUP | POLLERR)) != 0);
  if (ready > 0 && (waits[2].revents & POLLOUT) != 0 && !parts_->flush()) heard.is_over = true;
  // Where no signal tells of another size (no controlling terminal) it is seen here.
  if (columns() != parts_->last_columns || rows() != parts_->last_rows) {
    heard.is_changed = true;
    parts_->last_columns = columns();
    parts_->last_rows = rows();
    parts_->drawn.clear();
    if (parts_->is_entered && parts_->pending.empty()) parts_->pending = "\x1b[2J";
  }
  return heard;
}

std::size_t TerminalScreen::columns() const {
  winsize size{};
  return ::ioctl(parts_->out, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::size_t TerminalScreen::rows() const {
  winsize size{};
  return ::ioctl(parts_->out, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

void TerminalScreen::show(const std::vector<std::string>& lines) {
  Parts& p = *parts_;
  p.flush();
  if (!p.is_entered || !p.pending.empty()) return;  // the terminal is behind: the next frame is newer
  if (++p.frames % kFramesBetweenRepaints == 0) p.drawn.clear();
  for (std::size_t row = 0; row < lines.size(); ++row) {
    if (row < p.drawn.size() && p.drawn[row] == lines[row]) continue;
    p.pending += "\x1b[" + std::to_string(row + 1) + ";1H\x1b[2K" + lines[row];
  }
  for (std::size_t row = lines.size(); row < p.drawn.size(); ++row) p.pending += "\x1b[" + std::to_string(row + 1) + ";1H\x1b[2K";
  p.drawn = lines;
  p.flush();
}

}  // namespace approval_cli
