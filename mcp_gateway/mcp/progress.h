#pragma once

// Progress of one request, told to the client only if it asked (progressToken), strictly rising,
// not more often than the interval (the last step always passes), and never after the reply.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mcp {

class ProgressSink {
 public:
  // Writes one notification line.
  using Send = std::function<void(const std::string& line)>;

  ProgressSink() = default;  // nobody asked: report() does nothing
  // token_text: the progressToken as JSON text.
  ProgressSink(std::string token_text, std::chrono::steady_clock::duration interval, Send send);

  // Any thread. `done` of `total` (0: not known). A step that does not rise, or comes too soon, is
  // dropped.
  void report(double done, double total = 0, std::string_view message = {});
  [[nodiscard]] bool is_wanted() const { return static_cast<bool>(send_); }

  // After this nothing is sent any more. Called before the reply goes out.
  void close();

 private:
  std::string token_text_;
  std::chrono::steady_clock::duration interval_{};
  Send send_;
  std::mutex mutex_;  // guards what follows; held while sending, to keep the order
  std::optional<double> last_done_;
  std::chrono::steady_clock::time_point last_time_;
  bool is_closed_ = false;
};

}  // namespace mcp
