#pragma once

// Bytes of a descriptor -> lines, bounded. A line ends with '\n'; a '\r' before it is dropped; what
// is left without '\n' at the end of input counts as a line. One thread at a time may call next().

#include <cstddef>
#include <string>
#include <string_view>

namespace jsonrpc {

inline constexpr std::size_t kMaxLineBytes = std::size_t{10} * 1024 * 1024;

enum class LineStatus {
  kLine,     // text holds one line, without its end
  kTooLong,  // a line passed the limit; the rest of it is skipped by the calls that follow
  kEnd,      // end of input, or an unreadable descriptor
  kStopped,  // the stop descriptor became readable
};

struct Line {
  LineStatus status;
  std::string_view text;  // valid until the next call
};

class LineReader {
 public:
  // Owns neither descriptor. stop_fd: readable when waiting has to end (-1: never).
  LineReader(int fd, int stop_fd, std::size_t max_line_bytes = kMaxLineBytes);

  // Blocks until a line, the end of input or a stop.
  Line next();

 private:
  Line take_line(std::size_t end, std::size_t terminator_bytes);
  bool wait_readable() const;
  bool fill();

  int fd_;
  int stop_fd_;
  std::size_t max_line_bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;    // first byte not yet handed out
  std::size_t scanned_ = 0;  // no '\n' between begin_ and here
  bool skipping_ = false;    // inside the rest of an over-long line
  bool ended_ = false;
};

}  // namespace jsonrpc
