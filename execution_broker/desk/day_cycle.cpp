#include "execution_broker/desk/day_cycle.h"

#include <algorithm>
#include <array>

#include "execution_broker/desk/fills_to_ledger.h"
#include "execution_broker/desk/operator_state.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::Accrual;
using trading::CanonicalJson;
using trading::ChargeKind;
using trading::Price;
using trading::Product;
using trading::Quantity;
using trading::Result;
using trading::Status;
using trading::Timestamp;
using trading::TradingDate;
using trading::TradingDay;

namespace {

const Requester kBroker{Role::kBroker, 0};
constexpr std::array kKinds = {ChargeKind::kBrokerage, ChargeKind::kStt,   ChargeKind::kTransaction, ChargeKind::kSebi,
                               ChargeKind::kIpft,      ChargeKind::kStamp, ChargeKind::kDp,          ChargeKind::kGst};

std::string payable_account(ChargeKind kind) { return "charges_payable:" + std::string(trading::name_of(kind)); }

}  // namespace

std::string_view name_of(DayEvent event) {
  switch (event) {
    case DayEvent::kOpen: return "day_open";
    case DayEvent::kSquareOffClosingAuction: return "square_off_closing_auction_stocks";
    case DayEvent::kSquareOff: return "square_off";
    case DayEvent::kClose: return "day_close";
    case DayEvent::kNote: return "contract_note";
  }
  INVARIANT(false, "a day's event has a name");
}

// --- when -----------------------------------------------------------------------------------------------------------

namespace {

// The day's events in order. On a special day that is shorter than the square-off lead, square-off is at the open.
std::array<DayTimer, 5> timers_of(const TradingDay& day, const risk::EffectiveLimits& limits) {
  const Timestamp open = day.pre_open ? day.pre_open->begin : day.open();
  const auto before_close = [&](bool is_auction_stock, risk::Limit limit) {
    return std::max(day.open(), day.close(is_auction_stock) - limits.duration(limit));
  };
  const bool has_auction = day.closing_auction.has_value();
  const Timestamp close = std::max(day.close(false), day.close(true));
  const Timestamp note = day.post_close ? day.post_close->end : close + trading::minutes(30);
  std::array<DayTimer, 5> timers{{
      {open, DayEvent::kOpen, day.date},
      {before_close(true, has_auction ? risk::Limit::kSquareOffClosingAuction : risk::Limit::kSquareOff),
       DayEvent::kSquareOffClosingAuction, day.date},
      {before_close(false, risk::Limit::kSquareOff), DayEvent::kSquareOff, day.date},
      {close, DayEvent::kClose, day.date},
      {note, DayEvent::kNote, day.date},
  }};
  std::stable_sort(timers.begin(), timers.end(), [](const DayTimer& a, const DayTimer& b) { return a.at < b.at; });
  return timers;
}

}  // namespace

std::optional<DayTimer> DayCycle::next(Timestamp after) const {
  const trading::ExchangeCalendar& calendar = market_.source.calendar();
  // Day by day: an unknown one (a muhurat whose hours nobody told) does not trade and is passed over.
  constexpr int kLongestPause = 30;
  for (int ahead = 0; ahead < kLongestPause; ++ahead) {
    const trading::DayStatus status = calendar.status(trading::date_of(after) + ahead);
    if (!status.day) continue;
    for (const DayTimer& timer : timers_of(*status.day, limits_.effective()))
      if (timer.at > after) return timer;
  }
  return std::nullopt;
}

Status DayCycle::run(const DayTimer& timer) {
  switch (timer.event) {
    case DayEvent::kOpen: return open_day(timer.date);
    case DayEvent::kSquareOffClosingAuction: return protection_.square_off(true, "intraday square-off");
    case DayEvent::kSquareOff: {
      RETURN_IF_ERROR(protection_.square_off(false, "intraday square-off"));
      auto day = book_.ledger.day(timer.date);
      if (!day) return {};
      day->is_squared_off = true;
      ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
      RETURN_IF_ERROR(book_.ledger.put_day(unit, *day));
      return unit.commit();
    }
    case DayEvent::kClose: return close_day(timer.date);
    case DayEvent::kNote: return post_contract_note(timer.date);
  }
  return {};
}

Status DayCycle::ensure_day() {
  const TradingDate today = market_.today();
  const auto day = market_.source.calendar().trading_day(today);
  if (!day) return {};
  const Timestamp open = day->pre_open ? day->pre_open->begin : day->open();
  if (market_.now() < open) return {};
  const auto record = book_.ledger.day(today);
  return record ? Status() : open_day(today);
}

// --- open -----------------------------------------------------------------------------------------------------------

Status DayCycle::open_day(TradingDate date) {
  const auto last = book_.ledger.last_day();
  if (last && last->date >= date) return {};
  RETURN_IF_ERROR(lift_expired(book_, date, market_.now()));
  limits_.roll(book_, date);

  // Yesterday's closes still mark the book, so its worth is taken before anything of today is applied to it.
  const MarkedBook marked = mark(book_.ledger, market_);
  DayRecord day;
  day.date = date;
  day.open_equity = marked.equity.value_or(book_.ledger.book_equity());
  day.peak_equity = last ? std::max(last->peak_equity, day.open_equity) : day.open_equity;
  {
    // One transaction: a day is open with its actions, deliveries and purse, or it is not.
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    if (last) RETURN_IF_ERROR(apply_corporate_actions(unit, last->date, date));
    RETURN_IF_ERROR(settle_deliveries(unit));
    RETURN_IF_ERROR(book_.ledger.put_day(unit, day));
    RETURN_IF_ERROR(book_.ledger.mark_equity(unit, market_.now(), day.open_equity));
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "day.open", date.iso(),
                                   CanonicalJson::object({{"purse_e4", day.open_equity.value()},
                                                          {"peak_e4", day.peak_equity.value()},
                                                          {"limits_hash", limits_.hash()}}),
                                   market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }
  // Losses in a row go on over the night; everything else of the day begins anew.
  DayCounters fresh;
  fresh.date = date;
  fresh.losses = counters_.losses;
  counters_ = std::move(fresh);
  // What could not leave yesterday (a locked circuit) leaves first thing today.
  RETURN_IF_ERROR(protection_.square_off(true, "left over from the day before"));
  return protection_.square_off(false, "left over from the day before");
}

Status DayCycle::enforce_square_off() {
  const trading::DayStatus status = market_.source.calendar().status(market_.today());
  if (!status.day) return {};
  const Timestamp now = market_.now();
  for (const DayTimer& timer : timers_of(*status.day, limits_.effective())) {
    const bool is_auction_group = timer.event == DayEvent::kSquareOffClosingAuction;
    if (!is_auction_group && timer.event != DayEvent::kSquareOff) continue;
    if (now < timer.at || now >= status.day->close(is_auction_group)) continue;
    if (protection_.has_intraday_to_leave(is_auction_group))
      RETURN_IF_ERROR(protection_.square_off(is_auction_group, "intraday square-off"));
  }
  return {};
}

Status DayCycle::settle_deliveries(Ledger::Unit& unit) {
  std::vector<PositionRecord> due;
  for (const auto& [key, record] : book_.ledger.positions())
    if (key.second == Product::kDelivery && record.settled != record.position.quantity && record.position.quantity.is_positive())
      due.push_back(record);
  for (const PositionRecord& before : due) {
    PositionRecord after = before;
    after.settled = after.position.quantity;
    Posting posting;
    posting.kind = "settlement";
    posting.market_ts = market_.now();
    posting.epoch = book_.ledger.epoch();
    posting.symbol = before.position.symbol;
    posting.quantity = after.settled - before.settled;
    posting.lines = cost_lines(before, after);
    ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t txn, book_.ledger.journal().post(unit.transaction(), posting));
    RETURN_IF_ERROR(book_.ledger.put_position(unit, after));
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "settlement", before.position.symbol,
                                   CanonicalJson::object({{"quantity", posting.quantity.value()},
                                                          {"symbol", before.position.symbol}}),
                                   market_.now()));
  }
  return {};
}

Status DayCycle::apply_corporate_actions(Ledger::Unit& unit, TradingDate after, TradingDate until) {
  std::vector<PositionRecord> held;
  for (const auto& [key, record] : book_.ledger.positions()) held.push_back(record);
  for (const PositionRecord& record : held) {
    for (const CorporateAction& action : market_.source.corporate_actions(record.position.symbol, after, until)) {
      const PositionRecord* current = book_.ledger.position(record.position.symbol, record.position.product);
      if (current == nullptr) break;
      const PositionRecord before = *current;
      CanonicalJson body = CanonicalJson::object({{"symbol", action.symbol}, {"ex_date", action.ex_date.iso()}});
      if (action.dividend.is_positive()) RETURN_IF_ERROR(pay_dividend(unit, before, action, body));
      if (action.split_numerator != action.split_denominator) RETURN_IF_ERROR(split(unit, before, action, body));
      RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "corporate_action", action.symbol, body, market_.now()));
    }
  }
  return {};
}

Status DayCycle::pay_dividend(Ledger::Unit& unit, const PositionRecord& record, const CorporateAction& action, CanonicalJson& body) {
  const Accrual paid = value_of(action.dividend, record.position.quantity);
  Posting posting;
  posting.kind = "dividend";
  posting.market_ts = market_.now();
  posting.epoch = book_.ledger.epoch();
  posting.symbol = record.position.symbol;
  posting.quantity = record.position.quantity;
  posting.price = action.dividend;
  posting.lines = {{"cash", paid}, {"dividends", -paid}};
  ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t txn, book_.ledger.journal().post(unit.transaction(), posting));
  body.set("dividend_e4", action.dividend.value());
  body.set("paid_e4", paid.value());
  return {};
}

// Whole shares; the fraction is paid out at the cost it carries. Stop and target follow the price.
Status DayCycle::split(Ledger::Unit& unit, const PositionRecord& before, const CorporateAction& action, CanonicalJson& body) {
  const auto scaled = [&](Quantity quantity) {
    return Quantity(trading::mul_div(quantity.value(), action.split_numerator, action.split_denominator, trading::Rounding::kDown));
  };
  const auto repriced = [&](const std::optional<Price>& price) {
    return price ? std::optional(Price(trading::mul_div(price->value(), action.split_denominator, action.split_numerator,
                                                        trading::Rounding::kHalfUp)))
                 : std::nullopt;
  };
  PositionRecord changed = before;
  changed.position.quantity = scaled(before.position.quantity);
  changed.settled = std::min(changed.position.quantity, scaled(before.settled));
  changed.stop_loss = repriced(before.stop_loss);
  changed.target = repriced(before.target);
  const std::int64_t parts = trading::checked_mul(before.position.quantity.value(), action.split_numerator);
  const std::int64_t whole_parts = trading::checked_mul(changed.position.quantity.value(), action.split_denominator);
  const Accrual fraction_cost(trading::mul_div(before.position.cost.value(), parts - whole_parts, parts < 0 ? -parts : parts,
                                               trading::Rounding::kHalfUp) * (parts < 0 ? -1 : 1));
  changed.position.cost = changed.position.is_flat() ? Accrual() : before.position.cost - fraction_cost;
  Posting posting;
  posting.kind = "split";
  posting.market_ts = market_.now();
  posting.epoch = book_.ledger.epoch();
  posting.symbol = before.position.symbol;
  posting.quantity = changed.position.quantity;
  posting.lines = cost_lines(before, changed);
  posting.lines.push_back({"cash", before.position.cost - changed.position.cost});
  ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t txn, book_.ledger.journal().post(unit.transaction(), posting));
  RETURN_IF_ERROR(book_.ledger.put_position(unit, changed));
  body.set("quantity_before", before.position.quantity.value());
  body.set("quantity_after", changed.position.quantity.value());
  body.set("fraction_paid_e4", (before.position.cost - changed.position.cost).value());
  return {};
}

// --- close and note -------------------------------------------------------------------------------------------------

Status DayCycle::close_day(TradingDate date) {
  if (book_.paper != nullptr) RETURN_IF_ERROR(book_.paper->end_of_day());
  RETURN_IF_ERROR(submission_.settle());
  auto day = book_.ledger.day(date);
  if (!day) return {};
  const MarkedBook marked = mark(book_.ledger, market_);
  day->close_equity = marked.equity.value_or(book_.ledger.book_equity());
  day->peak_equity = std::max(day->peak_equity, *day->close_equity);
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(book_.ledger.put_day(unit, *day));
  RETURN_IF_ERROR(book_.ledger.mark_equity(unit, market_.now(), *day->close_equity));
  CanonicalJson body = CanonicalJson::object({{"equity_e4", day->close_equity->value()}});
  CanonicalJson left = CanonicalJson::array();
  for (const auto& [key, record] : book_.ledger.positions())
    if (key.second == Product::kIntraday) left.push_back(key.first);
  body.set("intraday_not_squared_off", left);
  RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "day.close", date.iso(), body, market_.now()));
  return unit.commit();
}

Status DayCycle::post_contract_note(TradingDate date) {
  auto day = book_.ledger.day(date);
  if (day && day->is_noted) return {};
  trading::ChargeLines accrued;
  for (const ChargeKind kind : kKinds) accrued[kind] = -book_.ledger.journal().balance(payable_account(kind));
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  if (!accrued.total().is_zero()) {
    const auto note = trading::contract_note(accrued);
    Posting posting;
    posting.kind = "contract_note";
    posting.market_ts = market_.now();
    posting.epoch = book_.ledger.epoch();
    CanonicalJson lines = CanonicalJson::object();
    for (const ChargeKind kind : kKinds) {
      const Accrual charged = note[static_cast<std::size_t>(kind)].accrual();
      posting.lines.push_back({payable_account(kind), accrued[kind]});
      posting.lines.push_back({"cash", -charged});
      posting.lines.push_back({"charges_rounding", charged - accrued[kind]});
      lines.set(trading::name_of(kind), note[static_cast<std::size_t>(kind)].value());
    }
    ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t txn, book_.ledger.journal().post(unit.transaction(), posting));
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "contract_note", date.iso(),
                                   CanonicalJson::object({{"lines_paise", lines}}), market_.now()));
  }
  if (day) {
    day->is_noted = true;
    RETURN_IF_ERROR(book_.ledger.put_day(unit, *day));
  }
  RETURN_IF_ERROR(unit.commit());
  // The day's books are closed: the journal is proven.
  ASSIGN_OR_RETURN(const Journal::Proof proof, book_.ledger.journal().prove());
  INVARIANT(proof.findings.empty(), "the journal sums to zero and the balances are its lines' sums");
  return {};
}

}  // namespace broker
