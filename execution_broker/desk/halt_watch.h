#pragma once

// Watches for run/HALT on a thread of its own: its appearance raises the halt flag at once, whatever the other threads
// are doing. Removing the file resumes nothing.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "execution_broker/desk/book.h"
#include "trading/base/result.h"

namespace broker {

// The first line of run/HALT as printable ASCII, at most 120 characters ("?" for every other byte): the reason that a human
// wrote into it. "" when it says nothing or is no plain file; nullopt when it does not stand.
std::optional<std::string> read_halt_reason(const std::filesystem::path& run_folder);

class HaltWatch {
 public:
  // HALT_WATCH_FAILED when the folder cannot be watched: then the broker must not start. `on_halt` is called once, on
  // the watch's thread, after the flag is raised.
  static trading::Result<std::unique_ptr<HaltWatch>> start(const std::filesystem::path& run_folder, HaltFlag& halt,
                                                           std::function<void()> on_halt);
  ~HaltWatch();
  HaltWatch(const HaltWatch&) = delete;
  HaltWatch& operator=(const HaltWatch&) = delete;

 private:
  HaltWatch(std::filesystem::path file, HaltFlag& halt, std::function<void()> on_halt)
      : file_(std::move(file)), halt_(halt), on_halt_(std::move(on_halt)) {}
  void watch();

  std::filesystem::path file_;
  HaltFlag& halt_;
  std::function<void()> on_halt_;
  int inotify_fd_ = -1;
  int stop_pipe_[2] = {-1, -1};
  std::thread thread_;
};

}  // namespace broker
