// The queue, its threads, and how long results stay.

#include "mcp_gateway/jobs/pool.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace jobs {

namespace {

constexpr const char* kWorkThrew =
    R"({"error":{"code":"JOB_FAILED","message":"the work failed inside the gateway",)"
    R"("fix":"try a smaller job; if that fails too, look at the gateway's log","retry":"no"}})";

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::kQueued:
      return "queued";
    case State::kRunning:
      return "running";
    case State::kDone:
      return "done";
    case State::kFailed:
      return "failed";
    case State::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

struct Pool::Job {
  std::string id;
  std::string what;
  Work work;
  std::stop_source stop;
  Control control{stop.get_token()};
  // Guarded by the pool's mutex.
  State state = State::kQueued;
  std::chrono::steady_clock::time_point begun, ended;
  std::optional<Answer> answer;
};

Pool::Pool(const Limits& limits, Now now) : limits_(limits), now_(std::move(now)) {}

Pool::~Pool() {
  std::vector<std::shared_ptr<Job>> all;
  {
    const Lock lock(mutex_);
    is_ending_ = true;
    waiting_.clear();
    for (const auto& [id, job] : jobs_) all.push_back(job);
  }
  // Outside of the lock: what hangs on a stop runs here.
  for (const auto& job : all) job->stop.request_stop();
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

trading::Result<std::string> Pool::start(std::string what, Work work) {
  const Lock lock(mutex_);
  drop_old();
  if (running_ + waiting_.size() >= limits_.threads + limits_.max_waiting)
    return trading::make_error(
        "JOBS_BUSY",
        std::to_string(running_) + " jobs run and " + std::to_string(waiting_.size()) + " wait",
        "wait for one of them (get_job), or cancel one (cancel_job), then call again",
        trading::Retry::kSafe);
  if (threads_.empty())
    for (std::size_t i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { serve(); });
  auto job = std::make_shared<Job>();
  job->id = "J-" + std::to_string(++last_number_);
  job->what = std::move(what);
  job->work = std::move(work);
  std::string id = job->id;
  jobs_.emplace(id, job);
  waiting_.push_back(std::move(job));
  changed_.notify_all();
  return id;
}

void Pool::serve() {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      Lock lock(mutex_);
      changed_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
      if (is_ending_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
      job->state = State::kRunning;
      job->begun = now_();
      ++running_;
    }
    run(*job);
  }
}

void Pool::run(Job& job) {
  Answer answer;
  try {
    answer = job.work(job.control);
  } catch (const std::exception&) {
    answer = {kWorkThrew, true};
  }
  // What it holds (bars) is given back now, not when its result is forgotten.
  job.work = {};
  const Lock lock(mutex_);
  --running_;
  if (!answer.is_error) return finish(job, State::kDone, std::move(answer));
  if (job.control.is_cancelled()) return finish(job, State::kCancelled, std::nullopt);
  finish(job, State::kFailed, std::move(answer));
}

// The lock is held.
void Pool::finish(Job& job, State state, std::optional<Answer> answer) {
  job.state = state;
  job.answer = std::move(answer);
  job.ended = now_();
  ended_.push_back(job.id);
  drop_old();
  changed_.notify_all();
}

// The lock is held.
void Pool::drop_old() {
  const auto now = now_();
  while (!ended_.empty()) {
    const auto found = jobs_.find(ended_.front());
    const bool is_old = found == jobs_.end() || now - found->second->ended > limits_.kept_for;
    if (!is_old && ended_.size() <= limits_.max_kept) return;
    if (found != jobs_.end()) jobs_.erase(found);
    ended_.pop_front();
  }
}

std::optional<Snapshot> Pool::snapshot_of(const std::string& id) const {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return std::nullopt;
  const Job& job = *found->second;
  Snapshot out;
  out.id = job.id;
  out.what = job.what;
  out.state = job.state;
  out.done = job.control.done();
  out.total = job.control.total();
  if (job.begun != std::chrono::steady_clock::time_point{})
    out.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
        (is_final(job.state) ? job.ended : now_()) - job.begun);
  out.answer = job.answer;
  return out;
}

std::optional<Snapshot> Pool::look(const std::string& id) {
  const Lock lock(mutex_);
  drop_old();
  return snapshot_of(id);
}

std::optional<Snapshot> Pool::wait(const std::string& id, std::chrono::milliseconds longest,
                                   const std::stop_token& stop) {
  Lock lock(mutex_);
  drop_old();
  changed_.wait_for(lock, stop, longest, [&] {
    const auto found = jobs_.find(id);
    return is_ending_ || found == jobs_.end() || is_final(found->second->state);
  });
  return snapshot_of(id);
}

std::optional<Snapshot> Pool::cancel(const std::string& id) {
  std::shared_ptr<Job> job;
  {
    const Lock lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return std::nullopt;
    job = found->second;
    const auto place = std::find(waiting_.begin(), waiting_.end(), job);
    if (place != waiting_.end()) {
      waiting_.erase(place);
      job->work = {};
      finish(*job, State::kCancelled, std::nullopt);
    }
  }
  // Outside of the lock: what hangs on the stop (a remote call) runs here.
  job->stop.request_stop();
  const Lock lock(mutex_);
  return snapshot_of(id);
}

void Pool::forget(const std::string& id) {
  const Lock lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end() || !is_final(found->second->state)) return;
  jobs_.erase(found);
  ended_.erase(std::remove(ended_.begin(), ended_.end(), id), ended_.end());
}

}  // namespace jobs
