#pragma once

// Bars on disk (storage/market.db): what SmartAPI's candles and NSE's bhavcopy files gave, raw, as
// they were; and the last good selection of instruments. Bars of a finished day are kept for good,
// those of a running day never: they are still changing.
//
// A span is covered when it was asked for and answered, bars or not; coverage of one symbol and
// timeframe is one span of days. Safe from any thread: one connection under a lock (local reads, no
// network); nothing here is called by the desk.

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/storage/database.h"
#include "trading/bars/bar.h"
#include "trading/instruments/instrument.h"

namespace broker {

struct DaySpan {
  trading::TradingDate first;
  trading::TradingDate last;
};

class BarStore {
 public:
  static trading::Result<std::unique_ptr<BarStore>> open(const std::filesystem::path& path);

  // Replaces the bars of those days and joins the span to what is covered; a span that touches it
  // nowhere takes its place (a hole would look like days without trading).
  trading::Status put(const std::string& symbol, const trading::BarSeries& bars, DaySpan days,
                      const std::string& source);
  [[nodiscard]] trading::Result<std::optional<DaySpan>> covered(const std::string& symbol, trading::Timeframe timeframe);
  [[nodiscard]] trading::Result<trading::BarSeries> bars(const std::string& symbol, trading::Timeframe timeframe);
  // Mean volume of the last `days` daily bars before `date`; 0 = none.
  [[nodiscard]] trading::Result<std::int64_t> average_volume(const std::string& symbol, trading::TradingDate date, int days);

  // Close of the newest daily bar before `date`; zero = none.
  [[nodiscard]] trading::Result<trading::Price> last_close(const std::string& symbol, trading::TradingDate date);

  trading::Status put_instruments(const std::vector<trading::Instrument>& instruments, trading::TradingDate day);
  // Empty when none were ever kept.
  struct KeptInstruments {
    std::vector<trading::Instrument> instruments;
    trading::TradingDate day;
  };
  [[nodiscard]] trading::Result<std::optional<KeptInstruments>> instruments();

  // Bhavcopy: one day of many symbols in one transaction.
  struct DailyRow {
    std::string symbol;
    trading::Bar bar;
  };
  trading::Status put_day(trading::TradingDate day, const std::vector<DailyRow>& rows, const std::string& source);

 private:
  explicit BarStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  trading::Status put_locked(class Transaction& transaction, const std::string& symbol, const trading::BarSeries& bars,
                             DaySpan days, const std::string& source);
  trading::Result<std::optional<DaySpan>> covered_locked(const std::string& symbol, trading::Timeframe timeframe);

  std::mutex mutex_;
  std::unique_ptr<Database> database_;  // guarded by mutex_
};

}  // namespace broker
