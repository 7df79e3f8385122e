// Fills and the positions they make.

#include "execution_broker/ledger/ledger.h"
#include "execution_broker/ledger/row_text.h"
#include "execution_broker/ledger/rows.h"

namespace broker {

using trading::Accrual;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Status;

namespace {

#define FILL_COLUMNS                                                                                             \
  "fill_id, order_seq, (SELECT order_id FROM orders o WHERE o.order_seq = fill.order_seq), symbol, side, product, " \
  "quantity, price_e4, market_us, bar_us, " CHARGE_COLUMNS ", realized_e4, closed, position_after, "              \
  "cost_before_e4, purpose, strategy FROM fill"

FillRecord fill_of_row(const Statement& row) {
  FillRecord fill;
  int c = 0;
  fill.fill_id = row.int64(c++);
  fill.order_seq = row.int64(c++);
  fill.order_id = row.text(c++);
  fill.symbol = row.text(c++);
  fill.side = read_side(row.text_view(c++));
  fill.product = read_product(row.text_view(c++));
  fill.quantity = Quantity(row.int64(c++));
  fill.price = Price(row.int64(c++));
  fill.market_ts = {row.int64(c++)};
  fill.bar_ts = {row.int64(c++)};
  fill.charges = read_charges(row, c);
  c += kChargeColumns;
  fill.realized = Accrual(row.int64(c++));
  fill.closed = Quantity(row.int64(c++));
  fill.position_after = Quantity(row.int64(c++));
  fill.cost_before = Accrual(row.int64(c++));
  fill.purpose = read_purpose(row.text_view(c++));
  fill.strategy = row.text(c++);
  return fill;
}

PositionRecord position_of_row(const Statement& row) {
  PositionRecord record;
  record.position.symbol = row.text(0);
  record.position.product = read_product(row.text_view(1));
  record.position.quantity = Quantity(row.int64(2));
  record.position.cost = Accrual(row.int64(3));
  record.position.realized = Accrual(row.int64(4));
  record.settled = Quantity(row.int64(5));
  record.stop_loss = read_price(row, 6);
  record.target = read_price(row, 7);
  record.entry_seq = row.int64(8);
  record.strategy = row.text(9);
  record.opened = {row.int64(10)};
  return record;
}

}  // namespace

Status Ledger::insert_fill(Unit& unit, FillRecord& fill, std::int64_t exchange_seq, std::int64_t txn) {
  fill.fill_id = next_fill_++;
  Statement insert = unit.transaction().statement(
      "INSERT INTO fill (fill_id, order_seq, exchange_seq, txn, epoch, symbol, side, product, quantity, price_e4, "
      "market_us, bar_us, realized_e4, closed, position_after, cost_before_e4, purpose, strategy, " CHARGE_COLUMNS
      ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
      "?23, ?24, ?25, ?26)");
  insert.bind_all(fill.fill_id, fill.order_seq, exchange_seq, txn, epoch(), fill.symbol, name_of(fill.side),
                  name_of(fill.product), fill.quantity.value(), fill.price.value(), fill.market_ts.us, fill.bar_ts.us,
                  fill.realized.value(), fill.closed.value(), fill.position_after.value(), fill.cost_before.value(),
                  name_of(fill.purpose), fill.strategy);
  return bind_charges(insert, 19, fill.charges).run();
}

Result<std::vector<FillRecord>> Ledger::fills(std::optional<trading::Product> product, const std::string& symbol,
                                              std::size_t limit, std::int64_t& total) {
  const std::string wanted(product ? name_of(*product) : std::string_view());
  total = 0;
  {
    auto count = database_.statement(
        "SELECT COUNT(*) FROM fill WHERE epoch = ?1 AND (?2 = '' OR product = ?2) AND (?3 = '' OR symbol = ?3)");
    ASSIGN_OR_RETURN(const bool has_row, count.bind_all(epoch(), wanted, symbol).step());
    if (has_row) total = count.int64(0);
  }
  auto rows = database_.statement("SELECT " FILL_COLUMNS
                                  " WHERE epoch = ?1 AND (?2 = '' OR product = ?2) AND (?3 = '' OR symbol = ?3) "
                                  "ORDER BY fill_id DESC LIMIT ?4");
  rows.bind_all(epoch(), wanted, symbol, static_cast<std::int64_t>(limit));
  return all_rows(rows, fill_of_row);
}

Result<std::vector<FillRecord>> Ledger::fills_of_epoch(std::int64_t wanted) {
  auto rows = database_.statement("SELECT " FILL_COLUMNS " WHERE epoch = ?1 ORDER BY fill_id");
  rows.bind_all(wanted);
  return all_rows(rows, fill_of_row);
}

Result<std::vector<FillRecord>> Ledger::fills_since(trading::Timestamp market_ts) {
  auto rows = database_.statement("SELECT " FILL_COLUMNS " WHERE market_us >= ?1 ORDER BY fill_id");
  rows.bind_all(market_ts.us);
  return all_rows(rows, fill_of_row);
}

Result<std::vector<FillRecord>> Ledger::fills_of_last_trip(const std::string& symbol, trading::Product product) {
  auto rows = database_.statement(
      "SELECT " FILL_COLUMNS
      " WHERE epoch = ?1 AND symbol = ?2 AND product = ?3 AND fill_id > COALESCE((SELECT MAX(fill_id) FROM fill WHERE "
      "epoch = ?1 AND symbol = ?2 AND product = ?3 AND position_after = 0 AND fill_id < (SELECT MAX(fill_id) FROM fill "
      "WHERE epoch = ?1 AND symbol = ?2 AND product = ?3)), 0) ORDER BY fill_id");
  rows.bind_all(epoch(), symbol, name_of(product));
  return all_rows(rows, fill_of_row);
}

// --- positions ------------------------------------------------------------------------------------------------------

Status Ledger::load_positions() {
  positions_.clear();
  auto rows = database_.statement(
      "SELECT symbol, product, quantity, cost_e4, realized_e4, settled, stop_e4, target_e4, entry_seq, strategy, opened_us "
      "FROM position");
  ASSIGN_OR_RETURN(const auto records, all_rows(rows, position_of_row));
  for (const PositionRecord& record : records)
    positions_.emplace(PositionKey(record.position.symbol, record.position.product), record);
  ASSIGN_OR_RETURN(const auto last, single_int64(database_.statement("SELECT MAX(fill_id) FROM fill")));
  next_fill_ = last.value_or(0) + 1;
  return {};
}

const PositionRecord* Ledger::position(const std::string& symbol, trading::Product product) const {
  const auto found = positions_.find(PositionKey(symbol, product));
  return found == positions_.end() ? nullptr : &found->second;
}

Status Ledger::put_position(Unit& unit, const PositionRecord& record) {
  const trading::Position& position = record.position;
  const PositionKey key(position.symbol, position.product);
  if (position.is_flat()) {
    positions_.erase(key);
    return unit.transaction()
        .statement("DELETE FROM position WHERE symbol = ?1 AND product = ?2")
        .bind_all(position.symbol, name_of(position.product))
        .run();
  }
  positions_.insert_or_assign(key, record);
  return unit.transaction()
      .statement("INSERT OR REPLACE INTO position (symbol, product, quantity, cost_e4, realized_e4, settled, stop_e4, "
                 "target_e4, entry_seq, strategy, opened_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
      .bind_all(position.symbol, name_of(position.product), position.quantity.value(), position.cost.value(),
                position.realized.value(), record.settled.value(), optional_value(record.stop_loss),
                optional_value(record.target), record.entry_seq, record.strategy, record.opened.us)
      .run();
}

}  // namespace broker
