#include "mcp_gateway/jsonrpc/line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace jsonrpc {
namespace {

constexpr std::size_t kReadBytes = std::size_t{16} * 1024;
// A buffer that grew for one huge line is given back when the line is gone.
constexpr std::size_t kKeptCapacity = 16 * kReadBytes;

}  // namespace

LineReader::LineReader(int fd, int stop_fd, std::size_t max_line_bytes)
    : fd_(fd), stop_fd_(stop_fd), max_line_bytes_(max_line_bytes) {}

Line LineReader::next() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', scanned_);
    if (end != std::string::npos) {
      if (skipping_) {
        skipping_ = false;
        begin_ = scanned_ = end + 1;
        continue;
      }
      return take_line(end, 1);
    }
    scanned_ = buffer_.size();
    if (skipping_) {
      buffer_.clear();
      begin_ = scanned_ = 0;
    } else if (buffer_.size() - begin_ > max_line_bytes_) {
      skipping_ = true;
      return {LineStatus::kTooLong, {}};
    }
    if (ended_) {
      if (begin_ < buffer_.size()) return take_line(buffer_.size(), 0);
      return {LineStatus::kEnd, {}};
    }
    if (!wait_readable()) return {LineStatus::kStopped, {}};
    if (!fill()) ended_ = true;
  }
}

Line LineReader::take_line(std::size_t end, std::size_t terminator_bytes) {
  const std::size_t begin = begin_;
  begin_ = scanned_ = end + terminator_bytes;
  if (end - begin > max_line_bytes_) return {LineStatus::kTooLong, {}};
  if (end > begin && buffer_[end - 1] == '\r') --end;
  return {LineStatus::kLine, std::string_view(buffer_).substr(begin, end - begin)};
}

bool LineReader::wait_readable() const {
  pollfd waiting[2] = {{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
  for (;;) {
    const int ready = ::poll(waiting, stop_fd_ < 0 ? 1 : 2, -1);
    if (ready > 0) return stop_fd_ < 0 || waiting[1].revents == 0;
    if (errno != EINTR) return false;
  }
}

bool LineReader::fill() {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    if (buffer_.empty() && buffer_.capacity() > kKeptCapacity) std::string().swap(buffer_);
  }
  const std::size_t filled = buffer_.size();
  if (buffer_.capacity() < filled + kReadBytes) buffer_.reserve(2 * filled + kReadBytes);
  buffer_.resize(filled + kReadBytes);
  ssize_t got = 0;
  do {
    got = ::read(fd_, buffer_.data() + filled, kReadBytes);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(filled + (got > 0 ? static_cast<std::size_t>(got) : 0));
  return got > 0 || (got < 0 && errno == EAGAIN);
}

}  // namespace jsonrpc
