#pragma once

// A piece of long work and what is known about it. The words are those of the tools' replies.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace jobs {

//   queued -> running -> done | failed | cancelled
//        \----------------------------------^
enum class State { kQueued, kRunning, kDone, kFailed, kCancelled };
std::string_view name_of(State state);  // "queued"
constexpr bool is_final(State state) {
  return state != State::kQueued && state != State::kRunning;
}

// What work comes to: the structured reply as JSON text, {"error":{...}} when it failed.
struct Answer {
  std::string text;
  bool is_error = false;
};

// The work's side of its job. Any thread.
class Control {
 public:
  explicit Control(std::stop_token stop) : stop_(std::move(stop)) {}

  [[nodiscard]] bool is_cancelled() const { return stop_.stop_requested(); }
  // To abort a remote call by.
  [[nodiscard]] const std::stop_token& cancellation() const { return stop_; }
  void report(std::uint64_t done, std::uint64_t total) {
    total_.store(total, std::memory_order_relaxed);
    done_.store(done, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t total() const { return total_.load(std::memory_order_relaxed); }

 private:
  std::stop_token stop_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> total_{0};
};

// Runs on a thread of the pool. Polls is_cancelled() and comes back soon after; what it uses must
// live as long as the pool. An exception that leaves it is a failure that tells nothing of its text.
using Work = std::function<Answer(Control&)>;

// A job as it stood at one instant.
struct Snapshot {
  std::string id;    // "J-1"
  std::string what;  // the tool that started it
  State state = State::kQueued;
  std::uint64_t done = 0, total = 0;  // total 0: not known yet
  std::chrono::milliseconds elapsed{0};  // since it began to run, up to its end
  std::optional<Answer> answer;  // of a job that is done or failed
};

}  // namespace jobs
