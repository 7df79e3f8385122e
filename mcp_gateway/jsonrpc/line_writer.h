#pragma once

// Whole lines to a descriptor, one writer at a time. The only thing in the process that writes
// there.

#include <mutex>
#include <string>
#include <string_view>

#include "mcp_gateway/jsonrpc/stop_event.h"

namespace jsonrpc {

class LineWriter {
 public:
  // Owns neither. gone: set by the first failed write (the reader is gone: EPIPE), so that the
  // thread that waits for input wakes up and ends. Once it or give_up is set, a write that would
  // block is abandoned. SIGPIPE must be ignored by the process.
  LineWriter(int fd, StopEvent& gone, const StopEvent& give_up);

  // Any thread. `text` must not hold a newline; "\n" is added. False when the other side is gone.
  bool write_line(std::string_view text);

 private:
  bool write_all(std::string_view bytes);
  bool wait_writable() const;

  int fd_;
  StopEvent& gone_;
  const StopEvent& give_up_;
  std::mutex mutex_;
  std::string line_;        // guarded by mutex_; keeps its capacity between lines
  bool is_broken_ = false;  // guarded by mutex_
};

}  // namespace jsonrpc
