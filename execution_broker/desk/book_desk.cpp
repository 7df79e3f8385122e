// The desk's start, its orders and its time. Reads and the operator's side have files of their own.

#include "execution_broker/desk/book_desk.h"

#include <algorithm>

#include "execution_broker/desk/operator_state.h"
#include "execution_broker/risk/order_figures.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::OrderClass;
using trading::OrderState;
using trading::OrderType;
using trading::Origin;
using trading::Price;
using trading::Product;
using trading::Quantity;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};

CanonicalJson denials_body(const std::vector<risk::Denial>& denials) {
  CanonicalJson list = CanonicalJson::array();
  for (const risk::Denial& denial : denials)
    list.push_back(CanonicalJson::object({{"code", denial.code},
                                          {"value", denial.value},
                                          {"limit", denial.limit},
                                          {"fix", denial.fix},
                                          {"message", denial.message}}));
  return list;
}

// Every verdict of the checklist, in its order: what the decision rested on.
CanonicalJson verdicts_body(const risk::Verdicts& verdicts) {
  CanonicalJson list = CanonicalJson::array();
  for (const risk::Verdict& verdict : verdicts.all) {
    CanonicalJson row = CanonicalJson::object({{"check", verdict.check->name}, {"verdict", risk::name_of(verdict.kind)}});
    if (verdict.value_number) row.set("value", *verdict.value_number);
    if (verdict.limit_number) row.set("limit", *verdict.limit_number);
    if (!verdict.reason.empty()) row.set("reason", verdict.reason);
    if (verdict.denial) row.set("code", verdict.denial->code);
    list.push_back(std::move(row));
  }
  return list;
}

std::string request_fingerprint(const std::string& verb, const std::string& canonical) { return verb + " " + canonical; }

}  // namespace

// --- start ----------------------------------------------------------------------------------------------------------

BookDesk::BookDesk(Book book, Market market, HaltFlag& halt, DeskSetup setup, LimitBook limits)
    : book_(book),
      market_(market),
      halt_(halt),
      setup_(std::move(setup)),
      limits_(std::move(limits)),
      submission_(book_, market_, counters_, halt_),
      protection_(book_, market_, submission_),
      days_(book_, market_, limits_, counters_, submission_, protection_),
      driver_(book_, market_, limits_, counters_, setup_.permissions, halt_, submission_, protection_, days_) {}

Result<std::unique_ptr<BookDesk>> BookDesk::open(Book book, Market market, HaltFlag& halt, DeskSetup setup) {
  ASSIGN_OR_RETURN(const Journal::Proof proof, book.ledger.journal().prove());
  if (!proof.findings.empty())
    return make_error("LEDGER_UNPROVEN", "the journal does not add up: " + proof.findings.front(),
                      "restore the ledger from its last backup; nothing may be traded on this one");
  ASSIGN_OR_RETURN(LimitBook limits, LimitBook::load(book, market, setup.file_limits));
  std::unique_ptr<BookDesk> desk(new BookDesk(book, market, halt, std::move(setup), std::move(limits)));
  RETURN_IF_ERROR(desk->start());
  return desk;
}

Status BookDesk::start() {
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.record_boot(unit, setup_.boot_id, market_.clock.wall_now(), market_.now(),
                                             setup_.broker_version, limits_.hash(), setup_.uid));
    CanonicalJson waiting = CanonicalJson::array();
    for (const std::string& text : limits_.waiting_for_signature()) waiting.push_back(text);
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "broker.start", "boot",
                                   CanonicalJson::object({{"version", setup_.broker_version},
                                                          {"mode", name_of(book_.mode)},
                                                          {"market", market_.source.name()},
                                                          {"limits_hash", limits_.hash()},
                                                          {"limits_waiting_for_signature", waiting}}),
                                   market_.now()));
    if (book_.ledger.counter("epoch", 0) == 0) RETURN_IF_ERROR(open_account(unit));
    RETURN_IF_ERROR(unit.commit());
  }
  ASSIGN_OR_RETURN(counters_, count_day(book_.ledger, market_.today()));
  RETURN_IF_ERROR(submission_.reconcile());
  if (setup_.is_halt_file_there && setup_.is_halt_file_there())
    RETURN_IF_ERROR(latch_halt(kBroker, kLatchHaltFile, "the file run/HALT is there"));
  for (const auto& [name, latch] : book_.ledger.latches())
    if (latch.state == "halted") halt_.is_raised.store(true, std::memory_order_release);
  RETURN_IF_ERROR(keep_entries_out());
  RETURN_IF_ERROR(days_.ensure_day());
  // What is held is covered, and no more than that rests, before the market moves on.
  RETURN_IF_ERROR(protection_.adjust());
  return catch_up();
}

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

// --- time -----------------------------------------------------------------------------------------------------------

Status BookDesk::catch_up() {
  if (market_.virtual_clock == nullptr) return {};
  ASSIGN_OR_RETURN([[maybe_unused]] const int events,
                   driver_.advance_to(market_.virtual_clock->target(market_.clock.steady_us())));
  return {};
}

Status BookDesk::tick() {
  if (halt_.is_raised.load(std::memory_order_acquire) && !book_.ledger.latches().contains(kLatchOperatorHalt) &&
      !book_.ledger.latches().contains(kLatchHaltFile))
    RETURN_IF_ERROR(latch_halt(kBroker, kLatchHaltFile, "the file run/HALT appeared"));
  RETURN_IF_ERROR(keep_entries_out());
  RETURN_IF_ERROR(catch_up());
  return check_trips();
}

// While the desk is not open no entry waits: neither one that a crash left between a latch and its cancellations, nor one
// that an incident found resting.
Status BookDesk::keep_entries_out() {
  if (standing_of(book_.ledger, halt_).state == risk::OperatorState::kOpen) return {};
  ASSIGN_OR_RETURN([[maybe_unused]] const int cancelled, broker::cancel_entries(book_, submission_, kBroker, "the desk is not open"));
  return {};
}

Result<AdvanceReply> BookDesk::advance_clock(const Requester& who, trading::Duration span) {
  if (market_.virtual_clock == nullptr || !market_.virtual_clock->pace().is_step())
    return make_error("CLOCK_NOT_STEPPED", "market time moves by itself here", "set SIM_SPEED=step in the broker's .env to step it");
  if (span.us <= 0)
    return make_error("INVALID_ARGUMENT", "the span must be positive", "give a span such as 5m", Retry::kNo, "span");
  const trading::Timestamp target = market_.virtual_clock->advanced_by(market_.now(), span);
  const trading::DayStatus day = market_.source.calendar().status(trading::date_of(target));
  if (day.kind == trading::DayStatus::Kind::kUnknown)
    return make_error("CALENDAR_UNKNOWN", trading::date_of(target).iso() + " is outside the exchange calendar: " + day.reason,
                      "advance by less, or add the year to the calendar's tables", Retry::kNo, "span");
  ASSIGN_OR_RETURN(const int events, driver_.advance_to(target));
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "clock.advanced", "clock",
                                 CanonicalJson::object({{"span_us", span.us}, {"events", events}}), market_.now()));
  RETURN_IF_ERROR(unit.commit());
  return AdvanceReply{market_.now(), events};
}

std::int64_t BookDesk::quota_us() const {
  const bool is_stepped = market_.virtual_clock != nullptr && market_.virtual_clock->pace().is_step();
  return is_stepped ? market_.now().us : market_.clock.steady_us();
}

// --- an order's way -------------------------------------------------------------------------------------------------

Result<DeskView> BookDesk::view() {
  return view_of(book_, market_, limits_, counters_, setup_.permissions, halt_);
}

Status BookDesk::check_trips() {
  ASSIGN_OR_RETURN(const DeskView desk_view, view());
  return check_loss_trips(desk_view, submission_);
}

Result<std::optional<OrderReply>> BookDesk::recorded_answer(const Requester& who, const std::string& request_id,
                                                            const std::string& fingerprint) {
  if (request_id.empty()) return std::optional<OrderReply>();
  ASSIGN_OR_RETURN(const auto past, book_.ledger.find_request(who.uid, market_.today(), request_id));
  if (!past) return std::optional<OrderReply>();
  if (past->fingerprint != fingerprint) {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    ASSIGN_OR_RETURN([[maybe_unused]] const auto position,
                     book_.audit.append_refusal(unit.transaction(),
                                                AuditEvent{"request_id.reused", Actor{name_of(who.role), who.uid}, request_id,
                                                           CanonicalJson::object({{"request_id", request_id}}), market_.now()},
                                                "REQUEST_ID_REUSED", quota_us()));
    RETURN_IF_ERROR(unit.commit());
    return make_error("REQUEST_ID_REUSED", "request_id " + request_id + " was used today for another order",
                      "use a new request_id for a new order; the same one only to ask again for the same", Retry::kNo, "request_id");
  }
  ASSIGN_OR_RETURN(OrderReply reply, reply_for(past->order_seq, {}, true));
  return std::optional(std::move(reply));
}

Status BookDesk::record_request(Ledger::Unit& unit, const Requester& who, const std::string& request_id,
                                const std::string& fingerprint, std::int64_t order_seq) {
  if (request_id.empty()) return {};
  return book_.ledger.record_request(unit, who.uid, market_.today(), request_id, fingerprint, order_seq);
}

// A change that was not taken is no answer to repeat: its id is free again.
Status BookDesk::unless_taken(const Requester& who, const std::string& request_id, Status outcome) {
  if (outcome || request_id.empty()) return outcome;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(book_.ledger.forget_request(unit, who.uid, market_.today(), request_id));
  RETURN_IF_ERROR(unit.commit());
  return outcome;
}

Result<OrderReply> BookDesk::place_paper_order(const Requester& who, const trading::OrderRequest& request) {
  RETURN_IF_ERROR(catch_up());
  const std::string fingerprint = request_fingerprint("place", canonical_bytes(request));
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, request.request_id, fingerprint));
  if (recorded) return std::move(*recorded);
  return decide_and_send(who, request, "place_paper_order", fingerprint);
}

Result<OrderReply> BookDesk::close_paper_position(const Requester& who, const std::string& symbol, Product product,
                                                  std::optional<Price> limit_price, const std::string& request_id) {
  RETURN_IF_ERROR(catch_up());
  trading::OrderRequest request;
  request.symbol = symbol;
  request.product = product;
  request.type = limit_price ? OrderType::kLimit : OrderType::kMarket;
  request.limit_price = limit_price;
  request.request_id = request_id;
  const std::string fingerprint = request_fingerprint("close", canonical_bytes(request));
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, request_id, fingerprint));
  if (recorded) return std::move(*recorded);
  ASSIGN_OR_RETURN([[maybe_unused]] const trading::Instrument* instrument, market_.source.instruments().find(symbol));
  const PositionRecord* position = book_.ledger.position(symbol, product);
  if (position == nullptr)
    return make_error("NO_POSITION", "there is no " + std::string(trading::name_of(product)) + " position in " + symbol,
                      "fetch_paper_portfolio shows what is held", Retry::kNo, "symbol");
  request.side = position->position.quantity.is_positive() ? trading::Side::kSell : trading::Side::kBuy;
  request.quantity = protection_.free_quantity(symbol, product);
  request.strategy = position->strategy;
  if (request.quantity.is_zero())
    return make_error("POSITION_ALREADY_CLOSING", "exit orders for all of " + symbol + " rest already",
                      "cancel one of them first, or wait for it", Retry::kNo, "symbol");
  return decide_and_send(who, request, "close_paper_position", fingerprint);
}

Result<OrderReply> BookDesk::decide_and_send(const Requester& who, const trading::OrderRequest& request,
                                             const std::string& verb, const std::string& fingerprint) {
  ASSIGN_OR_RETURN(const DeskView desk_view, view());
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, request, nullptr));
  risk::Verdicts verdicts = risk::run_checklist(facts);

  OrderRecord order;
  order.request = request;
  order.order_class = facts.cls;
  order.purpose = facts.cls == OrderClass::kEntry ? Purpose::kEntry : Purpose::kExit;
  order.role = name_of(who.role);
  order.uid = who.uid;
  order.created = market_.now();
  if (const PositionRecord* position = book_.ledger.position(request.symbol, request.product); position != nullptr) {
    if (facts.cls != OrderClass::kEntry) order.parent_seq = position->entry_seq;
  }
  if (!verdicts.is_pass()) return keep_refusal(who, std::move(order), verdicts, verb, fingerprint);

  // An exit needs the shares that the resting stop holds: it is cut first.
  if (order.order_class == OrderClass::kExit)
    RETURN_IF_ERROR(protection_.adjust_for_exit(request.symbol, request.product, request.quantity));

  order.denials = "[]";
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.insert_order(unit, order));
    RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kChecked, Origin::kOwnStep, market_.now(), ""));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, verb + ".checked", order.order_id,
                                   CanonicalJson::object({{"order_seq", order.order_seq},
                                                          {"class", trading::name_of(order.order_class)},
                                                          {"limits_hash", limits_.hash()}})
                                       .set("verdicts", verdicts_body(verdicts)),
                                   market_.now()));
    RETURN_IF_ERROR(submission_.prepare(unit, who, order, verb));
    RETURN_IF_ERROR(record_request(unit, who, request.request_id, fingerprint, order.order_seq));
    RETURN_IF_ERROR(unit.commit());
  }
  if (order.order_class == OrderClass::kEntry)
    counters_.entries.push_back({request.symbol, request.side, risk::fingerprint_of(request), market_.now()});
  RETURN_IF_ERROR(submission_.send(who, order, verb));
  RETURN_IF_ERROR(protection_.adjust());
  RETURN_IF_ERROR(check_trips());
  return reply_for(order.order_seq, std::move(verdicts), false);
}

Result<OrderReply> BookDesk::keep_refusal(const Requester& who, OrderRecord order, const risk::Verdicts& verdicts,
                                          const std::string& verb, const std::string& fingerprint) {
  const std::vector<risk::Denial> denials = verdicts.denials();
  const risk::Denial& first = denials.front();
  order.reason = first.message;
  order.denials = denials_body(denials).write();
  OrderReply reply;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  const std::string asked_id = order.request.request_id;
  RETURN_IF_ERROR(book_.ledger.insert_order(unit, order));
  RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kRefused, Origin::kOwnStep, market_.now(), first.code));
  RETURN_IF_ERROR(record_request(unit, who, asked_id, fingerprint, order.order_seq));
  AuditEvent event{verb + ".refused", Actor{name_of(who.role), who.uid}, order.order_id,
                   CanonicalJson::object({{"order_seq", order.order_seq},
                                          {"class", trading::name_of(order.order_class)},
                                          {"request", canonical_bytes(order.request)},
                                          {"limits_hash", limits_.hash()},
                                          {"verdicts", verdicts_body(verdicts)}}),
                   market_.now()};
  ASSIGN_OR_RETURN(const auto recorded,
                   book_.audit.append_refusal(unit.transaction(), event, first.code, quota_us()));
  if (recorded) {
    RETURN_IF_ERROR(unit.commit());
    return reply_for(order.order_seq, verdicts, false);
  }
  // A flood of the same refusal is counted, not kept one by one: it must not fill the disk. The unit is left undone.
  order.order_seq = 0;
  order.order_id.clear();
  order.state = OrderState::kRefused;
  reply.provenance = provenance();
  reply.order = std::move(order);
  reply.verdicts = verdicts;
  return reply;
}

Result<OrderReply> BookDesk::reply_for(std::int64_t order_seq, risk::Verdicts verdicts, bool is_repeated) {
  ASSIGN_OR_RETURN(auto order, book_.ledger.find_order(order_seq));
  INVARIANT(order.has_value(), "an order that was kept can be read");
  OrderReply reply;
  reply.provenance = provenance();
  reply.order = std::move(*order);
  reply.verdicts = std::move(verdicts);
  reply.is_repeated = is_repeated;
  for (const auto& [seq, working] : book_.ledger.working())
    if (working.order_class == OrderClass::kProtection && working.request.symbol == reply.order.request.symbol &&
        working.request.product == reply.order.request.product)
      reply.children.push_back(working);
  return reply;
}

// --- changes --------------------------------------------------------------------------------------------------------

Result<OrderReply> BookDesk::modify_paper_order(const Requester& who, const ModifyRequest& request) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(const auto found, book_.ledger.find_order(request.order_id));
  if (!found)
    return make_error("UNKNOWN_ORDER", "there is no order " + request.order_id, "fetch_paper_orders lists them", Retry::kNo, "order_id");
  const OrderRecord& before = *found;
  const auto text = [](const std::optional<Price>& price) { return price ? price->rupees() : std::string("-"); };
  const std::string fingerprint = request_fingerprint(
      "modify", request.order_id + " " + (request.quantity ? std::to_string(request.quantity->value()) : "-") + " " +
                    text(request.limit_price) + " " + text(request.trigger_price) + " " + text(request.stop_loss) + " " + text(request.target));
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, request.request_id, fingerprint));
  if (recorded) return std::move(*recorded);

  if (before.order_class == OrderClass::kProtection)
    return make_error("PROTECTION_NOT_YOURS", before.order_id + " is the broker's own protection of a position",
                      "modify stop_loss or target of the entry order " + std::string("it serves instead"), Retry::kNo, "order_id");
  const bool changes_terms = request.quantity || request.limit_price || request.trigger_price;
  if (!changes_terms && !request.stop_loss && !request.target)
    return make_error("INVALID_ARGUMENT", "nothing to change is named", "give quantity, price, trigger_price, stop_loss or target");
  if (before.order_class == OrderClass::kEntry && !changes_terms && !before.filled.is_zero())
    return set_position_levels(who, before, request, fingerprint);
  if (!trading::is_working(before.state))
    return make_error("ORDER_NOT_WORKING", before.order_id + " is " + std::string(trading::name_of(before.state)) + " and cannot be changed",
                      "only a working order can be modified", Retry::kNo, "order_id");

  OrderRecord wanted = before;
  if (request.quantity) wanted.request.quantity = *request.quantity;
  if (request.limit_price) wanted.request.limit_price = request.limit_price;
  if (request.trigger_price) wanted.request.trigger_price = request.trigger_price;
  if (request.stop_loss) wanted.request.stop_loss = request.stop_loss;
  if (request.target) wanted.request.target = request.target;
  if (wanted.request.quantity <= before.filled)
    return make_error("INVALID_ARGUMENT", "quantity must be above the " + std::to_string(before.filled.value()) + " already filled",
                      "cancel the order to stop here", Retry::kNo, "quantity");
  trading::OrderRequest checked = wanted.request;
  checked.quantity = wanted.open_quantity();
  ASSIGN_OR_RETURN(const DeskView desk_view, view());
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, checked, &before));
  risk::Verdicts verdicts = risk::run_checklist(facts);
  if (verdicts.is_pass() && before.order_class == OrderClass::kEntry && !before.filled.is_zero()) {
    // The part that filled counts against what one order may be: its limits are looked at for the whole of it.
    ASSIGN_OR_RETURN(risk::Facts whole, facts_of(desk_view, wanted.request, &before));
    const risk::Verdicts of_whole = risk::run_checklist(whole);
    for (const char* check : {"order_value", "order_quantity", "risk_per_trade", "freeze_quantity"})
      if (of_whole.of(check).denial) verdicts = of_whole;
  }
  if (!verdicts.is_pass()) {
    // The order stands as it was; the refusal is recorded against it.
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    AuditEvent event{"modify_paper_order.refused", Actor{name_of(who.role), who.uid}, before.order_id,
                     CanonicalJson::object({{"order_seq", before.order_seq},
                                            {"request", canonical_bytes(checked)},
                                            {"verdicts", verdicts_body(verdicts)}}),
                     market_.now()};
    ASSIGN_OR_RETURN([[maybe_unused]] const auto position,
                     book_.audit.append_refusal(unit.transaction(), event, verdicts.first_denial()->code, quota_us()));
    // Its request id stays free: the order alone, as it stands, would answer a repeat as if the change had been made.
    RETURN_IF_ERROR(unit.commit());
    return reply_for(before.order_seq, std::move(verdicts), false);
  }
  // A larger exit needs the shares that the resting stop holds: it is cut first.
  if (before.order_class == OrderClass::kExit && wanted.request.quantity > before.request.quantity)
    RETURN_IF_ERROR(protection_.adjust_for_exit(before.request.symbol, before.request.product,
                                                wanted.request.quantity - before.request.quantity));
  const Status modified = submission_.modify(who, before, wanted, "modify_paper_order", [&](Ledger::Unit& unit) {
    return record_request(unit, who, request.request_id, fingerprint, before.order_seq);
  }, Ledger::request_key(who.uid, market_.today(), request.request_id));
  RETURN_IF_ERROR(modified);
  RETURN_IF_ERROR(protection_.adjust());
  return reply_for(before.order_seq, std::move(verdicts), false);
}

Result<OrderReply> BookDesk::set_position_levels(const Requester& who, const OrderRecord& entry, const ModifyRequest& request,
                                                 const std::string& fingerprint) {
  const PositionRecord* position = book_.ledger.position(entry.request.symbol, entry.request.product);
  if (position == nullptr || position->entry_seq != entry.order_seq)
    return make_error("NO_POSITION", entry.order_id + " holds no position any more", "fetch_paper_portfolio shows what is held", Retry::kNo, "order_id");
  ASSIGN_OR_RETURN(const trading::Quote quote, market_.source.quote(entry.request.symbol, market_.now()));
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
    RETURN_IF_ERROR(record_request(unit, who, request.request_id, fingerprint, entry.order_seq));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "modify_paper_order.levels", entry.order_id, body, market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }
  RETURN_IF_ERROR(protection_.adjust());
  return reply_for(entry.order_seq, {}, false);
}

Result<OrderReply> BookDesk::cancel_paper_order(const Requester& who, const std::string& order_id, const std::string& request_id) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(const auto found, book_.ledger.find_order(order_id));
  if (!found)
    return make_error("UNKNOWN_ORDER", "there is no order " + order_id, "fetch_paper_orders lists them", Retry::kNo, "order_id");
  const std::string fingerprint = request_fingerprint("cancel", order_id);
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, request_id, fingerprint));
  if (recorded) return std::move(*recorded);
  // The agent may cancel entries and its own exits, never a protective order. (The operator flattens or resets instead.)
  if (found->order_class == OrderClass::kProtection)
    return make_error("PROTECTION_NOT_YOURS", order_id + " protects a position and stays as long as the position does",
                      "close the position with close_paper_position: the stop goes with it", Retry::kNo, "order_id");
  if (!trading::is_working(found->state))
    return make_error("ORDER_NOT_WORKING", order_id + " is " + std::string(trading::name_of(found->state)) + " and cannot be cancelled",
                      "only a working order can be cancelled", Retry::kNo, "order_id");
  const Status cancelled = submission_.cancel(who, *found, "cancel_paper_order", [&](Ledger::Unit& unit) {
    return record_request(unit, who, request_id, fingerprint, found->order_seq);
  });
  RETURN_IF_ERROR(unless_taken(who, request_id, cancelled));
  RETURN_IF_ERROR(protection_.adjust());
  return reply_for(found->order_seq, {}, false);
}

Result<ResetReply> BookDesk::reset_paper_account(const Requester& who, const std::string&) {
  RETURN_IF_ERROR(catch_up());
  ResetReply reply;
  std::vector<OrderRecord> working;
  for (const auto& [seq, order] : book_.ledger.working())
    if (trading::is_working(order.state)) working.push_back(order);
  const trading::Accrual equity_before = mark(book_.ledger, market_).equity.value_or(book_.ledger.book_equity());
  for (const OrderRecord& order : working) {
    const Status cancelled = submission_.cancel(who, order, "the paper account is reset");
    if (!cancelled && cancelled.error().code != "REFUSED_BY_EXCHANGE") return std::move(cancelled.error());
    ++reply.cancelled_orders;
  }
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    // Every account is brought to zero and stays in the journal; the balances sum to zero, so this posting does too.
    Posting posting;
    posting.kind = "reset";
    posting.market_ts = market_.now();
    posting.epoch = book_.ledger.epoch();
    for (const auto& [account, amount] : book_.ledger.journal().balances())
      posting.lines.push_back({account, trading::Accrual(-amount)});
    ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t txn, book_.ledger.journal().post(unit.transaction(), posting));
    std::vector<PositionRecord> records;
    for (const auto& [key, record] : book_.ledger.positions()) records.push_back(record);
    CanonicalJson abandoned = CanonicalJson::array();
    for (PositionRecord& record : records) {
      abandoned.push_back(CanonicalJson::object({{"symbol", record.position.symbol}, {"quantity", record.position.quantity.value()}}));
      record.position.quantity = Quantity();
      record.position.cost = trading::Accrual();
      RETURN_IF_ERROR(book_.ledger.put_position(unit, record));
      ++reply.abandoned_positions;
    }
    const std::int64_t old_epoch = book_.ledger.epoch();
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "reset_paper_account", "epoch-" + std::to_string(old_epoch),
                                   CanonicalJson::object({{"epoch", old_epoch}, {"abandoned", abandoned}}), market_.now()));
    RETURN_IF_ERROR(open_account(unit));
    // The purse is the new account's; latches and the day's counters stay.
    // A reset is a pay-in (or a pay-out): every baseline moves by it, so that what the day, the week and the drawdown
    // have lost so far stays lost.
    const trading::Accrual paid_in = setup_.starting_capital.accrual() - equity_before;
    ASSIGN_OR_RETURN(auto days, book_.ledger.days_since(week_of(market_.today())));
    if (days.empty()) {
      ASSIGN_OR_RETURN(const auto last, book_.ledger.last_day());
      if (last) days.push_back(*last);
    }
    for (DayRecord& day : days) {
      day.open_equity += paid_in;
      day.peak_equity += paid_in;
      RETURN_IF_ERROR(book_.ledger.put_day(unit, day));
    }
    RETURN_IF_ERROR(unit.commit());
  }
  reply.provenance = provenance();
  reply.epoch = book_.ledger.epoch();
  reply.starting_capital = setup_.starting_capital;
  return reply;
}

}  // namespace broker
