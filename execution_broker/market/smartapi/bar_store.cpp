#include "execution_broker/market/smartapi/bar_store.h"

#include <algorithm>

#include "execution_broker/storage/transaction.h"

namespace broker {

namespace {

using trading::Result;
using trading::Status;
using trading::Timeframe;
using trading::TradingDate;

constexpr std::int32_t kMarketApplicationId = 0x544d4b54;  // "TMKT"

std::vector<Migration> market_migrations() {
  return {{1, "bars", R"(
CREATE TABLE bar (
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  ts_us INTEGER NOT NULL,
  open_e4 INTEGER NOT NULL, high_e4 INTEGER NOT NULL, low_e4 INTEGER NOT NULL, close_e4 INTEGER NOT NULL,
  volume INTEGER NOT NULL,
  PRIMARY KEY (symbol, timeframe, ts_us)
) STRICT, WITHOUT ROWID;
CREATE TABLE coverage (
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (symbol, timeframe)
) STRICT, WITHOUT ROWID;
CREATE TABLE instrument (
  symbol TEXT NOT NULL PRIMARY KEY,
  trading_symbol TEXT NOT NULL,
  token TEXT NOT NULL,
  name TEXT NOT NULL,
  series INTEGER NOT NULL,
  sector TEXT NOT NULL,
  lot_size INTEGER NOT NULL,
  freeze_quantity INTEGER NOT NULL,
  has_derivatives INTEGER NOT NULL,
  tick_e4 INTEGER NOT NULL,
  day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)"}};
}

std::int64_t begin_us(TradingDate day) { return timestamp_of(day, trading::at(0, 0)).us; }

}  // namespace

Result<std::unique_ptr<BarStore>> BarStore::open(const std::filesystem::path& path) {
  DatabaseOptions options;
  options.application_id = kMarketApplicationId;
  options.migrations = market_migrations();
  ASSIGN_OR_RETURN(auto database, Database::open(path, options));
  return std::unique_ptr<BarStore>(new BarStore(std::move(database)));
}

Result<std::optional<DaySpan>> BarStore::covered_locked(const std::string& symbol, Timeframe timeframe) {
  auto rows = database_->statement("SELECT first_day, last_day FROM coverage WHERE symbol = ?1 AND timeframe = ?2");
  rows.bind_all(symbol, name_of(timeframe));
  ASSIGN_OR_RETURN(const bool has_row, rows.step());
  if (!has_row) return std::optional<DaySpan>();
  return std::optional(DaySpan{{static_cast<std::int32_t>(rows.int64(0))}, {static_cast<std::int32_t>(rows.int64(1))}});
}

Result<std::optional<DaySpan>> BarStore::covered(const std::string& symbol, Timeframe timeframe) {
  const std::lock_guard lock(mutex_);
  return covered_locked(symbol, timeframe);
}

Status BarStore::put_locked(Transaction& transaction, const std::string& symbol, const trading::BarSeries& bars, DaySpan days,
                            const std::string& source) {
  const std::string_view timeframe = name_of(bars.timeframe);
  ASSIGN_OR_RETURN(const auto known, covered_locked(symbol, bars.timeframe));
  DaySpan span = days;
  const bool is_joined = known && days.first <= known->last + 1 && known->first <= days.last + 1;
  if (is_joined) span = {std::min(known->first, days.first), std::max(known->last, days.last)};
  auto erase = transaction.statement("DELETE FROM bar WHERE symbol = ?1 AND timeframe = ?2 AND ts_us >= ?3 AND ts_us < ?4");
  erase.bind_all(symbol, timeframe, is_joined || !known ? begin_us(days.first) : INT64_MIN,
                 is_joined || !known ? begin_us(days.last + 1) : INT64_MAX);
  RETURN_IF_ERROR(erase.run());
  for (std::size_t i = 0; i < bars.size(); ++i) {
    auto row = transaction.statement("INSERT INTO bar VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    row.bind_all(symbol, timeframe, bars.ts_us[i], bars.open_e4[i], bars.high_e4[i], bars.low_e4[i], bars.close_e4[i], bars.volume[i]);
    RETURN_IF_ERROR(row.run());
  }
  auto keep = transaction.statement(
      "INSERT INTO coverage VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (symbol, timeframe) DO UPDATE SET "
      "first_day = excluded.first_day, last_day = excluded.last_day, source = excluded.source");
  keep.bind_all(symbol, timeframe, span.first.days, span.last.days, source);
  return keep.run();
}

Status BarStore::put(const std::string& symbol, const trading::BarSeries& bars, DaySpan days, const std::string& source) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(put_locked(transaction, symbol, bars, days, source));
  return transaction.commit();
}

Status BarStore::put_day(TradingDate day, const std::vector<DailyRow>& rows, const std::string& source) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  for (const DailyRow& row : rows) {
    trading::BarSeries bars;
    bars.timeframe = Timeframe::kOneDay;
    bars.push_back(row.bar);
    // Files come one a day, in any order, with closed days between: the span grows to the new day.
    // A day in between that was never imported stays a day without a bar, which the reply tells.
    ASSIGN_OR_RETURN(const auto known, covered_locked(row.symbol, Timeframe::kOneDay));
    if (known && (day > known->last + 1 || day < known->first - 1)) {
      auto grow = transaction.statement("UPDATE coverage SET first_day = ?3, last_day = ?4 WHERE symbol = ?1 AND timeframe = ?2");
      grow.bind_all(row.symbol, name_of(Timeframe::kOneDay), std::min(known->first, day).days, std::max(known->last, day).days);
      RETURN_IF_ERROR(grow.run());
    }
    RETURN_IF_ERROR(put_locked(transaction, row.symbol, bars, DaySpan{day, day}, source));
  }
  return transaction.commit();
}

Result<trading::BarSeries> BarStore::bars(const std::string& symbol, Timeframe timeframe) {
  const std::lock_guard lock(mutex_);
  trading::BarSeries out;
  out.timeframe = timeframe;
  auto rows = database_->statement(
      "SELECT ts_us, open_e4, high_e4, low_e4, close_e4, volume FROM bar WHERE symbol = ?1 AND timeframe = ?2 ORDER BY ts_us");
  rows.bind_all(symbol, name_of(timeframe));
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) return out;
    out.push_back({{rows.int64(0)}, trading::Price(rows.int64(1)), trading::Price(rows.int64(2)), trading::Price(rows.int64(3)),
                   trading::Price(rows.int64(4)), rows.int64(5)});
  }
}

Result<std::int64_t> BarStore::average_volume(const std::string& symbol, TradingDate date, int days) {
  const std::lock_guard lock(mutex_);
  auto rows = database_->statement(
      "SELECT COUNT(*), COALESCE(SUM(volume), 0) FROM (SELECT volume FROM bar WHERE symbol = ?1 AND timeframe = ?2 AND ts_us < ?3 "
      "ORDER BY ts_us DESC LIMIT ?4)");
  rows.bind_all(symbol, name_of(Timeframe::kOneDay), begin_us(date), days);
  ASSIGN_OR_RETURN([[maybe_unused]] const bool has_row, rows.step());
  const std::int64_t count = rows.int64(0);
  return count == 0 ? 0 : rows.int64(1) / count;
}

Result<trading::Price> BarStore::last_close(const std::string& symbol, TradingDate date) {
  const std::lock_guard lock(mutex_);
  auto rows = database_->statement(
      "SELECT close_e4 FROM bar WHERE symbol = ?1 AND timeframe = ?2 AND ts_us < ?3 ORDER BY ts_us DESC LIMIT 1");
  rows.bind_all(symbol, name_of(Timeframe::kOneDay), begin_us(date));
  ASSIGN_OR_RETURN(const bool has_row, rows.step());
  return has_row ? trading::Price(rows.int64(0)) : trading::Price();
}

Status BarStore::put_instruments(const std::vector<trading::Instrument>& instruments, TradingDate day) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(transaction.statement("DELETE FROM instrument").run());
  for (const trading::Instrument& one : instruments) {
    auto row = transaction.statement("INSERT INTO instrument VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    row.bind_all(one.symbol, one.trading_symbol, one.token, one.name, static_cast<int>(one.series), one.sector, one.lot_size,
                 one.freeze_quantity, one.has_derivatives ? 1 : 0, one.fixed_tick.value_or(trading::Price()).value(), day.days);
    RETURN_IF_ERROR(row.run());
  }
  return transaction.commit();
}

Result<std::optional<BarStore::KeptInstruments>> BarStore::instruments() {
  const std::lock_guard lock(mutex_);
  KeptInstruments kept;
  auto rows = database_->statement(
      "SELECT symbol, trading_symbol, token, name, series, sector, lot_size, freeze_quantity, has_derivatives, tick_e4, day FROM instrument");
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) break;
    trading::Instrument one;
    one.symbol = rows.text(0);
    one.trading_symbol = rows.text(1);
    one.token = rows.text(2);
    one.name = rows.text(3);
    one.series = static_cast<trading::Series>(rows.int64(4));
    one.sector = rows.text(5);
    one.lot_size = rows.int64(6);
    one.freeze_quantity = rows.int64(7);
    one.has_derivatives = rows.int64(8) != 0;
    if (rows.int64(9) > 0) one.fixed_tick = trading::Price(rows.int64(9));
    kept.day = {static_cast<std::int32_t>(rows.int64(10))};
    kept.instruments.push_back(std::move(one));
  }
  if (kept.instruments.empty()) return std::optional<KeptInstruments>();
  return std::optional(std::move(kept));
}

}  // namespace broker
