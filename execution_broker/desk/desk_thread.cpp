#include "execution_broker/desk/desk_thread.h"

#include <time.h>

#include <algorithm>
#include <cerrno>
#include <exception>

#include "trading/base/invariant.h"

namespace broker {
namespace {

using SteadyClock = std::chrono::steady_clock;

// True when the call came back without an exception.
template <typename F>
bool returns_normally(F&& f) noexcept {
  try {
    f();
    return true;
  } catch (...) {
    return false;
  }
}

void wait(sem_t& semaphore) {
  while (::sem_wait(&semaphore) != 0) INVARIANT(errno == EINTR, "a semaphore that stands can be waited for");
}

// False when the deadline came first.
bool wait_until(sem_t& semaphore, SteadyClock::time_point deadline) {
  const auto since_boot = std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t ns = std::max<std::int64_t>(since_boot, 0);
  const timespec until{.tv_sec = ns / kSecond, .tv_nsec = ns % kSecond};
  while (::sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until) != 0) {
    if (errno == ETIMEDOUT) return false;
    INVARIANT(errno == EINTR, "a semaphore that stands can be waited for");
  }
  return true;
}

}  // namespace

DeskThread::DeskThread(Options options)
    : options_(std::move(options)), thread_([this] { loop(); }) {}

DeskThread::~DeskThread() {
  stop();
}

void DeskThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::size_t DeskThread::waiting() const {
  const std::lock_guard lock(mutex_);
  return stop_lane_.size() + normal_lane_.size();
}

DeskThread::Outcome DeskThread::run_job(DeskLane lane, Deadline deadline, Job& job) {
  INVARIANT(std::this_thread::get_id() != thread_.get_id(),
            "the desk's thread would wait for itself");
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return Outcome::kStopping;
    std::deque<Job*>& queue = queue_of(lane);
    if (queue.size() >= kMaxWaiting) return Outcome::kFull;
    queue.push_back(&job);
  }
  work_.notify_one();
  if (!wait_until(job.ended, deadline)) {
    if (take_back(lane, job)) return Outcome::kLate;
    wait(job.ended);
  }
  switch (job.state) {
    case Job::State::kDone:
      return Outcome::kDone;
    case Job::State::kRefused:
      return Outcome::kStopping;
    case Job::State::kFailed:
    case Job::State::kWaiting:
    case Job::State::kRunning:
      return Outcome::kFailed;
  }
  return Outcome::kFailed;
}

// False when the desk has begun it, or ended it, in the meantime.
bool DeskThread::take_back(DeskLane lane, Job& job) {
  const std::lock_guard lock(mutex_);
  if (job.state != Job::State::kWaiting) return false;
  std::deque<Job*>& queue = queue_of(lane);
  queue.erase(std::find(queue.begin(), queue.end(), &job));
  return true;
}

trading::Error DeskThread::error_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFull:
      return trading::make_error(
          "BROKER_BUSY", std::to_string(kMaxWaiting) + " calls wait for the desk already",
          "nothing happened; send it again in a second", trading::Retry::kSafe);
    case Outcome::kLate:
      return trading::make_error("BROKER_BUSY",
                                 "the desk did not get to this call before its deadline",
                                 "nothing happened; send it again", trading::Retry::kSafe);
    case Outcome::kStopping:
      return trading::make_error("BROKER_STOPPING", "the broker is shutting down",
                                 "nothing happened; send it again when the broker runs",
                                 trading::Retry::kSafe);
    case Outcome::kFailed:
    case Outcome::kDone:
      break;
  }
  return trading::make_error("DESK_FAILED", "the desk failed while it worked on this call",
                             "look at the orders and the broker's log before sending it again",
                             trading::Retry::kVerifyFirst);
}

// The next job, marked as running; nullptr when none waits.
DeskThread::Job* DeskThread::take() {
  std::deque<Job*>& queue = stop_lane_.empty() ? normal_lane_ : stop_lane_;
  if (queue.empty()) return nullptr;
  Job* job = queue.front();
  queue.pop_front();
  job->state = Job::State::kRunning;
  return job;
}

// Runs a job and those that wait behind it by then, settles once, answers them all.
void DeskThread::run_together(Job* first) {
  std::vector<std::pair<Job*, Job::State>> done;
  for (Job* job = first; job != nullptr;) {
    const bool is_fine = returns_normally([&] { job->call(job->context); });
    done.emplace_back(job, is_fine ? Job::State::kDone : Job::State::kFailed);
    if (done.size() == kMostTogether) break;
    const std::lock_guard lock(mutex_);
    job = is_stopping_ ? nullptr : take();
  }
  settle();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [job, state] : done) job->state = state;
  }
  for (const auto& [job, state] : done) ::sem_post(&job->ended);
}

void DeskThread::settle() {
  if (options_.settle && !returns_normally(options_.settle))
    INVARIANT(false, "an exception left the desk's settling");
}

bool DeskThread::has_stop_waiting() const {
  const std::lock_guard lock(mutex_);
  return !stop_lane_.empty();
}

std::vector<DeskThread::Job*> DeskThread::refuse_normal_jobs() {
  std::vector<Job*> refused(normal_lane_.begin(), normal_lane_.end());
  for (Job* job : refused) job->state = Job::State::kRefused;
  normal_lane_.clear();
  return refused;
}

void DeskThread::loop() {
  Deadline next_tick = SteadyClock::now() + options_.tick_every;
  while (true) {
    Job* job = nullptr;
    std::vector<Job*> refused;
    bool is_last = false;
    {
      std::unique_lock lock(mutex_);
      work_.wait_until(lock, next_tick, [&] {
        return is_stopping_ || !stop_lane_.empty() || !normal_lane_.empty();
      });
      if (is_stopping_) refused = refuse_normal_jobs();
      is_last = is_stopping_ && stop_lane_.empty();
      job = take();
    }
    for (Job* one : refused) ::sem_post(&one->ended);
    if (is_last) return;
    if (job != nullptr) run_together(job);
    // Checked after each job too: a stream of reads must not starve the ticker. A stop goes before
    // it.
    if (SteadyClock::now() < next_tick || has_stop_waiting()) continue;
    if (options_.on_tick && !returns_normally(options_.on_tick)) {
      INVARIANT(false, "an exception left the desk's ticker");
    }
    settle();
    next_tick = SteadyClock::now() + options_.tick_every;
  }
}

}  // namespace broker
