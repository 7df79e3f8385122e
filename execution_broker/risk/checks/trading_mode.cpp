#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// Entries go to the effective mode's book alone, and live needs every one of its conditions.
CheckResult check_trading_mode(const Facts& facts) {
  const ModeFacts& mode = facts.mode;
  if (mode.book != mode.effective)
    return refuse(DenialCode::kModeNotEffective,
                  {.subject = std::string(name_of(mode.book)),
                   .detail = "the effective mode is " + std::string(name_of(mode.effective))});
  if (mode.book != trading::TradingMode::kLive) return pass();
  return by_finding(mode.live_ready, "the conditions of live trading", DenialCode::kLiveNotReady,
                    facts);
}

}  // namespace broker::risk
