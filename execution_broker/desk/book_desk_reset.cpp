// The paper account: its first capital, and a new beginning of it.

#include "execution_broker/desk/book_desk.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::Accrual;
using trading::CanonicalJson;
using trading::Quantity;
using trading::Result;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};

// What a repeated request is answered with.
CanonicalJson figures_of(const ResetReply& reply) {
  return CanonicalJson::object({{"epoch", reply.epoch},
                                {"starting_capital_paise", reply.starting_capital.value()},
                                {"cancelled_orders", reply.cancelled_orders},
                                {"abandoned_positions", reply.abandoned_positions}});
}

ResetReply reply_of(const std::string& figures) {
  const auto parsed = CanonicalJson::parse(figures);
  const auto number = [&](std::string_view name) -> std::int64_t {
    const CanonicalJson* value = parsed ? parsed->find(name) : nullptr;
    const auto* integer = value != nullptr ? value->if_integer() : nullptr;
    INVARIANT(integer != nullptr, "the ledger holds only answers that the broker wrote");
    return *integer;
  };
  ResetReply reply;
  reply.epoch = number("epoch");
  reply.starting_capital = trading::Money(number("starting_capital_paise"));
  reply.cancelled_orders = static_cast<int>(number("cancelled_orders"));
  reply.abandoned_positions = static_cast<int>(number("abandoned_positions"));
  return reply;
}

}  // namespace

Status BookDesk::open_account(Ledger::Unit& unit) {
  const std::int64_t epoch = book_.ledger.counter("epoch", 0) + 1;
  RETURN_IF_ERROR(book_.ledger.set_counter(unit, "epoch", epoch));
  RETURN_IF_ERROR(book_.ledger.set_counter(unit, "starting_capital_paise", setup_.starting_capital.value()));
  Posting posting;
  posting.kind = "capital";
  posting.market_ts = market_.now();
  posting.epoch = epoch;
  posting.lines = {{"cash", setup_.starting_capital.accrual()}, {"capital", -setup_.starting_capital.accrual()}};
  ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t txn, book_.ledger.journal().post(unit.transaction(), posting));
  RETURN_IF_ERROR(book_.ledger.mark_equity(unit, market_.now(), setup_.starting_capital.accrual()));
  return audit_decision(book_, unit, kBroker, "account.opened", "epoch-" + std::to_string(epoch),
                        CanonicalJson::object({{"epoch", epoch}, {"capital_paise", setup_.starting_capital.value()}}),
                        market_.now());
}

Result<ResetReply> BookDesk::reset_paper_account(const Requester& who, const std::string& request_id) {
  RETURN_IF_ERROR(must_be_paper("reset_paper_account"));
  RETURN_IF_ERROR(catch_up());
  const RequestNote asked = note_of(who, request_id, "reset", "");
  ASSIGN_OR_RETURN(const auto past, recorded(who, asked));
  ResetReply reply;
  if (past) {
    reply = reply_of(past->answer);
    reply.provenance = provenance();
    return reply;
  }
  std::vector<OrderRecord> working;
  for (const auto& [seq, order] : book_.ledger.working())
    if (trading::is_working(order.state)) working.push_back(order);
  const Accrual equity_before = mark(book_.ledger, market_).equity.value_or(book_.ledger.book_equity());
  for (const OrderRecord& order : working) {
    const Status cancelled = submission_.cancel(who, order, "the paper account is reset");
    if (!cancelled && !is_not_taken(cancelled.error())) return std::move(cancelled.error());
    ++reply.cancelled_orders;
  }
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(close_account(unit, who, reply));
  RETURN_IF_ERROR(open_account(unit));
  RETURN_IF_ERROR(pay_in(unit, setup_.starting_capital.accrual() - equity_before));
  reply.epoch = book_.ledger.epoch();
  reply.starting_capital = setup_.starting_capital;
  RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, 0, figures_of(reply).write()));
  RETURN_IF_ERROR(unit.commit());
  reply.provenance = provenance();
  return reply;
}

// Every account is brought to zero and stays in the journal; the balances sum to zero, so this posting does too.
Status BookDesk::close_account(Ledger::Unit& unit, const Requester& who, ResetReply& reply) {
  const std::int64_t epoch = book_.ledger.epoch();
  Posting posting;
  posting.kind = "reset";
  posting.market_ts = market_.now();
  posting.epoch = epoch;
  for (const auto& [account, amount] : book_.ledger.journal().balances())
    posting.lines.push_back({account, Accrual(-amount)});
  ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t txn, book_.ledger.journal().post(unit.transaction(), posting));
  std::vector<PositionRecord> records;
  for (const auto& [key, record] : book_.ledger.positions()) records.push_back(record);
  CanonicalJson abandoned = CanonicalJson::array();
  for (PositionRecord& record : records) {
    abandoned.push_back(CanonicalJson::object({{"symbol", record.position.symbol}, {"quantity", record.position.quantity.value()}}));
    record.position.quantity = Quantity();
    record.position.cost = Accrual();
    RETURN_IF_ERROR(book_.ledger.put_position(unit, record));
    ++reply.abandoned_positions;
  }
  return audit_decision(book_, unit, who, "reset_paper_account", "epoch-" + std::to_string(epoch),
                        CanonicalJson::object({{"epoch", epoch}, {"abandoned", abandoned}}), market_.now());
}

// The purse is the new account's; latches and the day's counters stay. A reset is a pay-in (or a pay-out): every baseline
// moves by it, so that what the day, the week and the drawdown have lost so far stays lost.
Status BookDesk::pay_in(Ledger::Unit& unit, Accrual amount) {
  auto days = book_.ledger.days_since(week_of(market_.today()));
  if (days.empty()) {
    const auto last = book_.ledger.last_day();
    if (last) days.push_back(*last);
  }
  for (DayRecord& day : days) {
    day.open_equity += amount;
    day.peak_equity += amount;
    RETURN_IF_ERROR(book_.ledger.put_day(unit, day));
  }
  return {};
}

}  // namespace broker
