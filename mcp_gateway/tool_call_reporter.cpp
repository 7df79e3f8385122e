#include "mcp_gateway/tool_call_reporter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"

namespace gateway {

ToolCallReporter::ToolCallReporter(Send send)
    : send_(std::move(send)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

ToolCallReporter::~ToolCallReporter() = default;

void ToolCallReporter::report(const mcp::FinishedCall& call) {
  ReportedCall reported{.tool = std::string(call.tool),
                        .client = call.client.version.empty()
                                      ? call.client.name
                                      : call.client.name + "/" + call.client.version,
                        .is_error = call.is_error,
                        .error_code = std::string(call.error_code),
                        .duration_us = call.duration.count(),
                        .arguments_text = jsonrpc::to_text(call.arguments)};
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMaxWaiting) waiting_.erase(waiting_.begin());
  waiting_.push_back(std::move(reported));
}

bool ToolCallReporter::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  is_flushing_ = true;
  wake_.notify_all();
  return done_.wait_for(lock, patience, [this] { return waiting_.empty() && !is_sending_; });
}

void ToolCallReporter::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kInterval, [this] { return is_flushing_; });
    is_flushing_ = false;
    while (!waiting_.empty()) {
      const std::size_t count = std::min(waiting_.size(), kMaxBatch);
      std::vector<ReportedCall> batch(
          waiting_.begin(), std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(count)));
      waiting_.erase(waiting_.begin(),
                     std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(count)));
      is_sending_ = true;
      lock.unlock();
      const bool is_taken = send_(batch);
      lock.lock();
      is_sending_ = false;
      if (is_taken) continue;
      // Put back in front; the newest are kept when there are too many.
      waiting_.insert(waiting_.begin(), std::make_move_iterator(batch.begin()),
                      std::make_move_iterator(batch.end()));
      if (waiting_.size() > kMaxWaiting) {
        waiting_.erase(waiting_.begin(), std::prev(waiting_.end(), kMaxWaiting));
      }
      break;
    }
    done_.notify_all();
  }
}

}  // namespace gateway
