#include "execution_broker/desk/market_driver.h"

#include <algorithm>

#include "trading/base/invariant.h"

namespace broker {

using trading::MarketSlice;
using trading::Result;
using trading::Status;
using trading::Timestamp;

namespace {

constexpr char kDone[] = "market_us";            // everything up to here is handled
constexpr char kReserved[] = "market_reserved_us"; // no reply ever told a later time
// A running clock writes its time ahead, so that not every tick costs a disk write and a restart still never goes back.
constexpr trading::Duration kReserve = trading::seconds(10);
// Recorded prints are written with the next decision, or in a transaction of their own when so many wait.
constexpr std::size_t kSlicesAtOnce = 512;

}  // namespace

Timestamp MarketDriver::durable_time(Ledger& ledger, Timestamp first) {
  const std::int64_t done = ledger.counter(kDone, first.us);
  // A kill may have come between an exchange event and the time's own record: what happened is not undone.
  const auto told = single_int64(ledger.database().statement("SELECT MAX(market_us) FROM exchange_event"));
  const std::int64_t last_event = told ? told->value_or(done) : done;
  return Timestamp{std::max(done, last_event)};
}

Timestamp MarketDriver::promised_time() const {
  return std::max(market_.now(), Timestamp{book_.ledger.counter(kReserved, 0)});
}

// Elsewhere than on paper the exchange matches by itself: there is nothing to drive, and its events come by themselves.
std::set<std::string> MarketDriver::driven_symbols() const {
  if (book_.paper == nullptr) return {};
  std::set<std::string> symbols = book_.paper->working_symbols();
  for (const auto& [key, record] : book_.ledger.positions()) symbols.insert(key.first);
  return symbols;
}

Status MarketDriver::reserve(Timestamp target) {
  const Pace& pace = market_.virtual_clock->pace();
  const std::int64_t ahead = pace.is_step() ? 0 : kReserve.us * std::max<std::int64_t>(1, pace.speed_e4 / 10'000);
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(book_.ledger.set_counter(unit, kReserved, target.us + ahead));
  RETURN_IF_ERROR(book_.ledger.set_counter(unit, kDone, done_->us));
  RETURN_IF_ERROR(unit.commit());
  book_.ledger.database().sync();  // reads that do not go through the desk tell the time, too
  return {};
}

// The prints that were used and the time done, with whatever else the unit writes.
Status MarketDriver::write_done(Ledger::Unit& unit) {
  for (const MarketSlice& slice : unrecorded_) RETURN_IF_ERROR(book_.ledger.record_slice(unit, slice));
  return book_.ledger.set_counter(unit, kDone, done_->us);
}

Result<MarketDriver::Advanced> MarketDriver::advance_to(Timestamp target, const std::function<bool()>& is_enough) {
  INVARIANT(market_.virtual_clock != nullptr, "a market is walked through by its own clock");
  int events = 0;
  // After a kill, what lies between the time done and the time told is handled first.
  if (!done_) done_ = Timestamp{book_.ledger.counter(kDone, market_.now().us)};
  Timestamp& done = *done_;
  if (target.us > book_.ledger.counter(kReserved, 0)) RETURN_IF_ERROR(reserve(target));
  while (true) {
    std::optional<DayTimer> timer = days_.next(done);
    if (timer && timer->at > target) timer.reset();
    Timestamp at = timer ? timer->at : target;
    std::vector<MarketSlice> slices;
    for (const std::string& symbol : driven_symbols()) {
      auto slice = market_.source.next_slice(symbol, done, at);
      if (!slice || slice->ts > at) continue;
      if (slice->ts < at) slices.clear();
      at = slice->ts;
      slices.push_back(std::move(*slice));
    }
    if (!timer && slices.empty()) break;
    market_.virtual_clock->set_market(std::max(at, market_.now()));
    // The day's own event goes before the print of the same instant: a square-off at 15:05 meets the 15:05 print.
    const bool is_day_event = timer && timer->at == at;
    if (is_day_event) {
      RETURN_IF_ERROR(days_.run(*timer));
      ++events;
    }
    const std::int64_t applied = book_.ledger.counter("applied_exchange_seq");
    RETURN_IF_ERROR(handle_slices(slices));
    RETURN_IF_ERROR(days_.enforce_square_off());
    events += static_cast<int>(slices.size());
    done = at;
    const bool has_decision = is_day_event || book_.ledger.counter("applied_exchange_seq") != applied;
    if (has_decision || unrecorded_.size() >= kSlicesAtOnce) {
      ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
      RETURN_IF_ERROR(write_done(unit));
      RETURN_IF_ERROR(unit.commit());
      unrecorded_.clear();
    }
    if (is_enough && done < target && is_enough()) return Advanced{events, false};
  }
  if (target > market_.now()) market_.virtual_clock->set_market(target);
  done = std::max(done, market_.now());
  if (!unrecorded_.empty() || market_.virtual_clock->pace().is_step()) RETURN_IF_ERROR(keep_time());
  return Advanced{events, true};
}

Status MarketDriver::handle_slices(const std::vector<MarketSlice>& slices) {
  if (slices.empty()) return {};
  const std::set<std::string> working = book_.paper->working_symbols();
  for (const MarketSlice& slice : slices) {
    // After an error the same instant is handled again: one row a print.
    const bool is_kept = !unrecorded_.empty() && std::any_of(unrecorded_.begin(), unrecorded_.end(), [&](const MarketSlice& s) {
      return s.ts == slice.ts && s.symbol == slice.symbol;
    });
    if (working.contains(slice.symbol) && !is_kept) unrecorded_.push_back(slice);
    ASSIGN_OR_RETURN(const bool is_new, book_.paper->on_slice(slice));
    RETURN_IF_ERROR(submission_.settle());
    // A print that was matched before a restart says nothing new about stops and targets.
    if (is_new) RETURN_IF_ERROR(protection_.on_slice(slice));
  }
  return check_loss_trips(view_of(book_, market_, limits_, counters_, permissions_, halt_), submission_);
}

Status MarketDriver::keep_time() {
  const Timestamp now = market_.now();
  const bool is_step = market_.virtual_clock != nullptr && market_.virtual_clock->pace().is_step();
  const bool is_promised_ahead = is_step && book_.ledger.counter(kReserved, now.us) > now.us;
  if (unrecorded_.empty() && book_.ledger.counter(kDone, 0) == now.us && !is_promised_ahead) return {};
  if (!done_) done_ = now;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(write_done(unit));
  if (is_step) RETURN_IF_ERROR(book_.ledger.set_counter(unit, kReserved, std::max(*done_, now).us));
  RETURN_IF_ERROR(unit.commit());
  unrecorded_.clear();
  return {};
}

}  // namespace broker
