#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_session(const Facts& facts) {
  if (facts.day.kind != trading::DayStatus::Kind::kTrading) return not_applicable("no trading day");
  if (facts.phase == trading::SessionPhase::kContinuous) return pass();
  if (facts.phase == trading::SessionPhase::kUnknown) return unknown("phase of the session");
  return refuse(DenialCode::kMarketNotContinuous,
                {.subject = facts.order.symbol, .detail = std::string(name_of(facts.phase))});
}

}  // namespace broker::risk
