#pragma once

// The one thread that touches the books. Whoever wants something of the desk hands a function to
// run() and waits for what it returns; between jobs the thread calls the ticker.
//
//   lanes     kStop goes before kNormal, always. A job that runs is never interrupted: jobs are short,
//             and long work (a step of the clock, an export) comes as many of them
//   bounds    each lane holds kMaxWaiting jobs; a full one refuses (BROKER_BUSY, nothing happened).
//             They are separate: a flood of reads cannot keep a halt out
//   deadline  a job that has not begun by its caller's deadline is taken back (BROKER_BUSY, nothing
//             happened). One that has begun is waited for: its effect is real
//   answers   leave after Options::settle, which makes durable what the job committed. Jobs that wait
//             meanwhile share one, kMostTogether at most
//   failure   exceptions stay on the thread and come back as DESK_FAILED, retry verify_first

#include <semaphore.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "trading/base/result.h"

namespace broker {

enum class DeskLane : std::uint8_t { kStop, kNormal };

class DeskThread {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kMaxWaiting = 64;
  static constexpr std::size_t kMostTogether = 8;

  struct Options {
    std::chrono::milliseconds tick_every{250};
    std::function<void()> on_tick{};  // on the desk's thread; may be empty
    std::function<void()> settle{};   // after jobs and ticks, before anyone is answered; may be empty
  };

  explicit DeskThread(Options options);
  ~DeskThread();  // stop()
  DeskThread(const DeskThread&) = delete;
  DeskThread& operator=(const DeskThread&) = delete;

  // Runs `f` on the desk's thread and returns what it returned: T and Result<T> both come as
  // Result<T>. Any thread but the desk's own (that would wait for itself: aborts). Errors:
  // BROKER_BUSY, BROKER_STOPPING, DESK_FAILED, f's own.
  template <typename F>
  auto run(DeskLane lane, Deadline deadline, F&& f);

  // Jobs of the stop lane that wait are still run, the others are refused; then the thread ends.
  // Idempotent.
  void stop();

  // Jobs that wait now, for status and tests.
  [[nodiscard]] std::size_t waiting() const;

 private:
  // Lives on the stack of its caller, who waits until it is done or taken back. The semaphore is
  // POSIX's for its promise: once the wait has returned it may be destroyed, though the post that
  // ended the wait has not returned yet. So nobody is woken under the lock, to wait for the lock.
  struct Job {
    Job() { ::sem_init(&ended, 0, 0); }
    ~Job() { ::sem_destroy(&ended); }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    void (*call)(void* context) = nullptr;
    void* context = nullptr;
    enum class State : std::uint8_t {
      kWaiting,
      kRunning,
      kDone,
      kFailed,
      kRefused
    } state = State::kWaiting;  // guarded by mutex_ until `ended` is posted
    sem_t ended;                // posted once, by the desk's thread, when it will not touch the job again
  };
  enum class Outcome : std::uint8_t { kDone, kFailed, kFull, kLate, kStopping };

  Outcome run_job(DeskLane lane, Deadline deadline, Job& job);
  bool take_back(DeskLane lane, Job& job);
  static trading::Error error_of(Outcome outcome);
  void loop();
  std::vector<Job*> refuse_normal_jobs();  // under the lock; those are to be posted
  Job* take();                             // under the lock
  void run_together(Job* first);
  void settle();
  [[nodiscard]] bool has_stop_waiting() const;
  [[nodiscard]] std::deque<Job*>& queue_of(DeskLane lane) {
    return lane == DeskLane::kStop ? stop_lane_ : normal_lane_;
  }

  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Job*> stop_lane_;    // guarded by mutex_
  std::deque<Job*> normal_lane_;  // guarded by mutex_
  bool is_stopping_ = false;      // guarded by mutex_
  std::thread thread_;            // last: it uses everything above
};

namespace desk_thread_detail {

template <typename T>
struct AsResult {
  using type = trading::Result<T>;
};
template <typename T>
struct AsResult<trading::Result<T>> {
  using type = trading::Result<T>;
};

}  // namespace desk_thread_detail

template <typename F>
auto DeskThread::run(DeskLane lane, Deadline deadline, F&& f) {
  using Returned = std::invoke_result_t<F&>;
  using Answer = typename desk_thread_detail::AsResult<Returned>::type;
  struct Context {
    F& function;
    std::optional<Answer> answer;
  } context{f, std::nullopt};
  Job job;
  job.context = &context;
  job.call = [](void* raw) {
    auto& c = *static_cast<Context*>(raw);
    if constexpr (std::is_void_v<Returned>) {
      c.function();
      c.answer.emplace();
    } else {
      c.answer.emplace(c.function());
    }
  };
  const Outcome outcome = run_job(lane, deadline, job);
  if (outcome != Outcome::kDone) return Answer(error_of(outcome));
  return std::move(*context.answer);
}

}  // namespace broker
