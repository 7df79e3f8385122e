#pragma once

// Losses of the books against their limits, for the checks and for the desk, which trips on them
// without an order. Both books are looked at, the tagged one and the account's; the one that stands
// worse counts.

#include <optional>
#include <string>
#include <vector>

#include "execution_broker/risk/check_result.h"
#include "execution_broker/risk/denial.h"
#include "execution_broker/risk/facts.h"

namespace broker::risk {

struct BookLoss {
  std::string book;       // "book" on paper, else "tagged book" or "account"
  trading::Accrual loss;  // positive when lost: realised, unrealised and charges
};
// Empty when either book's figures are unknown.
std::optional<BookLoss> worst_loss_of_day(const Facts& facts);
std::optional<BookLoss> worst_loss_of_week(const Facts& facts);

struct Drawdown {
  std::string book;
  trading::Accrual loss;  // peak less now
  trading::Accrual
      limit;  // MAX_DRAWDOWN_PERCENT of the peak; in live the peak counts for at most LIVE_CAPITAL
};
// The book that is nearest to its limit, or furthest beyond.
std::optional<Drawdown> worst_drawdown(const Facts& facts);

// Refuses when the loss has reached that share of the purse.
CheckResult by_loss(const std::optional<BookLoss>& loss, DenialCode code, Limit limit,
                    const Facts& facts);

// What the desk does about it. Latches survive restarts and reset_paper_account. Those of the day
// and the week lift by themselves when the next one begins; the others stay until a human resumes.
enum class TripEffect {
  kReduceOnly,  // resting entries are cancelled, exits go on
  kHalt,        // the same, and a human resumes
};
struct Trip {
  TripEffect effect = TripEffect::kReduceOnly;
  Denial why;
};
// Every trip that these facts call for: day, week, drawdown, refusals by the exchange. Looks at the
// books, the rates, the mode and the limits; the order and everything else may be left empty.
// Unknown trips nothing.
std::vector<Trip> trips_of(const Facts& facts);

}  // namespace broker::risk
