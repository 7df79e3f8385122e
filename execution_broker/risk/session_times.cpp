#include "execution_broker/risk/session_times.h"

#include <algorithm>

namespace broker::risk {

std::int64_t square_off_minutes(const EffectiveLimits& limits, bool has_closing_auction) {
  return limits.value(has_closing_auction ? Limit::kSquareOffClosingAuction : Limit::kSquareOff);
}

std::int64_t entry_cutoff_minutes(const EffectiveLimits& limits, bool has_closing_auction) {
  return std::max(
      limits.value(has_closing_auction ? Limit::kEntryCutoffClosingAuction : Limit::kEntryCutoff),
      square_off_minutes(limits, has_closing_auction));
}

trading::Timestamp intraday_entries_end(const trading::TradingDay& day, bool has_closing_auction,
                                        const EffectiveLimits& limits) {
  return day.close(has_closing_auction) -
         trading::minutes(entry_cutoff_minutes(limits, has_closing_auction));
}

trading::Timestamp square_off_begins(const trading::TradingDay& day, bool has_closing_auction,
                                     const EffectiveLimits& limits) {
  return day.close(has_closing_auction) -
         trading::minutes(square_off_minutes(limits, has_closing_auction));
}

}  // namespace broker::risk
