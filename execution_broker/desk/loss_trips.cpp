#include "execution_broker/desk/loss_trips.h"

#include <algorithm>

#include "execution_broker/desk/operator_state.h"

namespace broker {

using risk::Limit;
using trading::Accrual;
using trading::Result;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};

Accrual share(const LimitBook& limits, Limit limit, Accrual purse) {
  return part_of(purse, limits.effective().bps(limit), trading::Rounding::kDown);
}

// Monday of the date's week.
trading::TradingDate week_of(trading::TradingDate date) { return date - (date.weekday() + 6) % 7; }

std::string lost(Accrual loss, Accrual limit) {
  return "lost " + loss.rupees() + ", the limit is " + limit.rupees();
}

}  // namespace

Result<LossStanding> loss_standing(Book& book, const Market& market, const LimitBook& limits) {
  LossStanding standing;
  ASSIGN_OR_RETURN(const auto day, book.ledger.day(market.today()));
  const MarkedBook marked = mark(book.ledger, market);
  standing.purse = day ? day->open_equity : marked.equity.value_or(book.ledger.book_equity());
  if (marked.equity) standing.day_pnl = *marked.equity - standing.purse;
  standing.day_limit = share(limits, Limit::kMaxDailyLoss, standing.purse);
  standing.halt_limit = share(limits, Limit::kHaltDailyLoss, standing.purse);
  return standing;
}

Result<int> cancel_entries(Book& book, Submission& submission, const Requester& who, const std::string& why) {
  std::vector<OrderRecord> entries;
  for (const auto& [seq, order] : book.ledger.working())
    if (order.order_class == trading::OrderClass::kEntry && trading::is_working(order.state)) entries.push_back(order);
  for (const OrderRecord& order : entries) {
    // One that filled meanwhile is not there to cancel: that is no failure of the stop.
    const Status cancelled = submission.cancel(who, order, why);
    if (!cancelled && cancelled.error().code != "REFUSED_BY_EXCHANGE") return cancelled.error();
  }
  return static_cast<int>(entries.size());
}

Status check_loss_trips(Book& book, const Market& market, const LimitBook& limits, const DayCounters& counters,
                        Submission& submission) {
  ASSIGN_OR_RETURN(const LossStanding standing, loss_standing(book, market, limits));
  const trading::TradingDate today = market.today();
  std::vector<Latch> due;
  const auto trip = [&](const char* name, const char* state, const std::string& reason, std::optional<trading::TradingDate> until) {
    if (!book.ledger.latches().contains(name)) due.push_back({name, state, reason, market.now(), until});
  };
  if (standing.day_pnl && standing.day_pnl->is_negative()) {
    const Accrual loss = -*standing.day_pnl;
    if (loss >= standing.halt_limit) trip(kLatchDailyLossHalt, "halted", lost(loss, standing.halt_limit), std::nullopt);
    if (loss >= standing.day_limit) trip(kLatchDailyLoss, "reduce-only", lost(loss, standing.day_limit), today + 1);
  }
  if (standing.day_pnl) {
    const Accrual equity = standing.purse + *standing.day_pnl;
    ASSIGN_OR_RETURN(const auto week, book.ledger.days_since(week_of(today)));
    if (!week.empty()) {
      const Accrual limit = share(limits, Limit::kMaxWeeklyLoss, week.front().open_equity);
      const Accrual loss = week.front().open_equity - equity;
      if (loss >= limit && loss.is_positive()) trip(kLatchWeeklyLoss, "reduce-only", lost(loss, limit), week_of(today) + 7);
      const Accrual peak = week.back().peak_equity;
      const Accrual drawdown_limit = share(limits, Limit::kMaxDrawdown, peak);
      if (peak - equity >= drawdown_limit && peak > equity)
        trip(kLatchDrawdown, "halted", "drawdown: " + lost(peak - equity, drawdown_limit), std::nullopt);
    }
  }
  const auto rejects = std::count_if(counters.rejects.begin(), counters.rejects.end(),
                                     [&](trading::Timestamp t) { return market.now() - t < trading::minutes(5); });
  if (rejects >= limits.effective().value(Limit::kMaxRejectsInFiveMinutes))
    trip(kLatchRejects, "halted", std::to_string(rejects) + " orders were rejected within 5 minutes", std::nullopt);

  if (due.empty()) return {};
  for (const Latch& latch : due) RETURN_IF_ERROR(set_latch(book, kBroker, latch, market.now()));
  ASSIGN_OR_RETURN([[maybe_unused]] const int cancelled, cancel_entries(book, submission, kBroker, "the desk is no longer open"));
  return {};
}

}  // namespace broker
