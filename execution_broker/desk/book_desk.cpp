// The desk's start, and an order's way. Changes of orders, request ids, reset, time, reads and the operator's side have
// files of their own.

#include "execution_broker/desk/book_desk.h"

#include "execution_broker/desk/decision_bodies.h"
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

}  // namespace

// --- start ----------------------------------------------------------------------------------------------------------

BookDesk::BookDesk(Book book, Market market, HaltFlag& halt, DeskSetup setup, LimitBook limits, Approver approver)
    : book_(book),
      market_(market),
      halt_(halt),
      setup_(std::move(setup)),
      limits_(std::move(limits)),
      approver_(std::move(approver)),
      submission_(book_, market_, counters_, halt_),
      reconcile_(book_, market_),
      protection_(book_, market_, submission_),
      days_(book_, market_, limits_, counters_, submission_, protection_),
      records_(book_.ledger),
      statements_(book_, market_, approver_, records_,
                  {setup_.boot_id, setup_.account, setup_.quick_approval_value, setup_.needs_second_factor}),
      driver_(book_, market_, limits_, counters_, setup_.permissions, halt_, submission_, protection_, days_) {}

Result<std::unique_ptr<BookDesk>> BookDesk::open(Book book, Market market, HaltFlag& halt, DeskSetup setup) {
  ASSIGN_OR_RETURN(const Journal::Proof proof, book.ledger.journal().prove());
  if (!proof.findings.empty())
    return make_error("LEDGER_UNPROVEN", "the journal does not add up: " + proof.findings.front(),
                      "restore the ledger from its last backup; nothing may be traded on this one");
  ASSIGN_OR_RETURN(LimitBook limits, LimitBook::load(book, market, setup.file_limits));
  ASSIGN_OR_RETURN(Approver approver, load_approver(book.ledger, setup));
  std::unique_ptr<BookDesk> desk(new BookDesk(book, market, halt, std::move(setup), std::move(limits), std::move(approver)));
  RETURN_IF_ERROR(desk->start());
  return desk;
}

Status BookDesk::start() {
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.record_boot(unit, setup_.boot_id, market_.clock.wall_now(), market_.now(),
                                             setup_.broker_version, limits_.hash(), setup_.uid));
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "broker.start", "boot",
                                   CanonicalJson::object({{"version", setup_.broker_version},
                                                          {"mode", name_of(book_.mode)},
                                                          {"market", market_.source.name()},
                                                          {"limits_hash", limits_.hash()}}),
                                   market_.now()));
    if (book_.ledger.counter("epoch", 0) == 0) RETURN_IF_ERROR(open_account(unit));
    RETURN_IF_ERROR(unit.commit());
  }
  ASSIGN_OR_RETURN(counters_, count_day(book_.ledger, market_.today()));
  RETURN_IF_ERROR(submission_.reconcile());
  RETURN_IF_ERROR(void_all_proposals("the broker was started anew: what was checked before is not what is now"));
  if (setup_.read_halt_file && setup_.read_halt_file()) RETURN_IF_ERROR(latch_halt_file("is there"));
  for (const auto& [name, latch] : book_.ledger.latches())
    if (latch.state == "halted") halt_.raise();
  RETURN_IF_ERROR(keep_entries_out());
  RETURN_IF_ERROR(days_.ensure_day());
  // What is held is covered, and no more than that rests, before the market moves on.
  RETURN_IF_ERROR(protection_.adjust());
  if (market_.virtual_clock != nullptr) {
    const trading::Timestamp promised = driver_.promised_time();
    ASSIGN_OR_RETURN([[maybe_unused]] const auto walked, driver_.advance_to(promised));
    market_.virtual_clock->go_on_from(promised);
  }
  return catch_up();
}

// --- an order's way -------------------------------------------------------------------------------------------------

DeskView BookDesk::view() {
  return view_of(book_, market_, limits_, counters_, setup_.permissions, halt_);
}

Status BookDesk::check_trips() {
  return check_loss_trips(view(), submission_);
}

Status BookDesk::must_be_paper(const std::string& verb) const {
  if (book_.mode == trading::TradingMode::kPaper) return {};
  return make_error("MODE_NOT_EFFECTIVE", verb + " is for paper, and the effective mode is " + std::string(name_of(book_.mode)),
                    "use prepare_order here; only the operator changes the mode, in the broker's .env", Retry::kNo);
}

Result<OrderReply> BookDesk::place_paper_order(const Requester& who, const trading::OrderRequest& request) {
  RETURN_IF_ERROR(must_be_paper("place_paper_order"));
  RETURN_IF_ERROR(catch_up());
  const RequestNote asked = note_of(who, request.request_id, "place", canonical_bytes(request));
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, asked));
  if (recorded) return std::move(*recorded);
  return decide_and_send(who, request, "place_paper_order", asked);
}

Result<OrderReply> BookDesk::close_paper_position(const Requester& who, const std::string& symbol, Product product,
                                                  std::optional<Price> limit_price, const std::string& request_id) {
  if (who.role == Role::kAgent) RETURN_IF_ERROR(must_be_paper("close_paper_position"));
  RETURN_IF_ERROR(catch_up());
  trading::OrderRequest request;
  request.symbol = symbol;
  request.product = product;
  request.type = limit_price ? OrderType::kLimit : OrderType::kMarket;
  request.limit_price = limit_price;
  request.request_id = request_id;
  const RequestNote asked = note_of(who, request_id, "close", canonical_bytes(request));
  ASSIGN_OR_RETURN(auto recorded, recorded_answer(who, asked));
  if (recorded) return std::move(*recorded);
  ASSIGN_OR_RETURN([[maybe_unused]] const trading::Instrument* instrument, market_.source.instruments().find(symbol));
  const PositionRecord* position = book_.ledger.position(symbol, product);
  if (position == nullptr)
    return make_error("NO_POSITION", "there is no " + std::string(trading::name_of(product)) + " position in " + symbol,
                      std::string(who.role == Role::kOperator ? "approval_cli positions" : "fetch_paper_portfolio") + " shows what is held",
                      Retry::kNo, "symbol");
  request.side = position->position.quantity.is_positive() ? trading::Side::kSell : trading::Side::kBuy;
  request.quantity = protection_.free_quantity(symbol, product);
  request.strategy = position->strategy;
  if (request.quantity.is_zero())
    return make_error("POSITION_ALREADY_CLOSING", "exit orders for all of " + symbol + " rest already",
                      "cancel one of them first, or wait for it", Retry::kNo, "symbol");
  if (book_.mode != trading::TradingMode::kPaper && !limit_price) {
    request.type = OrderType::kLimit;
    ASSIGN_OR_RETURN(request.limit_price, leaving_price(symbol, request.side));
  }
  return decide_and_send(who, request, "close_paper_position", asked);
}

Result<Price> BookDesk::leaving_price(const std::string& symbol, trading::Side side) const {
  constexpr trading::Bps kThrough(100);  // past the other side's best price, and no further
  ASSIGN_OR_RETURN(const trading::Instrument* instrument, market_.source.instruments().find(symbol));
  ASSIGN_OR_RETURN(const trading::Quote quote, market_.source.quote(symbol, market_.now()));
  const trading::MarketSlice& slice = quote.slice;
  const Price tick = tick_of(*instrument, market_.today(), slice.previous_close);
  const bool is_sale = side == trading::Side::kSell;
  const Price best = is_sale ? slice.bid().value_or(slice.last) : slice.ask().value_or(slice.last);
  const std::int64_t through = trading::mul_div(best.value(), kThrough.value(), 10'000, trading::Rounding::kDown);
  Price price = is_sale ? Price(best.value() - through).floor_to(tick) : Price(best.value() + through).ceil_to(tick);
  if (slice.band.is_known()) price = std::clamp(price, slice.band.lower, slice.band.upper);
  return price;
}

Result<OrderReply> BookDesk::decide_and_send(const Requester& who, const trading::OrderRequest& request,
                                             const std::string& verb, const RequestNote& asked) {
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(view(), request, nullptr));
  risk::Verdicts verdicts = risk::run_checklist(facts);
  if (!verdicts.is_pass()) return keep_refusal(who, new_order(who, facts), facts, verdicts, verb, asked);
  return keep_and_send(who, facts, std::move(verdicts), verb, asked, {});
}

OrderRecord BookDesk::new_order(const Requester& who, const risk::Facts& facts) const {
  OrderRecord order;
  order.request = facts.order;
  order.order_class = facts.cls;
  order.purpose = facts.cls == OrderClass::kEntry ? Purpose::kEntry : Purpose::kExit;
  order.role = name_of(who.role);
  order.uid = who.uid;
  order.created = market_.now();
  if (facts.cls != OrderClass::kEntry)
    if (const PositionRecord* position = book_.ledger.position(facts.order.symbol, facts.order.product); position != nullptr)
      order.parent_seq = position->entry_seq;
  return order;
}

Result<OrderReply> BookDesk::keep_and_send(const Requester& who, const risk::Facts& facts, risk::Verdicts verdicts,
                                           const std::string& verb, const RequestNote& asked, const OrderWarrant& warrant) {
  INVARIANT(book_.mode == trading::TradingMode::kPaper || facts.cls != OrderClass::kEntry || warrant,
            "outside paper an entry rests on a human's signature");
  const trading::OrderRequest& request = facts.order;
  OrderRecord order = new_order(who, facts);
  // An exit needs the shares that the resting stop holds: it is cut first.
  if (order.order_class == OrderClass::kExit)
    RETURN_IF_ERROR(protection_.adjust_for_exit(request.symbol, request.product, request.quantity));

  order.denials = "[]";
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.insert_order(unit, order));
    RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kChecked, Origin::kOwnStep, market_.now(), ""));
    CanonicalJson checked = CanonicalJson::object({{"order_seq", order.order_seq},
                                                   {"class", trading::name_of(order.order_class)},
                                                   {"limits_hash", limits_.hash()}});
    checked.set("verdicts", verdicts_body(verdicts));
    if (facts.quote) checked.set("quote", quote_body(*facts.quote, facts.market_now));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, verb + ".checked", order.order_id, checked, market_.now()));
    if (warrant) RETURN_IF_ERROR(warrant(unit, order));
    RETURN_IF_ERROR(submission_.prepare(unit, who, order, verb));
    RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, order.order_seq));
    RETURN_IF_ERROR(unit.commit());
  }
  if (order.order_class == OrderClass::kEntry)
    counters_.entries.push_back({request.symbol, request.side, risk::fingerprint_of(request), market_.now()});
  RETURN_IF_ERROR(submission_.send(who, order, verb));
  RETURN_IF_ERROR(protection_.adjust());
  RETURN_IF_ERROR(check_trips());
  return reply_for(order.order_seq, std::move(verdicts), false);
}

Result<OrderReply> BookDesk::keep_refusal(const Requester& who, OrderRecord order, const risk::Facts& facts,
                                          const risk::Verdicts& verdicts, const std::string& verb, const RequestNote& asked) {
  const std::vector<risk::Denial> denials = verdicts.denials();
  const risk::Denial& first = denials.front();
  order.reason = first.message;
  order.denials = denials_body(denials).write();
  OrderReply reply;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(book_.ledger.insert_order(unit, order));
  RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kRefused, Origin::kOwnStep, market_.now(), first.code));
  RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, order.order_seq));
  AuditEvent event{verb + ".refused", Actor{name_of(who.role), who.uid}, order.order_id,
                   CanonicalJson::object({{"order_seq", order.order_seq},
                                          {"class", trading::name_of(order.order_class)},
                                          {"request", canonical_bytes(order.request)},
                                          {"limits_hash", limits_.hash()},
                                          {"verdicts", verdicts_body(verdicts)}}),
                   market_.now()};
  if (facts.quote) event.body.set("quote", quote_body(*facts.quote, facts.market_now));
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

}  // namespace broker
