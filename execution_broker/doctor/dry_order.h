#pragma once

// What would refuse an entry today: asked of the running broker at its operator door, which runs the
// whole checklist over the facts of this moment and keeps and sends nothing.

#include <filesystem>
#include <string>
#include <vector>

#include "trading/base/result.h"

namespace broker {

struct DryVerdict {
  std::string check;
  std::string verdict;  // pass, refuse, unknown, not-applicable
  std::string code;     // of a refusal
  std::string value, limit, reason, fix;
};
struct DryOrder {
  std::string terms;  // "BUY 24 SBIN INTRADAY LIMIT 812.30, stop 804.10, target 836.70"
  bool would_pass = false;
  std::vector<DryVerdict> verdicts;  // the checklist, in its order
};
// `symbol` for some 20,000 rupees (one share at least), bought intraday at its price, with a stop 1 % below
// and a target 3 % above.
// Errors: those of the connection (BROKER_NOT_RUNNING, BROKER_REFUSED, BROKER_WRONG_UID) and of the call.
trading::Result<DryOrder> dry_order(const std::filesystem::path& home, const std::string& symbol, const std::string& version);

}  // namespace broker
