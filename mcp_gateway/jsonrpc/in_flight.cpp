#include "mcp_gateway/jsonrpc/in_flight.h"

#include <vector>

namespace jsonrpc {

std::optional<std::stop_token> InFlight::begin(const RequestId& id) {
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = entries_.try_emplace(id);
  if (!is_new) return std::nullopt;
  return entry->second.stop.get_token();
}

bool InFlight::finish(const RequestId& id) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return false;
  const bool may_reply = !entry->second.is_silenced;
  entries_.erase(entry);
  return may_reply;
}

// Stop callbacks run in request_stop(), outside the lock: they belong to the handler and may take a
// while.
void InFlight::cancel(const RequestId& id) {
  std::optional<std::stop_source> stop;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = entries_.find(id);
    if (entry == entries_.end()) return;
    entry->second.is_silenced = true;
    stop = entry->second.stop;
  }
  stop->request_stop();
}

void InFlight::stop_all() {
  std::vector<std::stop_source> stops;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) stops.push_back(entry.stop);
  }
  for (auto& stop : stops) stop.request_stop();
}

}  // namespace jsonrpc
