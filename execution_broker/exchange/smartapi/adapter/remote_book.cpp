#include "execution_broker/exchange/smartapi/adapter/remote_book.h"

#include <algorithm>

#include "execution_broker/exchange/event_log.h"
#include "trading/base/invariant.h"

namespace broker {

using smartapi::OrderRow;
using smartapi::OrderWord;
using smartapi::TradeRow;
using trading::OrderState;
using trading::OrderType;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Status;

namespace {

template <typename Parsed>
auto must(Parsed parsed) {
  INVARIANT(parsed.has_value(), "the book holds only names that the adapter wrote");
  return *parsed;
}

std::optional<Price> price_or_null(std::optional<std::int64_t> value) {
  return value ? std::optional(Price(*value)) : std::nullopt;
}
std::optional<std::int64_t> value_or_null(const std::optional<Price>& price) {
  return price ? std::optional(price->value()) : std::nullopt;
}

// Our tags are 20 characters of base32; a person's own orders carry none, or another program's.
bool is_our_tag(std::string_view tag) {
  return tag.size() == 20 && std::all_of(tag.begin(), tag.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7'); });
}

bool is_stop(OrderType type) { return type == OrderType::kStopLimit; }
bool is_stop_row(const OrderRow& row) { return row.order_type == "STOPLOSS_LIMIT" || row.variety == "STOPLOSS"; }

bool shows(const OrderRow& row, const ExchangeModification& wanted) {
  if (row.quantity != wanted.quantity.value() || is_stop_row(row) != is_stop(wanted.type)) return false;
  if (row.limit_price != wanted.limit_price) return false;
  return !is_stop(wanted.type) || row.trigger_price == wanted.trigger_price;
}

OrderState state_of(const OrderRow& row) {
  switch (row.word) {
    case OrderWord::kComplete: return OrderState::kFilled;
    case OrderWord::kRejected: return OrderState::kRejectedLate;
    case OrderWord::kCancelled:
    case OrderWord::kCancelledAfterMarket: return OrderState::kCancelled;
    case OrderWord::kTriggerPending: return OrderState::kTriggerPending;
    case OrderWord::kOpen:
    case OrderWord::kModified:
    case OrderWord::kNotModified:
    case OrderWord::kNotCancelled: return row.filled > 0 ? OrderState::kPartial : OrderState::kOpen;
    case OrderWord::kOpenPending:
    case OrderWord::kValidationPending:
    case OrderWord::kPutOrderReceived:
    case OrderWord::kModifyPending:
    case OrderWord::kModifyValidationPending:
    case OrderWord::kModifyReceived:
    case OrderWord::kCancelPending:
    case OrderWord::kAfterMarketReceived:
    case OrderWord::kModifyAfterMarketReceived:
    case OrderWord::kUnknown: return OrderState::kAcked;
  }
  return OrderState::kAcked;
}

ExchangeEvent event_of(const RemoteOrder& order, ExchangeEvent::Kind kind, std::string reason = "") {
  ExchangeEvent event;
  event.kind = kind;
  event.ordertag = order.order.ordertag;
  event.reason = std::move(reason);
  return event;
}

}  // namespace

std::vector<ExchangeEvent> merge_row(RemoteOrder& known, const OrderRow& row) {
  using Kind = ExchangeEvent::Kind;
  std::vector<ExchangeEvent> events;
  if (trading::is_terminal(known.state)) return events;
  if (known.state == OrderState::kSubmitting) known.state = OrderState::kAcked;
  if (known.wanted && shows(row, *known.wanted) && state_of(row) != OrderState::kAcked) {
    known.order.quantity = known.wanted->quantity;
    known.order.type = known.wanted->type;
    known.order.limit_price = known.wanted->limit_price;
    known.order.trigger_price = known.wanted->trigger_price;
    known.wanted.reset();
    events.push_back(event_of(known, Kind::kModified));
    if (known.filled.is_zero()) known.state = is_stop(known.order.type) ? OrderState::kTriggerPending : OrderState::kOpen;
  }
  const OrderState told = state_of(row);
  switch (told) {
    case OrderState::kRejectedLate:
      if (known.filled.is_zero() && row.filled == 0) {
        known.state = OrderState::kRejectedLate;
        events.push_back(event_of(known, Kind::kRejected, row.reason.empty() ? "rejected by the exchange" : row.reason));
      }
      break;
    case OrderState::kCancelled:
      if (row.filled == known.filled.value()) {  // else its trades are told first
        known.state = OrderState::kCancelled;
        events.push_back(event_of(known, Kind::kCancelled, row.reason.empty() ? "cancelled at the exchange" : row.reason));
      }
      break;
    case OrderState::kTriggerPending:
      if (known.state == OrderState::kAcked) {
        known.state = OrderState::kTriggerPending;
        events.push_back(event_of(known, Kind::kTriggerPending));
      }
      break;
    case OrderState::kOpen:
      if (known.state == OrderState::kAcked) {
        known.state = OrderState::kOpen;
        events.push_back(event_of(known, Kind::kOpen));
      } else if (known.state == OrderState::kTriggerPending && is_stop(known.order.type) && row.word == OrderWord::kOpen) {
        known.state = OrderState::kOpen;
        events.push_back(event_of(known, Kind::kTriggered));
      }
      break;
    default: break;  // fills are the trade book's to tell
  }
  return events;
}

Result<RemoteBook> RemoteBook::open(Database& database, const InstrumentMaster& instruments) {
  RemoteBook book(database, instruments);
  RETURN_IF_ERROR(book.load());
  return book;
}

Status RemoteBook::load() {
  orders_.clear();
  auto rows = database_->statement(
      "SELECT ordertag, exchange_order_id, symbol, side, product, quantity, order_type, limit_e4, trigger_e4, filled, state, "
      "new_quantity, new_type, new_limit_e4, new_trigger_e4 FROM remote_order");
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) break;
    RemoteOrder order;
    order.order.ordertag = rows.text(0);
    order.exchange_order_id = rows.text(1);
    order.order.symbol = rows.text(2);
    order.order.side = must(trading::parse_side(rows.text(3)));
    order.order.product = must(trading::parse_product(rows.text(4)));
    order.order.quantity = Quantity(rows.int64(5));
    order.order.type = must(trading::parse_order_type(rows.text(6)));
    order.order.limit_price = price_or_null(rows.optional_int64(7));
    order.order.trigger_price = price_or_null(rows.optional_int64(8));
    order.filled = Quantity(rows.int64(9));
    order.state = must(trading::parse_order_state(rows.text(10)));
    if (!rows.is_null(11))
      order.wanted = ExchangeModification{order.order.ordertag, Quantity(rows.int64(11)), must(trading::parse_order_type(rows.text(12))),
                                          price_or_null(rows.optional_int64(13)), price_or_null(rows.optional_int64(14))};
    orders_.emplace(order.order.ordertag, std::move(order));
  }
  return {};
}

Status RemoteBook::keep(Transaction& transaction, const RemoteOrder& order) {
  const auto& wanted = order.wanted;
  return transaction
      .statement("INSERT INTO remote_order (ordertag, exchange_order_id, symbol, side, product, quantity, order_type, limit_e4, "
                 "trigger_e4, filled, state, new_quantity, new_type, new_limit_e4, new_trigger_e4) VALUES (?1, ?2, ?3, ?4, ?5, "
                 "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT (ordertag) DO UPDATE SET exchange_order_id = "
                 "excluded.exchange_order_id, quantity = excluded.quantity, order_type = excluded.order_type, limit_e4 = "
                 "excluded.limit_e4, trigger_e4 = excluded.trigger_e4, filled = excluded.filled, state = excluded.state, "
                 "new_quantity = excluded.new_quantity, new_type = excluded.new_type, new_limit_e4 = excluded.new_limit_e4, "
                 "new_trigger_e4 = excluded.new_trigger_e4")
      .bind_all(order.order.ordertag, order.exchange_order_id, order.order.symbol, name_of(order.order.side),
                name_of(order.order.product), order.order.quantity.value(), name_of(order.order.type),
                value_or_null(order.order.limit_price), value_or_null(order.order.trigger_price), order.filled.value(),
                name_of(order.state), wanted ? std::optional(wanted->quantity.value()) : std::nullopt,
                wanted ? std::optional(std::string(name_of(wanted->type))) : std::nullopt,
                wanted ? value_or_null(wanted->limit_price) : std::nullopt, wanted ? value_or_null(wanted->trigger_price) : std::nullopt)
      .run();
}

Status RemoteBook::begin(const ExchangeOrder& order) {
  RemoteOrder remote;
  remote.order = order;
  remote.order.may_leave = {};
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(keep(transaction, remote));
  RETURN_IF_ERROR(transaction.commit());
  orders_.insert_or_assign(order.ordertag, std::move(remote));
  return {};
}

Status RemoteBook::taken(const std::string& ordertag, const std::string& exchange_order_id) {
  RemoteOrder& order = orders_.at(ordertag);
  order.exchange_order_id = exchange_order_id;
  if (order.state == OrderState::kSubmitting) order.state = OrderState::kAcked;
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(keep(transaction, order));
  return transaction.commit();
}

Status RemoteBook::not_taken(const std::string& ordertag) {
  RemoteOrder& order = orders_.at(ordertag);
  order.state = OrderState::kRejected;
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(keep(transaction, order));
  return transaction.commit();
}

Status RemoteBook::begin_modification(const ExchangeModification& wanted) {
  RemoteOrder& order = orders_.at(wanted.ordertag);
  order.wanted = wanted;
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(keep(transaction, order));
  return transaction.commit();
}

Status RemoteBook::drop_modification(const std::string& ordertag) {
  RemoteOrder& order = orders_.at(ordertag);
  order.wanted.reset();
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(keep(transaction, order));
  return transaction.commit();
}

// An order with a tag of ours that is not in this database: a power cut took its row, or another home trades on this account.
// The ledger says which; here it only gets a place.
Status RemoteBook::adopt(Transaction& transaction, const OrderRow& row) {
  const std::string symbol = symbol_of(row.trading_symbol);
  if (symbol.empty() || row.quantity <= 0) return {};
  RemoteOrder order;
  order.order.ordertag = row.ordertag;
  order.order.symbol = symbol;
  order.order.side = row.side;
  order.order.quantity = Quantity(row.quantity);
  const bool is_delivery = row.product == "DELIVERY" || row.product == "CNC";
  order.order.product = is_delivery ? trading::Product::kDelivery : trading::Product::kIntraday;
  order.order.type = is_stop_row(row) ? OrderType::kStopLimit : OrderType::kLimit;
  order.order.limit_price = row.limit_price;
  if (is_stop_row(row)) order.order.trigger_price = row.trigger_price;
  order.exchange_order_id = row.order_id;
  order.state = OrderState::kAcked;
  RETURN_IF_ERROR(keep(transaction, order));
  orders_.insert_or_assign(row.ordertag, std::move(order));
  return {};
}

Status RemoteBook::merge_trades(Transaction& transaction, RemoteOrder& known, const std::vector<TradeRow>& trades,
                                std::vector<ExchangeEvent>& events) {
  for (const TradeRow& trade : trades) {
    if (trade.order_id != known.exchange_order_id || trade.quantity <= 0) continue;
    {
      auto seen = database_->statement("SELECT 1 FROM remote_trade WHERE exchange_order_id = ?1 AND fill_id = ?2");
      ASSIGN_OR_RETURN(const bool has_row, seen.bind_all(trade.order_id, trade.fill_id).step());
      if (has_row) continue;
    }
    RETURN_IF_ERROR(transaction
                        .statement("INSERT INTO remote_trade (exchange_order_id, fill_id, quantity, price_e4) VALUES (?1, ?2, ?3, ?4)")
                        .bind_all(trade.order_id, trade.fill_id, trade.quantity, trade.price.value())
                        .run());
    known.filled += Quantity(trade.quantity);
    ExchangeEvent event = event_of(known, ExchangeEvent::Kind::kFill);
    event.quantity = Quantity(trade.quantity);
    event.price = trade.price;
    events.push_back(std::move(event));
    if (!trading::is_terminal(known.state))
      known.state = known.filled >= known.order.quantity ? OrderState::kFilled : OrderState::kPartial;
  }
  return {};
}

Status RemoteBook::merge_in(Transaction& transaction, const std::vector<OrderRow>& rows, const std::vector<TradeRow>& trades,
                            trading::Timestamp market_now) {
  ASSIGN_OR_RETURN(std::int64_t seq, event_log::last_seq(*database_));
  for (const OrderRow& row : rows) {
    if (!is_our_tag(row.ordertag)) continue;
    if (!orders_.contains(row.ordertag)) RETURN_IF_ERROR(adopt(transaction, row));
    const auto found = orders_.find(row.ordertag);
    if (found == orders_.end()) continue;
    RemoteOrder& known = found->second;
    // Two orders under one tag can only be somebody's repetition: the first is ours, the other is left to the human.
    if (!known.exchange_order_id.empty() && known.exchange_order_id != row.order_id) continue;
    const RemoteOrder before = known;
    known.exchange_order_id = row.order_id;
    std::vector<ExchangeEvent> events;
    RETURN_IF_ERROR(merge_trades(transaction, known, trades, events));
    for (ExchangeEvent& event : merge_row(known, row)) events.push_back(std::move(event));
    for (ExchangeEvent& event : events) {
      event.seq = ++seq;
      event.market_ts = market_now;
      event.bar_ts = market_now;
      RETURN_IF_ERROR(event_log::append(transaction, event));
    }
    const bool is_same = events.empty() && before.exchange_order_id == known.exchange_order_id && before.state == known.state;
    if (!is_same) RETURN_IF_ERROR(keep(transaction, known));
  }
  return {};
}

Status RemoteBook::merge(const std::vector<OrderRow>& rows, const std::vector<TradeRow>& trades, trading::Timestamp market_now) {
  const auto merged = [&]() -> Status {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
    RETURN_IF_ERROR(merge_in(transaction, rows, trades, market_now));
    return transaction.commit();
  }();
  if (merged) return {};
  const Status reloaded = load();
  INVARIANT(reloaded.has_value(), "a book that was open can be read again");
  return merged;
}

const RemoteOrder* RemoteBook::find(const std::string& ordertag) const {
  const auto found = orders_.find(ordertag);
  return found == orders_.end() ? nullptr : &found->second;
}

std::optional<ExchangeBookRow> RemoteBook::book_row(const OrderRow& row) const {
  const RemoteOrder* known = find(row.ordertag);
  if (known == nullptr || known->exchange_order_id != row.order_id) return std::nullopt;
  ExchangeBookRow out;
  out.ordertag = row.ordertag;
  out.exchange_order_id = row.order_id;
  out.symbol = known->order.symbol;
  out.state = state_of(row);
  out.quantity = Quantity(row.quantity);
  out.filled = Quantity(row.filled);
  out.type = is_stop_row(row) ? OrderType::kStopLimit : OrderType::kLimit;
  out.limit_price = row.limit_price;
  if (is_stop_row(row)) out.trigger_price = row.trigger_price;
  return out;
}

std::string RemoteBook::symbol_of(std::string_view trading_symbol) const {
  const auto dash = trading_symbol.rfind('-');
  const std::string_view symbol = dash == std::string_view::npos ? trading_symbol : trading_symbol.substr(0, dash);
  for (const std::string_view name : {symbol, trading_symbol}) {
    const auto found = instruments_->find(name);
    if (found && (*found)->trading_symbol == trading_symbol) return (*found)->symbol;
  }
  return "";
}

bool RemoteBook::is_active() const {
  return std::any_of(orders_.begin(), orders_.end(), [](const auto& entry) { return !trading::is_terminal(entry.second.state); });
}

}  // namespace broker
