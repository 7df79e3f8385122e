#pragma once

// Long work beside the line: a few threads, a short queue, and results that are kept by handle for
// a while. What there is no room for is refused, never queued without end.
//
// The threads begin with the first job, so a process that locks itself down before its first call
// has them inside. The destructor cancels everything and waits for the work to notice; a process
// that must end at once leaves by std::_Exit instead and waits for nobody.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "mcp_gateway/jobs/job.h"
#include "trading/base/result.h"

namespace jobs {

inline constexpr std::size_t kThreads = 2;
inline constexpr std::size_t kMostWaiting = 8;
inline constexpr std::size_t kMostKept = 32;
inline constexpr std::chrono::hours kKeptFor{1};
// How long a call waits for its own job before it answers with the handle.
inline constexpr std::chrono::milliseconds kPatience{4'000};
// For a process that makes one call: a handle is worth nothing after its end.
inline constexpr std::chrono::milliseconds kWaitsToTheEnd = std::chrono::hours{24};

// The bounds of one pool. The defaults are the program's; tests change them.
struct Limits {
  std::size_t threads = kThreads;
  std::size_t max_waiting = kMostWaiting;
  std::size_t max_kept = kMostKept;
  std::chrono::milliseconds kept_for = kKeptFor;
  std::chrono::milliseconds patience = kPatience;
};

// Safe for use by many threads at once.
class Pool {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  explicit Pool(const Limits& limits = {}, Now now = std::chrono::steady_clock::now);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // The handle. JOBS_BUSY when as much waits as may wait.
  trading::Result<std::string> start(std::string what, Work work);

  // Nothing: there is no such job, or its result is no longer kept.
  [[nodiscard]] std::optional<Snapshot> look(const std::string& id);
  // Waits until the job has ended, `longest` is over or `stop` is set; what it looked like then.
  std::optional<Snapshot> wait(const std::string& id, std::chrono::milliseconds longest,
                               const std::stop_token& stop);
  // A job that waits is cancelled at once, one that runs as soon as it notices; one that has ended
  // stays what it is.
  std::optional<Snapshot> cancel(const std::string& id);
  // Its answer has been given: it need not be kept. Only of jobs that have ended.
  void forget(const std::string& id);

  [[nodiscard]] std::chrono::milliseconds patience() const { return limits_.patience; }

 private:
  struct Job;
  using Lock = std::unique_lock<std::mutex>;

  void serve();
  void run(Job& job);
  void finish(Job& job, State state, std::optional<Answer> answer);
  void drop_old();
  [[nodiscard]] std::optional<Snapshot> snapshot_of(const std::string& id) const;

  const Limits limits_;
  const Now now_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  bool is_ending_ = false;
  std::uint64_t last_number_ = 0;
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::deque<std::string> ended_;  // oldest end first
  std::size_t running_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace jobs
