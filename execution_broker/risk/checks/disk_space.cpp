#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_disk_space(const Facts& facts) {
  if (!facts.state.free_disk_bytes) return unknown("free space on the ledger's disk");
  const std::int64_t needed = facts.limits.value(Limit::kMinFreeDisk) * 1'000'000;
  return at_least(*facts.state.free_disk_bytes, needed, DenialCode::kDiskSpaceLow);
}

}  // namespace broker::risk
