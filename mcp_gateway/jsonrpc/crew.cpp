#include "mcp_gateway/jsonrpc/crew.h"

#include <utility>

namespace jsonrpc {

Crew::Crew(std::size_t max_running, std::size_t max_waiting, ReadTurn read_turn)
    : max_running_(max_running), max_waiting_(max_waiting), read_turn_(std::move(read_turn)) {
  threads_.reserve(max_running_ + 1);
  for (std::size_t i = 0; i <= max_running_; ++i) threads_.emplace_back([this] { serve(); });
}

Crew::~Crew() {
  for (auto& thread : threads_) thread.join();
}

void Crew::wait_for_end_of_input() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return end_is_known_; });
}

bool Crew::wait_for_jobs(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return running_ == 0 && waiting_.empty(); });
}

void Crew::serve() {
  for (;;) {
    std::optional<Job> job = take_turn();
    if (!job) return;
    do {
      job->run();
      job = next_waiting();
    } while (job);
  }
}

// Reads until there is a job for this thread; nothing when input has ended.
std::optional<Job> Crew::take_turn() {
  const std::lock_guard turn(turn_);
  while (!input_ended_) {
    std::optional<Job> job = read_turn_();
    if (!job) {
      input_ended_ = true;
      const std::lock_guard lock(mutex_);
      end_is_known_ = true;
      changed_.notify_all();
    } else if (job->run && accept(*job)) {
      return job;
    }
  }
  return std::nullopt;
}

// True when the calling thread shall run the job itself.
bool Crew::accept(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (running_ < max_running_) {
      ++running_;
      return true;
    }
    if (waiting_.size() < max_waiting_) {
      waiting_.push_back(std::move(job));
      return false;
    }
  }
  job.refuse();
  return false;
}

std::optional<Job> Crew::next_waiting() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    --running_;
    changed_.notify_all();
    return std::nullopt;
  }
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  return job;
}

}  // namespace jsonrpc
