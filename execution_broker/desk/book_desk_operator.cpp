// The operator's side of the desk, and the limits. Stopping works always and waits behind nothing; starting is a
// human's word and recorded as such.

#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/operator_state.h"
#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::OrderClass;
using trading::Result;
using trading::Retry;
using trading::Status;

OperatorStateView BookDesk::operator_state_view() const {
  const OperatorStanding standing = standing_of(book_.ledger, halt_);
  return {std::string(risk::name_of(standing.state)), standing.reasons, standing.latches, {}, 0};
}

Status BookDesk::latch_halt_file(const std::string& when) {
  halt_.raise();
  const Requester broker{Role::kBroker, 0};
  const auto said = setup_.read_halt_file ? setup_.read_halt_file() : std::nullopt;
  std::string reason = "a halt was raised; no file run/HALT stands (any more)";
  if (said) reason = said->empty() ? "the file run/HALT " + when : "run/HALT: " + *said;
  RETURN_IF_ERROR(set_latch(book_, broker, Latch{kLatchHaltFile, "halted", reason, market_.now(), std::nullopt}, market_.now()));
  RETURN_IF_ERROR(end_what_is_over());
  ASSIGN_OR_RETURN([[maybe_unused]] const int cancelled, broker::cancel_entries(book_, submission_, broker, "halted"));
  return {};
}

Result<OperatorStateView> BookDesk::halt(const Requester& who, const std::string& reason) {
  halt_.raise();
  RETURN_IF_ERROR(set_latch(book_, who, Latch{kLatchOperatorHalt, "halted", reason, market_.now(), std::nullopt}, market_.now()));
  RETURN_IF_ERROR(end_what_is_over());
  ASSIGN_OR_RETURN(const int cancelled, broker::cancel_entries(book_, submission_, who, "halted"));
  OperatorStateView view = operator_state_view();
  view.cancelled_entries = cancelled;
  return view;
}

Result<OperatorStateView> BookDesk::reduce_only(const Requester& who, const std::string& reason) {
  RETURN_IF_ERROR(set_latch(book_, who, Latch{kLatchOperatorReduceOnly, "reduce-only", reason, market_.now(), std::nullopt}, market_.now()));
  RETURN_IF_ERROR(end_what_is_over());
  ASSIGN_OR_RETURN(const int cancelled, broker::cancel_entries(book_, submission_, who, "reduce-only"));
  OperatorStateView view = operator_state_view();
  view.cancelled_entries = cancelled;
  return view;
}

bool BookDesk::needs_signature() const {
  return approver_.key() || approver_.fault() || setup_.custody != "same-uid" || book_.mode == trading::TradingMode::kLive;
}

Result<OperatorStateView> BookDesk::resume(const Requester& who, const std::string& reason) { return resume_now(who, reason, {}); }

Result<OperatorStateView> BookDesk::resume_now(const Requester& who, const std::string& reason, const Warrant& warrant) {
  if (who.role != Role::kOperator)
    return make_error("OPERATOR_ONLY", "only the operator resumes", "run approval_cli resume as the operator");
  if (!warrant && needs_signature())
    return make_error("SIGNATURE_NEEDED", "to resume needs the approver's signature here",
                      approver_.key()     ? "approval_cli asks for it by itself; this call carries none"
                      : approver_.fault() ? approver_.fault()->text()
                                          : "run approval_cli enroll first",
                      Retry::kNo);
  // Before the last look for run/HALT: a halt that comes from here on is not lowered with the old one.
  const HaltFlag::Seen seen = halt_.seen();
  if (setup_.read_halt_file && setup_.read_halt_file())
    return make_error("HALT_FILE_STANDS", "the file run/HALT is still there", "remove it first, then resume");
  RETURN_IF_ERROR(catch_up());
  RETURN_IF_ERROR(end_what_is_over());
  std::vector<std::string> cleared;
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    if (warrant) RETURN_IF_ERROR(warrant(unit));
    ASSIGN_OR_RETURN(cleared, clear_latches(book_, unit, who, reason, warrant != nullptr, market_.now()));
    // A drawdown is measured anew from where the human restarts; losses in a row and refusals up to here are forgiven, and
    // a restart must not remember them.
    auto day = book_.ledger.last_day();
    const MarkedBook marked = mark(book_.ledger, market_);
    if (day && marked.equity) {
      day->peak_equity = *marked.equity;
      RETURN_IF_ERROR(book_.ledger.put_day(unit, *day));
    }
    RETURN_IF_ERROR(book_.ledger.set_counter(unit, kLossesForgivenTo, book_.ledger.last_fill_id()));
    RETURN_IF_ERROR(book_.ledger.set_counter(unit, kRejectsForgivenToOrder, book_.ledger.last_order_seq()));
    RETURN_IF_ERROR(book_.ledger.set_counter(unit, kRejectsForgivenToTime, market_.now().us));
    RETURN_IF_ERROR(unit.commit());
  }
  (void)halt_.lower(seen);
  counters_.losses = {};
  counters_.rejects.clear();
  // Losses that still stand trip again at once: resuming is no way around the day's limit.
  RETURN_IF_ERROR(check_trips());
  OperatorStateView view = operator_state_view();
  view.cleared_latches = cleared;
  return view;
}

Result<std::string> BookDesk::switch_to_paper_mode(const Requester& who) {
  if (book_.mode == trading::TradingMode::kPaper) return std::string("the broker trades on paper already");
  RETURN_IF_ERROR(catch_up());
  const std::string mode(name_of(book_.mode));
  RETURN_IF_ERROR(set_latch(book_, who, Latch{kLatchLeftForPaper, "reduce-only", mode + " was left for paper", market_.now(), std::nullopt}, market_.now()));
  ASSIGN_OR_RETURN([[maybe_unused]] const int cancelled, broker::cancel_entries(book_, submission_, who, "left for paper"));
  return mode + " takes no entries any more, also after a restart; what is held can be closed. The operator sets "
         "TRADING_MODE=paper in the broker's .env and restarts it, or resumes.";
}

Result<std::vector<OrderRecord>> BookDesk::cancel_entries(const Requester& who) {
  RETURN_IF_ERROR(catch_up());
  std::vector<std::int64_t> waiting;
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.order_class == OrderClass::kEntry && trading::is_working(order.state)) waiting.push_back(seq);
  ASSIGN_OR_RETURN([[maybe_unused]] const int count, broker::cancel_entries(book_, submission_, who, "by the operator"));
  std::vector<OrderRecord> cancelled;
  for (const std::int64_t seq : waiting) {
    ASSIGN_OR_RETURN(auto order, book_.ledger.find_order(seq));
    if (order) cancelled.push_back(std::move(*order));
  }
  RETURN_IF_ERROR(protection_.adjust());
  return cancelled;
}

Result<std::vector<OrderRecord>> BookDesk::flatten(const Requester& who, const std::string& symbol,
                                                   std::vector<std::string>& not_possible) {
  RETURN_IF_ERROR(catch_up());
  std::vector<PositionRecord> records;
  for (const auto& [key, record] : book_.ledger.positions())
    if (symbol.empty() || key.first == symbol) records.push_back(record);
  std::vector<OrderRecord> sent;
  for (const PositionRecord& record : records) {
    // Entries and limited exits in the symbol go first: nothing may work against the flattening.
    std::vector<OrderRecord> working;
    for (const auto& [seq, order] : book_.ledger.working())
      if (order.request.symbol == record.position.symbol && order.request.product == record.position.product &&
          order.order_class != OrderClass::kProtection && trading::is_working(order.state))
        working.push_back(order);
    for (const OrderRecord& order : working) {
      const Status cancelled = submission_.cancel(who, order, "flatten");
      if (!cancelled && !is_not_taken(cancelled.error())) return std::move(cancelled.error());
    }
    const auto reply = close_paper_position(who, record.position.symbol, record.position.product, std::nullopt, "");
    if (!reply)
      not_possible.push_back(record.position.symbol + ": " + reply.error().text());
    else if (reply->order.state == trading::OrderState::kRefused || reply->order.state == trading::OrderState::kRejected)
      not_possible.push_back(record.position.symbol + ": " + reply->order.reason);
    else
      sent.push_back(reply->order);
  }
  return sent;
}

// --- limits ---------------------------------------------------------------------------------------------------------

LimitBook::Authority BookDesk::authority(bool is_signed) const {
  if (is_signed) return LimitBook::Authority::kSigned;
  return needs_signature() ? LimitBook::Authority::kTighten : LimitBook::Authority::kUnsigned;
}

// As of today, also before the day's own opening has rolled them on.
LimitsView BookDesk::limits() {
  risk::LimitSources sources = limits_.sources();
  risk::settle_due(sources, market_.today());
  return {std::move(sources), book_.mode, market_.today(), limits_.hash(), limits_.waiting()};
}

Result<std::vector<risk::LimitRow>> BookDesk::update_trading_config(const Requester& who,
                                                                    const std::map<std::string, std::string>& updates) {
  RETURN_IF_ERROR(catch_up());
  auto changed = limits_.tighten(book_, market_, who, updates);
  if (!changed) {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    CanonicalJson asked = CanonicalJson::object();
    std::size_t shown = 0;
    for (const auto& [key, value] : updates)
      if (shown++ < 20) asked.set(key.substr(0, 64), value.substr(0, 64));
    ASSIGN_OR_RETURN([[maybe_unused]] const auto position,
                     book_.audit.append_refusal(unit.transaction(),
                                                AuditEvent{"update_trading_config.refused", Actor{name_of(who.role), who.uid}, "limits",
                                                           CanonicalJson::object({{"asked", asked}, {"code", changed.error().code}}), market_.now()},
                                                changed.error().code, quota_us()));
    RETURN_IF_ERROR(unit.commit());
    return std::move(changed.error());
  }
  std::vector<risk::LimitRow> rows;
  for (const risk::Limit id : *changed) rows.push_back(risk::row_of(id));
  return rows;
}

Result<std::vector<risk::LimitRow>> BookDesk::accept_limits(const Requester& who, const std::map<std::string, std::string>& shown) {
  if (who.role != Role::kOperator)
    return make_error("OPERATOR_ONLY", "only the operator accepts looser limits", "run approval_cli limits accept as the operator");
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(const auto accepted, limits_.accept(book_, market_, who, shown, authority(false), {}));
  std::vector<risk::LimitRow> rows;
  for (const risk::Limit id : accepted) rows.push_back(risk::row_of(id));
  return rows;
}

Result<risk::LimitRow> BookDesk::set_limit(const Requester& who, const std::string& key, const std::string& value,
                                           bool clear_agent, bool clear_operator) {
  if (who.role != Role::kOperator)
    return make_error("OPERATOR_ONLY", "only the operator sets limits", "run approval_cli limits as the operator");
  if (clear_operator)
    return make_error("INVALID_ARGUMENT", "an operator's limit is not cleared but replaced",
                      "set the value you want; a looser one counts from the next trading day", Retry::kNo, "clear_operator");
  RETURN_IF_ERROR(catch_up());
  if (clear_agent) {
    ASSIGN_OR_RETURN(const risk::Limit id, limits_.clear_agent(book_, market_, who, key));
    return risk::row_of(id);
  }
  ASSIGN_OR_RETURN(const auto changed, limits_.set_by_operator(book_, market_, who, {{key, value}}, authority(false), {}));
  return risk::row_of(changed.front());
}

}  // namespace broker
