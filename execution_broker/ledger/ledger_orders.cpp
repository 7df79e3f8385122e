// Orders and their moves through the order-state table.

#include "execution_broker/ledger/ledger.h"
#include "execution_broker/ledger/row_text.h"
#include "execution_broker/ledger/rows.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::Accrual;
using trading::OrderState;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Status;

namespace {

#define ORDER_COLUMNS                                                                                            \
  "order_seq, order_id, epoch, role, uid, request_id, symbol, side, quantity, order_type, product, limit_e4, "   \
  "trigger_e4, stop_e4, target_e4, strategy, class, purpose, parent_seq, state, ordertag, exchange_order_id, "   \
  "filled, filled_value_e4, " CHARGE_COLUMNS ", realized_e4, reason, denials, created_us, updated_us"

OrderRecord order_of_row(const Statement& row) {
  OrderRecord order;
  int c = 0;
  order.order_seq = row.int64(c++);
  order.order_id = row.text(c++);
  order.epoch = row.int64(c++);
  order.role = row.text(c++);
  order.uid = static_cast<std::uint32_t>(row.int64(c++));
  order.request.request_id = row.text(c++);
  order.request.symbol = row.text(c++);
  order.request.side = read_side(row.text_view(c++));
  order.request.quantity = Quantity(row.int64(c++));
  order.request.type = read_order_type(row.text_view(c++));
  order.request.product = read_product(row.text_view(c++));
  order.request.limit_price = read_price(row, c++);
  order.request.trigger_price = read_price(row, c++);
  order.request.stop_loss = read_price(row, c++);
  order.request.target = read_price(row, c++);
  order.request.strategy = row.text(c++);
  order.order_class = read_order_class(row.text_view(c++));
  order.purpose = read_purpose(row.text_view(c++));
  order.parent_seq = row.int64(c++);
  order.state = read_order_state(row.text_view(c++));
  order.ordertag = row.optional_text(c++).value_or("");
  order.exchange_order_id = row.text(c++);
  order.filled = Quantity(row.int64(c++));
  order.filled_value = Accrual(row.int64(c++));
  order.charges = read_charges(row, c);
  c += kChargeColumns;
  order.realized = Accrual(row.int64(c++));
  order.reason = row.text(c++);
  order.denials = row.text(c++);
  order.created = {row.int64(c++)};
  order.updated = {row.int64(c++)};
  return order;
}

// How a modification names the request that asked for it; drop_modification finds the request by it.
std::string key_of(const RequestNote& asked) {
  if (!asked.is_named()) return "";
  return std::to_string(asked.uid) + "|" + std::to_string(asked.day.days) + "|" + asked.request_id;
}

std::string order_id_of(const std::string& mode, std::int64_t order_seq) {
  std::string number = std::to_string(order_seq);
  if (number.size() < 6) number.insert(0, 6 - number.size(), '0');
  return std::string(1, static_cast<char>(mode.front() - 'a' + 'A')) + "-" + number;
}

}  // namespace

Price OrderRecord::average_price() const {
  if (filled.is_zero()) return Price();
  return Price(trading::divide(filled_value.value(), filled.value(), trading::Rounding::kHalfUp));
}

Status Ledger::load_orders() {
  working_.clear();
  // The condition repeats the partial index's, or it would not be used.
  auto rows = database_.statement("SELECT " ORDER_COLUMNS
                                  " FROM orders WHERE state NOT IN ('REFUSED', 'REJECTED', 'NOT_SENT', 'EXPIRED', 'VOID', "
                                  "'WITHDRAWN', 'FILLED', 'CANCELLED', 'REJECTED_LATE') ORDER BY order_seq");
  ASSIGN_OR_RETURN(std::vector<OrderRecord> orders, all_rows(rows, order_of_row));
  for (OrderRecord& order : orders) working_.emplace(order.order_seq, std::move(order));
  ASSIGN_OR_RETURN(const auto last, single_int64(database_.statement("SELECT MAX(order_seq) FROM orders")));
  next_order_ = last.value_or(0) + 1;
  return {};
}

Status Ledger::insert_order(Unit& unit, OrderRecord& order) {
  order.order_seq = next_order_++;
  order.order_id = order_id_of(identity_.mode, order.order_seq);
  order.epoch = epoch();
  order.state = OrderState::kNew;
  order.updated = order.created;
  const trading::OrderRequest& request = order.request;
  RETURN_IF_ERROR(
      unit.transaction()
          .statement("INSERT INTO orders (order_seq, order_id, epoch, role, uid, request_id, canonical, symbol, side, "
                     "quantity, order_type, product, limit_e4, trigger_e4, stop_e4, target_e4, strategy, class, purpose, "
                     "parent_seq, state, ordertag, exchange_order_id, filled, filled_value_e4, " CHARGE_COLUMNS ", "
                     "realized_e4, reason, denials, boot_id, limits_hash, created_us, updated_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                     "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?23, ?24, "
                     "?25, ?26, ?27, ?27)")
          .bind_all(order.order_seq, order.order_id, order.epoch, order.role, order.uid, request.request_id,
                    trading::canonical_bytes(request), request.symbol, name_of(request.side), request.quantity.value(),
                    name_of(request.type), name_of(request.product), optional_value(request.limit_price),
                    optional_value(request.trigger_price), optional_value(request.stop_loss),
                    optional_value(request.target), request.strategy, name_of(order.order_class), name_of(order.purpose),
                    order.parent_seq, name_of(order.state),
                    order.ordertag.empty() ? std::optional<std::string>() : order.ordertag, order.reason, order.denials,
                    boot_id_, limits_hash_, order.created.us)
          .run());
  working_.insert_or_assign(order.order_seq, order);
  return {};
}

Status Ledger::move_order(Unit& unit, OrderRecord& order, OrderState to, trading::Origin origin,
                          trading::Timestamp market_ts, const std::string& detail) {
  INVARIANT(trading::is_allowed(order.state, to, origin), "an order moves only as the order-state table says");
  RETURN_IF_ERROR(unit.transaction()
                      .statement("INSERT INTO order_move (order_seq, from_state, to_state, origin, market_us, boot_id, "
                                 "detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                      .bind_all(order.order_seq, name_of(order.state), name_of(to),
                                origin == trading::Origin::kOwnStep ? "own" : "exchange", market_ts.us, boot_id_, detail)
                      .run());
  order.state = to;
  order.updated = market_ts;
  change_order(order);
  if (trading::is_terminal(to))
    working_.erase(order.order_seq);
  else
    working_.insert_or_assign(order.order_seq, order);
  return {};
}

void Ledger::update_order(Unit& unit, const OrderRecord& order) {
  INVARIANT(&unit.transaction().database() == &database_, "an order changes in a unit of its own ledger");
  change_order(order);
  const auto found = working_.find(order.order_seq);
  if (found != working_.end()) found->second = order;
}

const OrderRecord* Ledger::in_memory(std::int64_t order_seq) const {
  if (const auto found = changed_.find(order_seq); found != changed_.end()) return &found->second.order;
  if (const auto found = working_.find(order_seq); found != working_.end()) return &found->second;
  return nullptr;
}

void Ledger::change_order(const OrderRecord& order) {
  const OrderRecord* before = in_memory(order.order_seq);
  const bool has_new_tag = before != nullptr && before->ordertag != order.ordertag;
  const auto found = changed_.find(order.order_seq);
  if (found == changed_.end()) {
    changed_.emplace(order.order_seq, ChangedOrder{order, has_new_tag});
    return;
  }
  found->second.order = order;
  found->second.has_new_tag = found->second.has_new_tag || has_new_tag;
}

// The tag apart: naming it would write its index again each time.
Status Ledger::write_changed_orders() {
  for (const auto& [seq, changed] : changed_) {
    const OrderRecord& order = changed.order;
    const trading::OrderRequest& request = order.request;
    Statement update = database_.statement(
        "UPDATE orders SET quantity = ?2, order_type = ?3, limit_e4 = ?4, trigger_e4 = ?5, stop_e4 = ?6, target_e4 = ?7, "
        "purpose = ?8, state = ?9, exchange_order_id = ?10, filled = ?11, filled_value_e4 = ?12, realized_e4 = ?13, "
        "reason = ?14, updated_us = ?15, (" CHARGE_COLUMNS
        ") = (?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23) WHERE order_seq = ?1");
    update.bind_all(seq, request.quantity.value(), name_of(request.type), optional_value(request.limit_price),
                    optional_value(request.trigger_price), optional_value(request.stop_loss),
                    optional_value(request.target), name_of(order.purpose), name_of(order.state),
                    order.exchange_order_id, order.filled.value(), order.filled_value.value(), order.realized.value(),
                    order.reason, order.updated.us);
    RETURN_IF_ERROR(bind_charges(update, 16, order.charges).run());
    if (!changed.has_new_tag) continue;
    RETURN_IF_ERROR(database_.statement("UPDATE orders SET ordertag = ?2 WHERE order_seq = ?1")
                        .bind_all(seq, order.ordertag)
                        .run());
  }
  changed_.clear();
  return {};
}

Status Ledger::put_modification(Unit& unit, const OrderRecord& wanted, const RequestNote& asked) {
  const trading::OrderRequest& request = wanted.request;
  return unit.transaction()
      .statement("INSERT OR REPLACE INTO modification (order_seq, quantity, order_type, limit_e4, trigger_e4, stop_e4, "
                 "target_e4, purpose, request_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
      .bind_all(wanted.order_seq, request.quantity.value(), name_of(request.type), optional_value(request.limit_price),
                optional_value(request.trigger_price), optional_value(request.stop_loss), optional_value(request.target),
                name_of(wanted.purpose), key_of(asked))
      .run();
}

Status Ledger::drop_modification(Unit& unit, std::int64_t order_seq) {
  RETURN_IF_ERROR(unit.transaction()
                      .statement("DELETE FROM request WHERE uid || '|' || day || '|' || request_id = (SELECT request_key "
                                 "FROM modification WHERE order_seq = ?1)")
                      .bind_all(order_seq)
                      .run());
  return unit.transaction().statement("DELETE FROM modification WHERE order_seq = ?1").bind_all(order_seq).run();
}

Status Ledger::apply_modification(Unit& unit, OrderRecord& order) {
  {
    auto row = database_.statement(
        "SELECT quantity, order_type, limit_e4, trigger_e4, stop_e4, target_e4, purpose FROM modification WHERE "
        "order_seq = ?1");
    ASSIGN_OR_RETURN(const bool has_row, row.bind_all(order.order_seq).step());
    if (!has_row) return {};
    order.request.quantity = Quantity(row.int64(0));
    order.request.type = read_order_type(row.text_view(1));
    order.request.limit_price = read_price(row, 2);
    order.request.trigger_price = read_price(row, 3);
    order.request.stop_loss = read_price(row, 4);
    order.request.target = read_price(row, 5);
    order.purpose = read_purpose(row.text_view(6));
  }
  update_order(unit, order);
  return unit.transaction().statement("DELETE FROM modification WHERE order_seq = ?1").bind_all(order.order_seq).run();
}

Result<std::vector<std::int64_t>> Ledger::open_modifications() {
  auto rows = database_.statement("SELECT order_seq FROM modification ORDER BY order_seq");
  return all_rows(rows, [](const Statement& row) { return row.int64(0); });
}

Result<std::optional<OrderRecord>> Ledger::find_order(std::int64_t order_seq) {
  if (const OrderRecord* known = in_memory(order_seq)) return std::optional(*known);
  auto row = database_.statement("SELECT " ORDER_COLUMNS " FROM orders WHERE order_seq = ?1");
  ASSIGN_OR_RETURN(const bool has_row, row.bind_all(order_seq).step());
  return has_row ? std::optional(order_of_row(row)) : std::nullopt;
}

Result<std::optional<OrderRecord>> Ledger::find_order(const std::string& order_id) {
  INVARIANT(changed_.empty(), "orders are looked up by their names between units");
  auto row = database_.statement("SELECT " ORDER_COLUMNS " FROM orders WHERE order_id = ?1");
  ASSIGN_OR_RETURN(const bool has_row, row.bind_all(order_id).step());
  return has_row ? std::optional(order_of_row(row)) : std::nullopt;
}

Result<std::optional<OrderRecord>> Ledger::find_by_tag(const std::string& ordertag) {
  for (const auto& [seq, changed] : changed_)
    if (changed.order.ordertag == ordertag) return std::optional(changed.order);
  for (const auto& [seq, order] : working_)
    if (order.ordertag == ordertag) return std::optional(order);
  auto row = database_.statement("SELECT " ORDER_COLUMNS " FROM orders WHERE ordertag = ?1");
  ASSIGN_OR_RETURN(const bool has_row, row.bind_all(ordertag).step());
  return has_row ? std::optional(order_of_row(row)) : std::nullopt;
}

Result<std::vector<OrderRecord>> Ledger::orders(const std::string& status, const std::string& symbol, std::size_t limit,
                                                std::int64_t& total) {
  INVARIANT(changed_.empty(), "orders are listed between units");
  std::vector<OrderRecord> found;
  total = 0;
  if (status == "working") {
    for (auto order = working_.rbegin(); order != working_.rend(); ++order) {
      if (!symbol.empty() && order->second.request.symbol != symbol) continue;
      ++total;
      if (found.size() < limit) found.push_back(order->second);
    }
    return found;
  }
  // "closed" is every terminal state; ?1 empty = any state.
  static constexpr char kWhere[] =
      " FROM orders WHERE epoch = ?3 AND (?2 = '' OR symbol = ?2) AND (?1 = '' OR state = ?1 OR (?1 = 'closed' AND state "
      "IN ('REFUSED', 'REJECTED', 'NOT_SENT', 'EXPIRED', 'VOID', 'WITHDRAWN', 'FILLED', 'CANCELLED', 'REJECTED_LATE')))";
  static const std::string count_sql = std::string("SELECT COUNT(*)") + kWhere;
  static const std::string rows_sql = std::string("SELECT " ORDER_COLUMNS) + kWhere + " ORDER BY order_seq DESC LIMIT ?4";
  {
    auto count = database_.statement(count_sql);
    ASSIGN_OR_RETURN(const bool has_row, count.bind_all(status, symbol, epoch()).step());
    if (has_row) total = count.int64(0);
  }
  auto rows = database_.statement(rows_sql);
  rows.bind_all(status, symbol, epoch(), limit > 1'000'000 ? std::int64_t{1'000'000} : static_cast<std::int64_t>(limit));
  return all_rows(rows, order_of_row);
}

Result<std::vector<OrderRecord>> Ledger::orders_since(trading::Timestamp market_ts) {
  INVARIANT(changed_.empty(), "orders are listed between units");
  auto rows = database_.statement("SELECT " ORDER_COLUMNS " FROM orders WHERE created_us >= ?1 ORDER BY order_seq");
  rows.bind_all(market_ts.us);
  return all_rows(rows, order_of_row);
}

Result<std::map<std::int64_t, trading::Timestamp>> Ledger::sent_since(trading::Timestamp market_ts) {
  auto rows = database_.statement(
      "SELECT m.order_seq, m.market_us FROM orders o JOIN order_move m ON m.order_seq = o.order_seq WHERE o.created_us >= ?1 AND "
      "m.to_state = 'SUBMITTING'");
  rows.bind_all(market_ts.us);
  ASSIGN_OR_RETURN(const auto sent, all_rows(rows, [](const Statement& row) { return std::pair(row.int64(0), trading::Timestamp{row.int64(1)}); }));
  return std::map<std::int64_t, trading::Timestamp>(sent.begin(), sent.end());
}

}  // namespace broker
