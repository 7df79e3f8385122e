#include "execution_broker/desk/loss_trips.h"

#include "execution_broker/desk/operator_state.h"
#include "execution_broker/risk/loss_state.h"

namespace broker {

using risk::DenialCode;
using risk::Limit;
using trading::Accrual;
using trading::Result;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};

Latch latch_of(const risk::Trip& trip, const Market& market) {
  Latch latch;
  latch.state = trip.effect == risk::TripEffect::kHalt ? "halted" : "reduce-only";
  latch.reason = trip.why.message;
  latch.since = market.now();
  if (trip.why.id == DenialCode::kDailyLossHaltReached) {
    latch.name = kLatchDailyLossHalt;
  } else if (trip.why.id == DenialCode::kDailyLossLimitReached) {
    latch.name = kLatchDailyLoss;  // the day's limit ends with the day
    latch.until = market.today() + 1;
  } else if (trip.why.id == DenialCode::kWeeklyLossLimitReached) {
    latch.name = kLatchWeeklyLoss;
    latch.until = week_of(market.today()) + 7;
  } else if (trip.why.id == DenialCode::kDrawdownLimitReached) {
    latch.name = kLatchDrawdown;
  } else if (trip.why.id == DenialCode::kTooManyRejects) {
    latch.name = kLatchRejects;
  } else {
    latch.name = trip.why.code;
  }
  if (trip.effect == risk::TripEffect::kHalt) latch.until.reset();  // a human resumes
  return latch;
}

}  // namespace

LossStanding loss_standing(const DeskView& view) {
  LossStanding standing;
  const MarkedBook marked = mark(view.book.ledger, view.market);
  standing.purse = view.day ? view.day->open_equity : marked.equity.value_or(view.book.ledger.book_equity());
  if (marked.equity) standing.day_pnl = *marked.equity - standing.purse;
  const auto share = [&](Limit limit) {
    return part_of(standing.purse, view.limits.effective().bps(limit), trading::Rounding::kDown);
  };
  standing.day_limit = share(Limit::kMaxDailyLoss);
  standing.halt_limit = share(Limit::kHaltDailyLoss);
  return standing;
}

Result<int> cancel_entries(Book& book, Submission& submission, const Requester& who, const std::string& why) {
  std::vector<OrderRecord> entries;
  for (const auto& [seq, order] : book.ledger.working())
    if (order.order_class == trading::OrderClass::kEntry && trading::is_working(order.state) && !submission.is_being_cancelled(order))
      entries.push_back(order);
  for (const OrderRecord& order : entries) {
    // One that filled meanwhile is not there to cancel: that is no failure of the stop.
    const Status cancelled = submission.cancel(who, order, why);
    if (!cancelled && !is_not_taken(cancelled.error())) return cancelled.error();
  }
  return static_cast<int>(entries.size());
}

Status check_loss_trips(const DeskView& view, Submission& submission) {
  // Between sessions the marks are yesterday's (on an ex-date of other shares): a result is judged while prints come.
  const trading::ExchangeCalendar& calendar = view.market.source.calendar();
  if (calendar.phase(view.market.now(), false) != trading::SessionPhase::kContinuous &&
      calendar.phase(view.market.now(), true) != trading::SessionPhase::kContinuous)
    return {};
  risk::Facts facts;
  facts.market_now = view.market.now();
  facts.mode = {view.book.mode, view.book.mode, risk::Finding::not_applicable("not live")};
  facts.limits = view.limits.effective();
  facts.tagged = book_facts(view);
  facts.account = facts.tagged;
  facts.rate = rate_facts(view, nullptr);
  std::vector<Latch> due;
  for (const risk::Trip& trip : risk::trips_of(facts)) {
    const Latch latch = latch_of(trip, view.market);
    if (!view.book.ledger.latches().contains(latch.name)) due.push_back(latch);
  }
  if (due.empty()) return {};
  for (const Latch& latch : due) RETURN_IF_ERROR(set_latch(view.book, kBroker, latch, view.market.now()));
  ASSIGN_OR_RETURN([[maybe_unused]] const int cancelled,
                   cancel_entries(view.book, submission, kBroker, "the desk is no longer open"));
  return {};
}

}  // namespace broker
