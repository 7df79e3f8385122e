#include "execution_broker/service/rpc_observer.h"

namespace broker {

std::int64_t RpcCounters::of(std::string_view method) const {
  const DoorRow* row = find_door_row(method);
  return row == nullptr ? 0 : counts_[index_of(*row)].load(std::memory_order_relaxed);
}

std::map<std::string, std::int64_t> RpcCounters::all() const {
  std::map<std::string, std::int64_t> counts;
  for (const DoorRow& row : door_table()) {
    const std::int64_t count = counts_[index_of(row)].load(std::memory_order_relaxed);
    if (count > 0) counts.emplace(row.method.substr(row.method.rfind('.') + 1), count);
  }
  return counts;
}

}  // namespace broker
