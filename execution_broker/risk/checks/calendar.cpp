#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_calendar(const Facts& facts) {
  switch (facts.day.kind) {
    case trading::DayStatus::Kind::kTrading:
      return pass();
    case trading::DayStatus::Kind::kHoliday:
      return refuse(DenialCode::kMarketHoliday, {.detail = facts.day.reason});
    case trading::DayStatus::Kind::kUnknown:
      return refuse(DenialCode::kCalendarUnknown, {.detail = facts.day.reason});
  }
  return unknown("calendar");
}

}  // namespace broker::risk
