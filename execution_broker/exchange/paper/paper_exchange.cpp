#include "execution_broker/exchange/paper/paper_exchange.h"

#include <algorithm>

#include "execution_broker/exchange/event_log.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::MarketSlice;
using trading::OrderState;
using trading::OrderType;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Status;
using trading::Timestamp;

namespace {

template <typename Parsed>
auto must(Parsed parsed) {
  INVARIANT(parsed.has_value(), "the book holds only names that the exchange wrote");
  return *parsed;
}

bool is_stop(OrderType type) { return type == OrderType::kStopLimit || type == OrderType::kStopMarket; }

std::optional<std::int64_t> value_or_null(const std::optional<Price>& price) {
  return price ? std::optional(price->value()) : std::nullopt;
}

std::optional<Price> price_or_null(std::optional<std::int64_t> value) {
  return value ? std::optional(Price(*value)) : std::nullopt;
}

Outcome rejected(std::string reason) { return {Outcome::Kind::kRejected, "", std::move(reason)}; }
// The command's transaction did not commit: the book is as it was, nothing was taken.
Outcome not_taken(const trading::Error& error) { return {Outcome::Kind::kNotSent, "", error.text()}; }

// Takes from a slice's liquidity what an earlier execution had of it.
void consume(trading::Liquidity& liquidity, const std::string& side, Quantity quantity, Price price) {
  auto& levels = side == "BUY" ? liquidity.asks : liquidity.bids;
  for (trading::DepthLevel& level : levels) {
    if (level.price != price || !level.quantity.is_positive()) continue;
    level.quantity -= std::min(level.quantity, quantity);
    return;
  }
  liquidity.volume_left -= std::min(liquidity.volume_left, quantity);
}

}  // namespace

Result<std::unique_ptr<PaperExchange>> PaperExchange::open(Database& database, const MarketSource& source,
                                                           const Clock& clock) {
  std::unique_ptr<PaperExchange> exchange(new PaperExchange(database, source, clock));
  RETURN_IF_ERROR(exchange->load());
  return exchange;
}

Status PaperExchange::load() {
  working_.clear();
  seen_.clear();
  liquidity_.clear();
  {
    auto rows = database_.statement(
        "SELECT number, ordertag, symbol, side, quantity, filled, product, order_type, limit_e4, trigger_e4, is_triggered, "
        "state, placed_us FROM exchange_order WHERE state IN ('OPEN', 'TRIGGER_PENDING', 'PARTIAL') ORDER BY number");
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, rows.step());
      if (!has_row) break;
      WorkingOrder order;
      order.number = rows.int64(0);
      order.order.ordertag = rows.text(1);
      order.order.symbol = rows.text(2);
      order.order.side = must(trading::parse_side(rows.text(3)));
      order.order.quantity = Quantity(rows.int64(4));
      order.filled = Quantity(rows.int64(5));
      order.order.product = must(trading::parse_product(rows.text(6)));
      order.order.type = must(trading::parse_order_type(rows.text(7)));
      order.order.limit_price = price_or_null(rows.optional_int64(8));
      order.order.trigger_price = price_or_null(rows.optional_int64(9));
      order.is_triggered = rows.int64(10) != 0;
      order.state = must(trading::parse_order_state(rows.text(11)));
      order.since = Timestamp{rows.int64(12)};
      working_.emplace(order.order.ordertag, order);
    }
  }
  {
    auto rows = database_.statement("SELECT symbol, slice_us FROM exchange_seen");
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, rows.step());
      if (!has_row) break;
      seen_[rows.text(0)] = Timestamp{rows.int64(1)};
    }
  }
  ASSIGN_OR_RETURN(const auto number, single_int64(database_.statement("SELECT MAX(number) FROM exchange_order")));
  ASSIGN_OR_RETURN(const auto event, single_int64(database_.statement("SELECT MAX(seq) FROM exchange_event")));
  ASSIGN_OR_RETURN(const auto newest, single_int64(database_.statement("SELECT MAX(slice_us) FROM (SELECT slice_us FROM "
                                                                       "exchange_event ORDER BY seq DESC LIMIT 200)")));
  restored_until_ = Timestamp{newest.value_or(0)};
  next_number_ = number.value_or(0) + 1;
  next_event_ = event.value_or(0) + 1;
  return {};
}

// --- commands -------------------------------------------------------------------------------------------------------

std::string PaperExchange::refusal_of(const ExchangeOrder& order) const {
  const auto instrument = source_.instruments().find(order.symbol);
  if (!instrument) return "unknown symbol";
  if (!order.quantity.is_positive()) return "quantity must be positive";
  if (order.quantity.value() % (*instrument)->lot_size != 0) return "quantity is not a multiple of the lot";
  if ((*instrument)->freeze_quantity > 0 && order.quantity.value() > (*instrument)->freeze_quantity)
    return "quantity is above the freeze quantity " + std::to_string((*instrument)->freeze_quantity);
  const bool needs_limit = order.type == OrderType::kLimit || order.type == OrderType::kStopLimit;
  if (needs_limit != order.limit_price.has_value()) return "limit price does not fit the order type";
  if (is_stop(order.type) != order.trigger_price.has_value()) return "trigger price does not fit the order type";
  const auto quote = source_.quote(order.symbol, clock_.market_now());
  if (!quote) return "no market in this symbol: " + quote.error().what;
  const trading::TradingDate today = trading::date_of(clock_.market_now());
  for (const auto& price : {order.limit_price, order.trigger_price}) {
    if (!price) continue;
    const Price tick = tick_of(**instrument, today, quote->slice.previous_close);
    if (!price->is_on_tick(tick)) return "price " + price->rupees() + " is not on the tick of " + tick.rupees();
    if (*price < quote->slice.band.lower || *price > quote->slice.band.upper)
      return "price " + price->rupees() + " is outside the circuit band " + quote->slice.band.lower.rupees() + " to " +
             quote->slice.band.upper.rupees();
  }
  return "";
}

Outcome PaperExchange::place(const ExchangeOrder& order) {
  if (std::string refusal = refusal_of(order); !refusal.empty()) return rejected(std::move(refusal));
  const std::int64_t number = next_number_;
  const auto taken = [&]() -> Status {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(database_));
    WorkingOrder placed;
    placed.number = next_number_++;
    placed.order = order;
    placed.since = clock_.market_now();
    placed.state = is_stop(order.type) ? OrderState::kTriggerPending : OrderState::kOpen;
    ExchangeEvent event;
    event.kind = is_stop(order.type) ? ExchangeEvent::Kind::kTriggerPending : ExchangeEvent::Kind::kOpen;
    event.ordertag = order.ordertag;
    RETURN_IF_ERROR(append_event(transaction, event, Timestamp{}));
    auto& kept = working_.insert_or_assign(order.ordertag, placed).first->second;
    if (const auto slice = slice_now(order.symbol)) RETURN_IF_ERROR(match_order(transaction, kept, *slice, true));
    RETURN_IF_ERROR(insert(transaction, kept));
    return transaction.commit();
  }();
  if (!taken) {
    const Status reloaded = load();
    INVARIANT(reloaded.has_value(), "a book that was open can be read again");
    return not_taken(taken.error());
  }
  forget_if_done(order.ordertag);
  return {Outcome::Kind::kAccepted, "PX" + std::to_string(number), ""};
}

Outcome PaperExchange::modify(const ExchangeModification& change) {
  const auto found = working_.find(change.ordertag);
  if (found == working_.end()) return rejected("the order is not working any more");
  ExchangeOrder wanted = found->second.order;
  wanted.quantity = change.quantity;
  wanted.type = change.type;
  wanted.limit_price = change.limit_price;
  wanted.trigger_price = change.trigger_price;
  if (std::string refusal = refusal_of(wanted); !refusal.empty()) return rejected(std::move(refusal));
  if (wanted.quantity <= found->second.filled) return rejected("the new quantity is not above what is filled already");
  const auto taken = [&]() -> Status {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(database_));
    WorkingOrder& order = found->second;
    // A stop that has triggered stays so when only its quantity changes.
    const bool is_same_stop = is_stop(wanted.type) && wanted.type == order.order.type && wanted.trigger_price == order.order.trigger_price;
    order.order = wanted;
    order.since = clock_.market_now();
    order.is_triggered = order.is_triggered && is_same_stop;
    if (order.filled.is_zero())
      order.state = is_stop(wanted.type) && !order.is_triggered ? OrderState::kTriggerPending : OrderState::kOpen;
    ExchangeEvent event;
    event.kind = ExchangeEvent::Kind::kModified;
    event.ordertag = change.ordertag;
    event.quantity = wanted.quantity;
    RETURN_IF_ERROR(append_event(transaction, event, Timestamp{}));
    if (const auto slice = slice_now(wanted.symbol)) RETURN_IF_ERROR(match_order(transaction, order, *slice, true));
    RETURN_IF_ERROR(keep(transaction, order));
    return transaction.commit();
  }();
  if (!taken) {
    const Status reloaded = load();
    INVARIANT(reloaded.has_value(), "a book that was open can be read again");
    return not_taken(taken.error());
  }
  forget_if_done(change.ordertag);
  return {Outcome::Kind::kAccepted, "", ""};
}

Outcome PaperExchange::cancel(const std::string& ordertag) {
  const auto found = working_.find(ordertag);
  if (found == working_.end()) return rejected("the order is not working any more");
  const auto taken = [&]() -> Status {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(database_));
    RETURN_IF_ERROR(cancel_in(transaction, found->second, "by request"));
    return transaction.commit();
  }();
  if (!taken) {
    const Status reloaded = load();
    INVARIANT(reloaded.has_value(), "a book that was open can be read again");
    return not_taken(taken.error());
  }
  forget_if_done(ordertag);
  return {Outcome::Kind::kAccepted, "", ""};
}

// --- the market -----------------------------------------------------------------------------------------------------

Result<bool> PaperExchange::on_slice(const MarketSlice& slice) {
  if (const auto seen = seen_.find(slice.symbol); seen != seen_.end() && slice.ts <= seen->second) return false;
  std::vector<WorkingOrder*> orders;
  for (auto& [tag, order] : working_)
    if (order.order.symbol == slice.symbol && order.since < slice.ts) orders.push_back(&order);
  std::sort(orders.begin(), orders.end(), [](const auto* a, const auto* b) { return a->number < b->number; });

  const std::int64_t first_event = next_event_;
  std::vector<std::string> tags;
  const auto matched = [&]() -> Status {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(database_));
    for (WorkingOrder* order : orders) {
      const std::int64_t before = next_event_;
      RETURN_IF_ERROR(match_order(transaction, *order, slice, false));
      if (next_event_ != before) RETURN_IF_ERROR(keep(transaction, *order));
      tags.push_back(order->order.ordertag);
    }
    // A slice in which nothing happened leaves no trace: matched again after a crash, nothing happens again.
    if (next_event_ == first_event) return {};
    RETURN_IF_ERROR(transaction
                        .statement("INSERT OR REPLACE INTO exchange_seen (symbol, slice_us) VALUES (?1, ?2)")
                        .bind_all(slice.symbol, slice.ts.us)
                        .run());
    return transaction.commit();
  }();
  if (!matched) {
    RETURN_IF_ERROR(load());
    return matched.error();
  }
  seen_[slice.symbol] = slice.ts;
  for (const std::string& tag : tags) forget_if_done(tag);
  return true;
}

Status PaperExchange::match_order(Transaction& transaction, WorkingOrder& order, const MarketSlice& slice, bool is_fresh) {
  ASSIGN_OR_RETURN(trading::Liquidity* const liquidity, liquidity_for(slice));
  trading::RestingOrder resting;
  resting.side = order.order.side;
  resting.type = order.order.type;
  resting.open_quantity = order.order.quantity - order.filled;
  resting.limit_price = order.order.limit_price;
  resting.trigger_price = order.order.trigger_price;
  resting.is_triggered = order.is_triggered;
  resting.is_fresh = is_fresh;
  const trading::FillOutcome outcome = trading::match(resting, slice, *liquidity);
  if (outcome.is_triggered && !order.is_triggered) {
    order.is_triggered = true;
    if (order.filled.is_zero()) order.state = OrderState::kOpen;
    ExchangeEvent event;
    event.kind = ExchangeEvent::Kind::kTriggered;
    event.ordertag = order.order.ordertag;
    event.price = slice.last;
    RETURN_IF_ERROR(append_event(transaction, event, slice.ts));
  }
  for (const trading::Execution& execution : outcome.executions) {
    order.filled += execution.quantity;
    INVARIANT(order.filled <= order.order.quantity, "an order never fills for more than it asked");
    order.state = order.filled == order.order.quantity ? OrderState::kFilled : OrderState::kPartial;
    ExchangeEvent event;
    event.kind = ExchangeEvent::Kind::kFill;
    event.ordertag = order.order.ordertag;
    event.bar_ts = slice.bar_ts;
    event.quantity = execution.quantity;
    event.price = execution.price;
    event.heard = slice.heard;
    RETURN_IF_ERROR(append_event(transaction, event, slice.ts));
  }
  return {};
}

std::optional<MarketSlice> PaperExchange::slice_now(const std::string& symbol) const {
  const Timestamp now = clock_.market_now();
  const auto instrument = source_.instruments().find(symbol);
  if (!instrument) return std::nullopt;
  if (source_.calendar().phase(now, (*instrument)->has_derivatives) != trading::SessionPhase::kContinuous)
    return std::nullopt;
  auto quote = source_.quote(symbol, now);
  // Yesterday's last print is no market to trade in, nor is one that its source does not vouch for.
  if (!quote || quote->is_stale || trading::date_of(quote->slice.ts) != trading::date_of(now)) return std::nullopt;
  if (quote->slice.phase != trading::SessionPhase::kContinuous) return std::nullopt;
  return quote->slice;
}

Result<trading::Liquidity*> PaperExchange::liquidity_for(const MarketSlice& slice) {
  const auto found = liquidity_.find(slice.symbol);
  if (found != liquidity_.end() && found->second.slice_ts == slice.ts) return &found->second.liquidity;
  SliceLiquidity fresh{slice.ts, trading::liquidity_of(slice)};
  if (slice.ts > restored_until_) return &liquidity_.insert_or_assign(slice.symbol, fresh).first->second.liquidity;
  // After a restart: what was taken from this very slice before is gone.
  auto rows = database_.statement(
      "SELECT o.side, e.quantity, e.price_e4 FROM exchange_event e JOIN exchange_order o USING (ordertag) WHERE e.seq > "
      "(SELECT COALESCE(MAX(seq), 0) - 200 FROM exchange_event) AND e.slice_us = ?1 AND e.kind = 'fill' AND o.symbol = ?2");
  rows.bind_all(slice.ts.us, slice.symbol);
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) break;
    consume(fresh.liquidity, rows.text(0), Quantity(rows.int64(1)), Price(rows.int64(2)));
  }
  return &liquidity_.insert_or_assign(slice.symbol, fresh).first->second.liquidity;
}

Status PaperExchange::end_of_day() {
  if (working_.empty()) return {};
  std::vector<std::string> tags;
  const auto ended = [&]() -> Status {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(database_));
    std::vector<WorkingOrder*> orders;
    for (auto& [tag, order] : working_) orders.push_back(&order);
    std::sort(orders.begin(), orders.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
    for (WorkingOrder* order : orders) {
      RETURN_IF_ERROR(cancel_in(transaction, *order, "day_end"));
      tags.push_back(order->order.ordertag);
    }
    return transaction.commit();
  }();
  if (!ended) {
    RETURN_IF_ERROR(load());
    return ended;
  }
  for (const std::string& tag : tags) forget_if_done(tag);
  return {};
}

std::set<std::string> PaperExchange::working_symbols() const {
  std::set<std::string> symbols;
  for (const auto& [tag, order] : working_) symbols.insert(order.order.symbol);
  return symbols;
}

// --- rows -----------------------------------------------------------------------------------------------------------

Status PaperExchange::append_event(Transaction& transaction, ExchangeEvent event, Timestamp slice_ts) {
  event.seq = next_event_++;
  event.market_ts = clock_.market_now();
  return event_log::append(transaction, event, slice_ts);
}

Status PaperExchange::insert(Transaction& transaction, const WorkingOrder& order) {
  return transaction
      .statement("INSERT INTO exchange_order (number, ordertag, symbol, side, quantity, filled, product, order_type, "
                 "limit_e4, trigger_e4, is_triggered, state, last_event_seq, placed_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                 "?8, ?9, ?10, ?11, ?12, ?13, ?14)")
      .bind_all(order.number, order.order.ordertag, order.order.symbol, name_of(order.order.side),
                order.order.quantity.value(), order.filled.value(), name_of(order.order.product),
                name_of(order.order.type), value_or_null(order.order.limit_price),
                value_or_null(order.order.trigger_price), order.is_triggered ? 1 : 0, name_of(order.state),
                next_event_ - 1, order.since.us)
      .run();
}

Status PaperExchange::keep(Transaction& transaction, const WorkingOrder& order) {
  return transaction
      .statement("UPDATE exchange_order SET quantity = ?2, filled = ?3, order_type = ?4, limit_e4 = ?5, trigger_e4 = ?6, "
                 "is_triggered = ?7, state = ?8, last_event_seq = ?9, placed_us = ?10 WHERE number = ?1")
      .bind_all(order.number, order.order.quantity.value(), order.filled.value(), name_of(order.order.type),
                value_or_null(order.order.limit_price), value_or_null(order.order.trigger_price),
                order.is_triggered ? 1 : 0, name_of(order.state), next_event_ - 1, order.since.us)
      .run();
}

Status PaperExchange::cancel_in(Transaction& transaction, WorkingOrder& order, const std::string& reason) {
  order.state = OrderState::kCancelled;
  ExchangeEvent event;
  event.kind = ExchangeEvent::Kind::kCancelled;
  event.ordertag = order.order.ordertag;
  event.reason = reason;
  RETURN_IF_ERROR(append_event(transaction, event, Timestamp{}));
  return keep(transaction, order);
}

void PaperExchange::forget_if_done(const std::string& ordertag) {
  const auto found = working_.find(ordertag);
  if (found != working_.end() && trading::is_terminal(found->second.state)) working_.erase(found);
}

Result<std::vector<ExchangeEvent>> PaperExchange::events(std::int64_t after, std::size_t limit) {
  if (after + 1 >= next_event_) return std::vector<ExchangeEvent>();  // nothing new: no need to ask the disk
  return event_log::read(database_, after, limit);
}

Result<std::vector<ExchangeBookRow>> PaperExchange::order_book() {
  // As an exchange shows it: today's orders, whatever became of them, and everything that works.
  const Timestamp midnight = timestamp_of(trading::date_of(clock_.market_now()), trading::at(0, 0));
  auto rows = database_.statement(
      "SELECT number, ordertag, symbol, state, quantity, filled, order_type, limit_e4, trigger_e4, last_event_seq FROM "
      "exchange_order WHERE placed_us >= ?1 OR state IN ('OPEN', 'TRIGGER_PENDING', 'PARTIAL') ORDER BY number");
  rows.bind_all(midnight.us);
  std::vector<ExchangeBookRow> book;
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) break;
    ExchangeBookRow row;
    row.exchange_order_id = "PX" + std::to_string(rows.int64(0));
    row.ordertag = rows.text(1);
    row.symbol = rows.text(2);
    row.state = must(trading::parse_order_state(rows.text(3)));
    row.quantity = Quantity(rows.int64(4));
    row.filled = Quantity(rows.int64(5));
    row.type = must(trading::parse_order_type(rows.text(6)));
    row.limit_price = price_or_null(rows.optional_int64(7));
    row.trigger_price = price_or_null(rows.optional_int64(8));
    row.last_event_seq = rows.int64(9);
    book.push_back(std::move(row));
  }
  return book;
}

}  // namespace broker
