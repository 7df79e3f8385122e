#pragma once

// The terminal while a live screen is on it: the alternate screen, no echo, no cursor. It is given back as it was on every way
// out: the destructor, Ctrl-C, SIGTERM, SIGHUP, Ctrl-Z (and taken again by fg), an abort or a fault of this process.
//
// Signals are read as events here, so the object is made before any other thread is: threads take over the blocked signals.
// One at a time. A terminal that takes no output (Ctrl-S, a slow line) never blocks: frames are left out, keys are still read.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "trading/base/result.h"

namespace approval_cli {

class TerminalScreen {
 public:
  // NO_TERMINAL: standard input or output is none.
  static trading::Result<std::unique_ptr<TerminalScreen>> open();
  ~TerminalScreen();
  TerminalScreen(const TerminalScreen&) = delete;
  TerminalScreen& operator=(const TerminalScreen&) = delete;

  struct Heard {
    std::vector<char> keys;   // see keys.h
    bool is_over = false;     // somebody ends this, or the terminal is gone
    bool is_changed = false;  // another size, or back from a suspension: draw now
  };
  Heard wait(std::chrono::milliseconds at_most);

  [[nodiscard]] std::size_t columns() const;
  [[nodiscard]] std::size_t rows() const;

  // Draws what changed since the last frame. The lines hold no byte that a terminal obeys but those of tones.
  void show(const std::vector<std::string>& lines);

 private:
  struct Parts;
  explicit TerminalScreen(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace approval_cli
