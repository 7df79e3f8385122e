#include "execution_broker/risk/loss_state.h"

#include <algorithm>
#include <utility>

#include "execution_broker/risk/checks/checks.h"
#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

using trading::Accrual;

namespace {

std::string book_name(const Facts& facts, bool is_account) {
  if (facts.mode.book == trading::TradingMode::kPaper) return "book";
  return is_account ? "account" : "tagged book";
}

std::optional<BookLoss> worse(const Facts& facts, const std::optional<ResultFact>& tagged,
                              const std::optional<ResultFact>& account) {
  if (!tagged || !account) return std::nullopt;
  const bool is_account = account->net() < tagged->net();
  return BookLoss{book_name(facts, is_account), -(is_account ? account : tagged)->net()};
}

std::optional<Drawdown> drawdown_of(const Facts& facts, const BookFacts& book, bool is_account) {
  if (!book.peak_equity || !book.equity_now) return std::nullopt;
  Accrual base = *book.peak_equity;
  if (facts.mode.book == trading::TradingMode::kLive)
    base = std::min(base, facts.limits.amount(Limit::kLiveCapital));
  return Drawdown{book_name(facts, is_account), *book.peak_equity - *book.equity_now,
                  part_of(base, facts.limits.bps(Limit::kMaxDrawdown), trading::Rounding::kFloor)};
}

}  // namespace

std::optional<BookLoss> worst_loss_of_day(const Facts& facts) {
  return worse(facts, facts.tagged.today, facts.account.today);
}

std::optional<BookLoss> worst_loss_of_week(const Facts& facts) {
  return worse(facts, facts.tagged.week, facts.account.week);
}

std::optional<Drawdown> worst_drawdown(const Facts& facts) {
  const auto tagged = drawdown_of(facts, facts.tagged, false);
  const auto account = drawdown_of(facts, facts.account, true);
  if (!tagged || !account) return std::nullopt;
  return account->limit - account->loss < tagged->limit - tagged->loss ? account : tagged;
}

CheckResult by_loss(const std::optional<BookLoss>& loss, DenialCode code, Limit limit,
                    const Facts& facts) {
  const auto allowed = share_of_purse(facts, limit);
  if (!loss || !allowed) return unknown("profit and loss, or the purse");
  return below(loss->loss.value(), allowed->value(), code,
               {.subject = loss->book, .key = key_of(limit)});
}

std::vector<Trip> trips_of(const Facts& facts) {
  std::vector<Trip> trips;
  const auto consider = [&](TripEffect effect, CheckResult result) {
    if (result.kind == VerdictKind::kRefuse)
      trips.push_back({effect, make_denial(result.code, result.values)});
  };
  consider(TripEffect::kHalt, check_daily_loss_halt(facts));
  consider(TripEffect::kHalt, check_drawdown(facts));
  consider(TripEffect::kHalt, check_rejects(facts));
  consider(TripEffect::kReduceOnly, check_daily_loss(facts));
  consider(TripEffect::kReduceOnly, check_weekly_loss(facts));
  return trips;
}

}  // namespace broker::risk
