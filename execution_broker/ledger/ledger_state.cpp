// Days, latches, limits, equity marks and the recorded market.

#include "execution_broker/ledger/ledger.h"
#include "execution_broker/ledger/rows.h"
#include "execution_broker/ledger/slice_text.h"

namespace broker {

using trading::Accrual;
using trading::Result;
using trading::Status;
using trading::Timestamp;
using trading::TradingDate;

namespace {

DayRecord day_of_row(const Statement& row) {
  DayRecord day;
  day.date = {static_cast<std::int32_t>(row.int64(0))};
  day.open_equity = Accrual(row.int64(1));
  day.peak_equity = Accrual(row.int64(2));
  if (!row.is_null(3)) day.close_equity = Accrual(row.int64(3));
  day.is_squared_off = row.int64(4) != 0;
  day.is_noted = row.int64(5) != 0;
  return day;
}

Latch latch_of_row(const Statement& row) {
  Latch latch{row.text(0), row.text(1), row.text(2), Timestamp{row.int64(3)}, std::nullopt};
  if (!row.is_null(4)) latch.until = TradingDate{static_cast<std::int32_t>(row.int64(4))};
  return latch;
}

}  // namespace

Status Ledger::load_days() {
  days_.clear();
  auto rows = database_.statement(
      "SELECT day, open_equity_e4, peak_equity_e4, close_equity_e4, is_squared_off, is_noted FROM trading_day");
  ASSIGN_OR_RETURN(const auto days, all_rows(rows, day_of_row));
  for (const DayRecord& day : days) days_.emplace(day.date, day);
  return {};
}

std::optional<DayRecord> Ledger::day(TradingDate date) const {
  const auto found = days_.find(date);
  return found == days_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<DayRecord> Ledger::last_day() const {
  return days_.empty() ? std::nullopt : std::optional(days_.rbegin()->second);
}

std::vector<DayRecord> Ledger::days_since(TradingDate date) const {
  std::vector<DayRecord> days;
  for (auto day = days_.lower_bound(date); day != days_.end(); ++day) days.push_back(day->second);
  return days;
}

Status Ledger::put_day(Unit& unit, const DayRecord& day) {
  days_.insert_or_assign(day.date, day);
  return unit.transaction()
      .statement("INSERT INTO trading_day (day, open_equity_e4, peak_equity_e4, close_equity_e4, is_squared_off, is_noted) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (day) DO UPDATE SET open_equity_e4 = "
                 "excluded.open_equity_e4, peak_equity_e4 = excluded.peak_equity_e4, close_equity_e4 = "
                 "excluded.close_equity_e4, is_squared_off = excluded.is_squared_off, is_noted = excluded.is_noted")
      .bind_all(day.date.days, day.open_equity.value(), day.peak_equity.value(),
                day.close_equity ? std::optional(day.close_equity->value()) : std::nullopt, day.is_squared_off ? 1 : 0,
                day.is_noted ? 1 : 0)
      .run();
}

Status Ledger::load_latches() {
  latches_.clear();
  auto rows = database_.statement("SELECT name, state, reason, since_us, until_day FROM latch");
  ASSIGN_OR_RETURN(const auto latches, all_rows(rows, latch_of_row));
  for (const Latch& latch : latches) latches_.emplace(latch.name, latch);
  return {};
}

Status Ledger::put_latch(Unit& unit, const Latch& latch) {
  latches_.insert_or_assign(latch.name, latch);
  return unit.transaction()
      .statement("INSERT OR REPLACE INTO latch (name, state, reason, since_us, until_day) VALUES (?1, ?2, ?3, ?4, ?5)")
      .bind_all(latch.name, latch.state, latch.reason, latch.since.us,
                latch.until ? std::optional(latch.until->days) : std::nullopt)
      .run();
}

Status Ledger::remove_latch(Unit& unit, const std::string& name) {
  latches_.erase(name);
  return unit.transaction().statement("DELETE FROM latch WHERE name = ?1").bind_all(name).run();
}

Result<std::vector<StoredLimit>> Ledger::limits() {
  auto rows = database_.statement("SELECT key, source, is_pending, value, since_us, effective_day FROM limit_source");
  return all_rows(rows, [](const Statement& row) {
    return StoredLimit{row.text(0), row.text(1), row.int64(2) != 0, row.int64(3), Timestamp{row.int64(4)},
                       TradingDate{static_cast<std::int32_t>(row.int64(5))}};
  });
}

Status Ledger::replace_limits(Unit& unit, const std::vector<StoredLimit>& limits) {
  RETURN_IF_ERROR(unit.transaction().statement("DELETE FROM limit_source").run());
  for (const StoredLimit& limit : limits)
    RETURN_IF_ERROR(unit.transaction()
                        .statement("INSERT INTO limit_source (key, source, is_pending, value, since_us, effective_day) "
                                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                        .bind_all(limit.key, limit.source, limit.is_pending ? 1 : 0, limit.value, limit.since.us,
                                  limit.effective.days)
                        .run());
  return {};
}

Status Ledger::mark_equity(Unit& unit, Timestamp market_ts, Accrual equity) {
  return unit.transaction()
      .statement("INSERT INTO equity_mark (epoch, market_us, equity_e4) VALUES (?1, ?2, ?3)")
      .bind_all(epoch(), market_ts.us, equity.value())
      .run();
}

Result<std::vector<EquityMark>> Ledger::equity_marks(std::int64_t wanted) {
  auto rows = database_.statement("SELECT market_us, equity_e4 FROM equity_mark WHERE epoch = ?1 ORDER BY mark");
  rows.bind_all(wanted);
  return all_rows(rows, [](const Statement& row) { return EquityMark{Timestamp{row.int64(0)}, Accrual(row.int64(1))}; });
}

Status Ledger::record_slice(Unit& unit, const trading::MarketSlice& slice) {
  return unit.transaction()
      .statement("INSERT INTO market_slice (symbol, market_us, body) VALUES (?1, ?2, ?3)")
      .bind_all(slice.symbol, slice.ts.us, slice_text(slice))
      .run();
}

}  // namespace broker
