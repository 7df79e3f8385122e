#pragma once

// Market data from a folder of price files (see csv_file.h for their names). NSE comes before BSE;
// days in the files are known to the calendar; quotes and slices are always raw; history is
// adjusted as of the clock unless the query says otherwise. A file named _nse_1d is adjusted by its
// maker and taken as it is. Everything is parsed at the start and never changes, so every method is
// safe from any thread without a lock.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/market/csv/csv_symbol.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/market/print_slice.h"

namespace broker {

class CsvSource final : public MarketSource {
 public:
  // All price files of MARKET_DATA_DIR. CSV_UNUSABLE names every unusable file with row and column;
  // MARKET_DATA_DIR_UNREADABLE and MARKET_DATA_DIR_EMPTY when there is nothing to read.
  static trading::Result<std::unique_ptr<CsvSource>> open(const std::filesystem::path& folder);
  // The same from bytes.
  static trading::Result<std::unique_ptr<CsvSource>> from_files(std::vector<CsvBytes> files);

  [[nodiscard]] std::string name() const override { return "csv"; }
  [[nodiscard]] bool is_simulated() const override { return false; }
  [[nodiscard]] const InstrumentMaster& instruments() const override { return *master_; }
  [[nodiscard]] const trading::ExchangeCalendar& calendar() const override { return calendar_; }
  [[nodiscard]] trading::Timestamp first_session() const override { return first_session_; }
  [[nodiscard]] trading::Timestamp last_print() const override { return last_print_; }
  [[nodiscard]] trading::Result<trading::Quote> quote(std::string_view symbol,
                                                      trading::Timestamp now) const override;
  [[nodiscard]] std::optional<trading::MarketSlice> next_slice(
      std::string_view symbol, trading::Timestamp after, trading::Timestamp until) const override;
  [[nodiscard]] trading::Result<BarReply> bars(const BarQuery& query) const override;
  [[nodiscard]] std::int64_t average_daily_volume(std::string_view symbol,
                                                  trading::TradingDate date) const override;
  [[nodiscard]] std::vector<CorporateAction> corporate_actions(
      std::string_view symbol, trading::TradingDate from, trading::TradingDate to) const override;
  [[nodiscard]] bool has_intraday(std::string_view symbol) const override;
  [[nodiscard]] std::vector<std::string> findings() const override { return findings_; }

 private:
  CsvSource() = default;
  void set_bounds();

  [[nodiscard]] const CsvSymbol* symbol_of(std::string_view symbol) const;  // null = unknown
  // The slice of print `k` of the walk of an intraday row.
  [[nodiscard]] trading::MarketSlice intraday_slice(const CsvSymbol& symbol, std::size_t row,
                                                    std::size_t k) const;
  // The only print of a daily row: its close at the end of its session, without a book.
  [[nodiscard]] trading::MarketSlice daily_slice(const CsvSymbol& symbol, std::size_t row) const;
  [[nodiscard]] trading::Result<BarReply> intraday_history(const CsvSymbol& symbol,
                                                           const BarQuery& query) const;

  std::unique_ptr<InstrumentMaster> master_;
  trading::ExchangeCalendar calendar_;
  std::vector<CsvSymbol> symbols_;  // by symbol, as master_
  std::vector<std::string> findings_;
  trading::Timestamp first_session_;
  trading::Timestamp last_print_;
};

}  // namespace broker
