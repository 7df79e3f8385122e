#pragma once

// A one-way switch that can be waited for beside a file descriptor: once set, it stays readable.

namespace jsonrpc {

class StopEvent {
 public:
  StopEvent();  // aborts the process if the kernel has no descriptor left: nothing could be stopped
  ~StopEvent();
  StopEvent(const StopEvent&) = delete;
  StopEvent& operator=(const StopEvent&) = delete;

  // Any thread, and async-signal-safe, so that a SIGTERM handler may call it.
  void set() noexcept;
  [[nodiscard]] bool is_set() const noexcept;
  // For poll(): readable for ever after set().
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

}  // namespace jsonrpc
