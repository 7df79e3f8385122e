#pragma once

// Tells the broker of every finished tool call, for its audit: in batches, from a thread of its
// own, at most a second late. A reply never waits for it, and neither does the end of the process
// for longer than asked.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mcp_gateway/mcp/finished_call.h"

namespace gateway {

struct ReportedCall {
  std::string tool;
  std::string client;
  bool is_error = false;
  std::string error_code;
  std::int64_t duration_us = 0;
  std::string arguments_text;  // hashed by the reporting thread
};

class ToolCallReporter {
 public:
  static constexpr std::size_t kMaxWaiting = 1'000;  // older ones are dropped and counted
  static constexpr std::size_t kMaxBatch = 100;
  static constexpr std::chrono::milliseconds kInterval{500};

  // Hands a batch over; false: nobody took it, try again later. Called by the thread only.
  using Send = std::function<bool(const std::vector<ReportedCall>& batch)>;

  explicit ToolCallReporter(Send send);
  ~ToolCallReporter();  // waits for a running send
  ToolCallReporter(const ToolCallReporter&) = delete;
  ToolCallReporter& operator=(const ToolCallReporter&) = delete;

  // Any thread; never blocks beyond a short lock.
  void report(const mcp::FinishedCall& call);
  // Sends what waits; false when that took longer than `patience`.
  bool flush(std::chrono::milliseconds patience);

 private:
  void run(const std::stop_token& stop);

  Send send_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any wake_;
  std::condition_variable_any done_;
  std::vector<ReportedCall> waiting_;
  bool is_sending_ = false;
  bool is_flushing_ = false;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace gateway
