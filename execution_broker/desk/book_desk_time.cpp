// Time: the ticker, the books brought to the clock, and a stepped clock's steps.

#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/operator_state.h"
#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};
// Real time of one slice of a step of the clock: what a stop may have to wait for it.
constexpr std::int64_t kSliceUs = 50'000;

}  // namespace

Status BookDesk::catch_up() {
  if (book_.paper == nullptr) {
    RETURN_IF_ERROR(submission_.settle());
    RETURN_IF_ERROR(reconcile_.look());
  }
  if (market_.virtual_clock == nullptr) return {};
  ASSIGN_OR_RETURN([[maybe_unused]] const MarketDriver::Advanced advanced,
                   driver_.advance_to(market_.virtual_clock->target(market_.clock.steady_us())));
  return {};
}

Status BookDesk::tick() {
  if (halt_.is_raised() && !book_.ledger.latches().contains(kLatchOperatorHalt) &&
      !book_.ledger.latches().contains(kLatchHaltFile))
    RETURN_IF_ERROR(latch_halt_file("appeared"));
  RETURN_IF_ERROR(keep_entries_out());
  RETURN_IF_ERROR(catch_up());
  return check_trips();
}

// While the desk is not open no entry waits: neither one that a crash left between a latch and its cancellations, nor one
// that an incident found resting.
Status BookDesk::keep_entries_out() {
  RETURN_IF_ERROR(end_what_is_over());
  if (standing_of(book_.ledger, halt_).state == risk::OperatorState::kOpen) return {};
  ASSIGN_OR_RETURN([[maybe_unused]] const int cancelled, broker::cancel_entries(book_, submission_, kBroker, "the desk is not open"));
  return {};
}

Result<ClockAdvance> BookDesk::begin_advance(const Requester&, trading::Duration span) {
  if (market_.virtual_clock == nullptr || !market_.virtual_clock->pace().is_step())
    return make_error("CLOCK_NOT_STEPPED", "market time moves by itself here", "set SIM_SPEED=step in the broker's .env to step it");
  if (span.us <= 0)
    return make_error("INVALID_ARGUMENT", "the span must be positive", "give a span such as 5m", Retry::kNo, "span");
  ClockAdvance advance;
  advance.span = span;
  advance.target = market_.virtual_clock->advanced_by(market_.now(), span);
  advance.market_now = market_.now();
  const trading::DayStatus day = market_.source.calendar().status(trading::date_of(advance.target));
  if (day.kind == trading::DayStatus::Kind::kUnknown)
    return make_error("CALENDAR_UNKNOWN", "market time cannot move there: " + day.reason,
                      "advance by less, or add the year to the calendar's tables", Retry::kNo, "span");
  return advance;
}

Status BookDesk::continue_advance(const Requester& who, ClockAdvance& advance) {
  const std::int64_t until = market_.clock.steady_us() + kSliceUs;
  ASSIGN_OR_RETURN(const MarketDriver::Advanced advanced,
                   driver_.advance_to(advance.target, [&] { return market_.clock.steady_us() >= until; }));
  advance.events += advanced.events;
  advance.market_now = market_.now();
  return advanced.has_arrived ? end_advance(who, advance, "clock.advanced") : Status();
}

Status BookDesk::stop_advance(const Requester& who, ClockAdvance& advance) {
  RETURN_IF_ERROR(driver_.keep_time());
  return end_advance(who, advance, "clock.advance_stopped");
}

Status BookDesk::end_advance(const Requester& who, ClockAdvance& advance, const std::string& type) {
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, type, "clock",
                                 CanonicalJson::object({{"span_us", advance.span.us}, {"events", advance.events}}), market_.now()));
  RETURN_IF_ERROR(unit.commit());
  advance.is_over = true;
  return {};
}

Result<ClockAdvance> BookDesk::advance_clock(const Requester& who, trading::Duration span) {
  ASSIGN_OR_RETURN(ClockAdvance advance, begin_advance(who, span));
  while (!advance.is_over) RETURN_IF_ERROR(continue_advance(who, advance));
  return advance;
}

std::int64_t BookDesk::quota_us() const {
  const bool is_stepped = market_.virtual_clock != nullptr && market_.virtual_clock->pace().is_step();
  return is_stepped ? market_.now().us : market_.clock.steady_us();
}

}  // namespace broker
