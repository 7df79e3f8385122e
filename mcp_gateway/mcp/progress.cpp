#include "mcp_gateway/mcp/progress.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"

namespace mcp {

ProgressSink::ProgressSink(std::string token_text, std::chrono::steady_clock::duration interval,
                           Send send)
    : token_text_(std::move(token_text)), interval_(interval), send_(std::move(send)) {}

void ProgressSink::report(double done, double total, std::string_view message) {
  if (!is_wanted() || !std::isfinite(done) || !std::isfinite(total)) return;
  const std::lock_guard lock(mutex_);
  if (is_closed_ || (last_done_ && done <= *last_done_)) return;
  const auto now = std::chrono::steady_clock::now();
  const bool is_last = total > 0 && done >= total;
  if (last_done_ && !is_last && now - last_time_ < interval_) return;
  last_done_ = done;
  last_time_ = now;

  std::string params = "{\"progressToken\":" + token_text_;
  params += ",\"progress\":" + jsonrpc::to_text(done);
  if (total > 0) params += ",\"total\":" + jsonrpc::to_text(total);
  if (!message.empty()) params += ",\"message\":" + jsonrpc::to_text(std::string(message));
  send_(jsonrpc::notification_line("notifications/progress", params + "}"));
}

void ProgressSink::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

}  // namespace mcp
