// Changes of an order: new terms, the levels of the position it opened, its cancellation.

#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/decision_bodies.h"
#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::OrderClass;
using trading::Price;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

std::string arguments_of(const ModifyRequest& request) {
  const auto text = [](const std::optional<Price>& price) { return price ? price->rupees() : std::string("-"); };
  return request.order_id + " " + (request.quantity ? std::to_string(request.quantity->value()) : "-") + " " +
         text(request.limit_price) + " " + text(request.trigger_price) + " " + text(request.stop_loss) + " " +
         text(request.target);
}

OrderRecord changed_by(const ModifyRequest& request, OrderRecord order) {
  if (request.quantity) order.request.quantity = *request.quantity;
  if (request.limit_price) order.request.limit_price = request.limit_price;
  if (request.trigger_price) order.request.trigger_price = request.trigger_price;
  if (request.stop_loss) order.request.stop_loss = request.stop_loss;
  if (request.target) order.request.target = request.target;
  return order;
}

// What the exchange would have to fill of it.
trading::OrderRequest open_part_of(const OrderRecord& order) {
  trading::OrderRequest open = order.request;
  open.quantity = order.open_quantity();
  return open;
}

trading::Error not_working(const Requester& who, const OrderRecord& order, const std::string& what) {
  return make_error("ORDER_NOT_WORKING", order.order_id + " is " + std::string(trading::name_of(order.state)) + " and cannot be " + what,
                    who.role == Role::kOperator ? "approval_cli orders --working shows those that can"
                                                : "fetch_paper_orders with status \"working\" lists those that can",
                    Retry::kNo, "order_id");
}

}  // namespace

Result<OrderReply> BookDesk::modify_paper_order(const Requester& who, const ModifyRequest& request) {
  RETURN_IF_ERROR(must_be_paper("modify_paper_order"));
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(const OrderRecord before, order_named(who, request.order_id));
  const RequestNote asked = note_of(who, request.request_id, "modify", arguments_of(request));
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, asked));
  if (recorded) return std::move(*recorded);

  if (before.order_class == OrderClass::kProtection)
    return make_error("PROTECTION_NOT_YOURS", before.order_id + " is the broker's own protection of a position",
                      "modify stop_loss or target of the entry order it serves instead", Retry::kNo, "order_id");
  const bool changes_terms = request.quantity || request.limit_price || request.trigger_price;
  if (!changes_terms && !request.stop_loss && !request.target)
    return make_error("INVALID_ARGUMENT", "nothing to change is named", "give quantity, price, trigger_price, stop_loss or target");
  if (before.order_class == OrderClass::kEntry && !changes_terms && !before.filled.is_zero())
    return set_position_levels(who, before, request, asked);
  if (!trading::is_working(before.state)) return not_working(who, before, "changed");

  const OrderRecord wanted = changed_by(request, before);
  if (wanted.request.quantity <= before.filled)
    return make_error("INVALID_ARGUMENT", "quantity must be above the " + std::to_string(before.filled.value()) + " already filled",
                      "cancel the order to stop here", Retry::kNo, "quantity");
  ASSIGN_OR_RETURN(risk::Verdicts verdicts, verdicts_on(before, wanted));
  if (!verdicts.is_pass()) return refuse_modification(who, before, open_part_of(wanted), std::move(verdicts), asked);
  // A larger exit needs the shares that the resting stop holds: it is cut first.
  if (before.order_class == OrderClass::kExit && wanted.request.quantity > before.request.quantity)
    RETURN_IF_ERROR(protection_.adjust_for_exit(before.request.symbol, before.request.product,
                                                wanted.request.quantity - before.request.quantity));
  RETURN_IF_ERROR(submission_.modify(who, before, wanted, "modify_paper_order", asked));
  RETURN_IF_ERROR(protection_.adjust());
  return reply_for(before.order_seq, std::move(verdicts), false);
}

// The checklist over what would still be open; and where a part of an entry filled already, that part counts against
// what one order may be: those limits are looked at for the whole of it.
Result<risk::Verdicts> BookDesk::verdicts_on(const OrderRecord& before, const OrderRecord& wanted) {
  const DeskView desk_view = view();
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, open_part_of(wanted), &before));
  risk::Verdicts verdicts = risk::run_checklist(facts);
  if (!verdicts.is_pass() || before.order_class != OrderClass::kEntry || before.filled.is_zero()) return verdicts;
  ASSIGN_OR_RETURN(const risk::Facts whole, facts_of(desk_view, wanted.request, &before));
  risk::Verdicts of_whole = risk::run_checklist(whole);
  for (const char* check : {"order_value", "order_quantity", "risk_per_trade", "freeze_quantity"})
    if (of_whole.of(check).denial) return of_whole;
  return verdicts;
}

// The order stands as it was; the refusal is recorded against it, and is the answer to the same request again.
Result<OrderReply> BookDesk::refuse_modification(const Requester& who, const OrderRecord& before,
                                                 const trading::OrderRequest& checked, risk::Verdicts verdicts,
                                                 const RequestNote& asked) {
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  const AuditEvent event{"modify_paper_order.refused", Actor{name_of(who.role), who.uid}, before.order_id,
                         CanonicalJson::object({{"order_seq", before.order_seq},
                                                {"request", canonical_bytes(checked)},
                                                {"verdicts", verdicts_body(verdicts)}}),
                         market_.now()};
  ASSIGN_OR_RETURN([[maybe_unused]] const auto position,
                   book_.audit.append_refusal(unit.transaction(), event, verdicts.first_denial()->code, quota_us()));
  RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, before.order_seq, denials_body(verdicts.denials()).write()));
  RETURN_IF_ERROR(unit.commit());
  return reply_for(before.order_seq, std::move(verdicts), false);
}

Result<OrderReply> BookDesk::set_position_levels(const Requester& who, const OrderRecord& entry, const ModifyRequest& request,
                                                 const RequestNote& asked) {
  const PositionRecord* position = book_.ledger.position(entry.request.symbol, entry.request.product);
  if (position == nullptr || position->entry_seq != entry.order_seq)
    return make_error("NO_POSITION", entry.order_id + " holds no position any more", "fetch_paper_portfolio shows what is held", Retry::kNo, "order_id");
  ASSIGN_OR_RETURN(const trading::Quote quote, market_.source.quote(entry.request.symbol, market_.now()));
  // Which side of the market a level stands on cannot be told from a price that is none any more.
  if (quote.is_stale)
    return make_error("QUOTE_STALE", "the market in " + entry.request.symbol + " now is not known: " + quote.note,
                      "the levels stay as they are; try again when fetch_live_price shows a fresh price", Retry::kSafe);
  ASSIGN_OR_RETURN(const trading::Instrument* instrument, market_.source.instruments().find(entry.request.symbol));
  PositionRecord changed = *position;
  const bool is_long = position->position.quantity.is_positive();
  if (request.stop_loss) {
    // A stop may follow the market; it may not be moved away from it: that would enlarge the loss that was checked.
    const bool is_looser = changed.stop_loss && (is_long ? *request.stop_loss < *changed.stop_loss : *request.stop_loss > *changed.stop_loss);
    if (is_looser)
      return make_error("STOP_LOSS_LOOSENED", "the stop stands at " + changed.stop_loss->rupees() + " and may not move to " + request.stop_loss->rupees() + ", further from the market",
                        "move it towards the market, or close the position", Retry::kNo, "stop_loss");
    changed.stop_loss = request.stop_loss;
  }
  if (request.target) changed.target = request.target;
  {
    const Price tick = tick_of(*instrument, market_.today(), quote.slice.previous_close);
    for (const auto& [level, field] : {std::pair{request.stop_loss, "stop_loss"}, std::pair{request.target, "target"}})
      if (level && !level->is_on_tick(tick))
        return make_error("PRICE_NOT_ON_TICK", std::string(field) + " " + level->rupees() + " is not on the tick of " + tick.rupees(),
                          "use a multiple of the tick", Retry::kNo, field);
    const Price last = quote.slice.last;
    if (request.target && (is_long ? *request.target <= last : *request.target >= last))
      return make_error("TARGET_ON_WRONG_SIDE", "target " + request.target->rupees() + " is on the wrong side of the last price " + last.rupees(),
                        "close_paper_position leaves at the market", Retry::kNo, "target");
    if (request.stop_loss && (is_long ? *request.stop_loss >= last : *request.stop_loss <= last))
      return make_error("STOP_LOSS_ON_WRONG_SIDE", "stop " + request.stop_loss->rupees() + " is on the wrong side of the last price " + last.rupees(),
                        "close_paper_position leaves at the market", Retry::kNo, "stop_loss");
  }
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.put_position(unit, changed));
    CanonicalJson body = CanonicalJson::object({{"order_seq", entry.order_seq}, {"symbol", entry.request.symbol}});
    if (request.stop_loss) body.set("stop_loss_e4", request.stop_loss->value());
    if (request.target) body.set("target_e4", request.target->value());
    RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, entry.order_seq));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "modify_paper_order.levels", entry.order_id, body, market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }
  RETURN_IF_ERROR(protection_.adjust());
  return reply_for(entry.order_seq, {}, false);
}

Result<OrderReply> BookDesk::cancel_paper_order(const Requester& who, const std::string& order_id, const std::string& request_id) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(const OrderRecord order, order_named(who, order_id));
  const RequestNote asked = note_of(who, request_id, "cancel", order_id);
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, asked));
  if (recorded) return std::move(*recorded);
  // Whoever asks may cancel entries and exits, never a protective order: that goes with its position.
  if (order.order_class == OrderClass::kProtection)
    return make_error("PROTECTION_NOT_YOURS", order_id + " protects a position and stays as long as the position does",
                      who.role == Role::kOperator
                          ? "close the position with approval_cli flatten " + order.request.symbol + ": the stop goes with it"
                          : "close the position with close_paper_position: the stop goes with it",
                      Retry::kNo, "order_id");
  if (!trading::is_working(order.state)) return not_working(who, order, "cancelled");
  RETURN_IF_ERROR(submission_.cancel(who, order, "cancel_paper_order", asked));
  RETURN_IF_ERROR(protection_.adjust());
  return reply_for(order.order_seq, {}, false);
}

}  // namespace broker
