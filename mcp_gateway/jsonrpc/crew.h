#pragma once

// The threads that serve one connection: they take turns at reading.
//
//   wait for the turn --> read --> answered at once: read on
//          ^               |
//          |               +-----> a job: pass the turn on, run it, then run what waits
//          +-----------------------------------------------------'
//
// The thread that read a job runs it, so no job is handed from thread to thread on its way (that
// costs more than a trivial job itself); the turn is passed on first, so somebody always reads.
// There is one thread more than jobs may run at once; jobs beyond that wait in a bounded queue;
// beyond that they are refused.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace jsonrpc {

struct Job {
  std::function<void()> run;     // empty: the message was answered while reading
  std::function<void()> refuse;  // instead of run, by the reading thread, when there is no room
};

class Crew {
 public:
  // Returns the next message's job; nothing when input has ended. Called by one thread at a time.
  using ReadTurn = std::function<std::optional<Job>()>;

  Crew(std::size_t max_running, std::size_t max_waiting, ReadTurn read_turn);
  // Waits for every job, however long it takes.
  ~Crew();

  // Blocks until input has ended.
  void wait_for_end_of_input();
  // True when every job has finished within the time. Only after the end of input.
  bool wait_for_jobs(std::chrono::milliseconds patience);

 private:
  void serve();
  std::optional<Job> take_turn();
  bool accept(Job& job);
  std::optional<Job> next_waiting();

  const std::size_t max_running_;
  const std::size_t max_waiting_;
  const ReadTurn read_turn_;

  std::mutex turn_;           // held by the reading thread
  bool input_ended_ = false;  // guarded by turn_
  std::mutex mutex_;          // guards what follows
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  std::size_t running_ = 0;
  bool end_is_known_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace jsonrpc
