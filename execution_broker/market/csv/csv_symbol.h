#pragma once

// One symbol's files, put together: the series that prints walk through, the daily series, its
// corporate actions.

#include <optional>
#include <string>
#include <vector>

#include "execution_broker/market/adjustment.h"
#include "execution_broker/market/csv/calendar_from_data.h"
#include "execution_broker/market/csv/csv_file.h"
#include "execution_broker/market/csv/parse_csv.h"
#include "execution_broker/market/market_source.h"

namespace broker {

// What the folder holds for one symbol, parsed but not yet put together.
struct SymbolFiles {
  struct File {
    std::string name;
    ParsedFile parsed;
  };
  std::string symbol;
  std::optional<File> nse_daily, nse_five_minute, nse_one_minute, bse_daily_raw;
  std::optional<std::string> actions_name;
  std::vector<ActionRow> actions;
};

// A series with where it comes from.
struct CsvSeries {
  std::string file;
  ParsedFile parsed;
  bool is_raw = true;                // false: adjusted by its maker, raw prices are not known
  std::vector<std::int64_t> end_us;  // when each bar becomes history
  std::vector<trading::TradingDate>
      missing;  // days the exchange traded, between first and last, without a bar
};

// One day of the intraday series.
struct CsvDay {
  trading::TradingDate date;
  std::size_t begin = 0, end = 0;  // rows
  std::vector<trading::SessionHours> sessions;
  trading::Price previous_close;  // raw, divided by a split effective this day
  bool is_previous_known = true;  // false on the first day of the file: its own open stands in
};

struct CsvSymbol {
  const trading::Instrument* instrument = nullptr;
  std::optional<CsvSeries> intraday;  // the finest
  std::vector<CsvDay> days;           // of the intraday series
  CsvSeries daily;                    // its own file, or made of the intraday series
  std::vector<CorporateAction> actions;
  std::vector<AdjustmentStep> steps;  // for raw series

  // Row of the intraday series that began last at or before `t`; empty before the first.
  [[nodiscard]] std::optional<std::size_t> row_at(trading::Timestamp t) const;
  [[nodiscard]] const CsvDay& day_of(std::size_t row) const;
  // The bar's length, cut at the session's end and at the next bar.
  [[nodiscard]] trading::Duration length_of_row(std::size_t row) const;
};

// The instrument of a symbol: from the known ones, else with token "csv:SYMBOL" and no derivatives.
trading::Instrument instrument_of_files(const SymbolFiles& files);

void add_evidence(const SymbolFiles& files, CalendarEvidence& evidence);

// `instrument` and `calendar` outlive the result. Findings are added to `findings`.
CsvSymbol put_together(SymbolFiles files, const trading::Instrument& instrument,
                       const trading::ExchangeCalendar& calendar,
                       std::vector<std::string>& findings);

}  // namespace broker
