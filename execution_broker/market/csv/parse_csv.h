#pragma once

// The bytes of a price file as columns. Free of I/O; safe on any bytes.
//
//   file   := header { row }   lines end with \n or \r\n; blank lines and a UTF-8 mark are skipped
//   header := "ts,open,high,low,close,volume"
//   row    := time "," price "," price "," price "," price "," volume
//   time   := 2024-01-20T09:15:00+05:30 (bar start; without a zone IST)
//   price  := rupees, at most 4 decimals, above 0
//   volume := whole shares, 0 or more
//
// Unusable, an error that names every bad cell (at most ten): a cell that does not parse, a price
// of zero or less, a negative volume, a high below its low, two rows of one time that differ. Safe
// to mend, a finding: exact duplicates are dropped; rows out of order are sorted; a high or low
// that does not contain open and close is widened to them (both were traded, so the range must hold
// them). Widened rows are listed in `repaired`, so that every reply that uses one can say so.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trading/bars/bar.h"
#include "trading/base/result.h"

namespace broker {

struct ParsedFile {
  trading::BarSeries bars;          // ascending, times unique; the timeframe is the caller's to set
  std::vector<std::uint32_t> rows;  // file row of each bar; the header is row 1
  std::vector<std::uint32_t> repaired;  // indices into bars, ascending: range widened
  std::vector<std::string> findings;    // "TCS_nse_5m.csv row 17: ..."
};

// Files above this are refused: it is ten years of minutes.
inline constexpr std::size_t kMostCsvRows = 4'000'000;

trading::Result<ParsedFile> parse_csv(std::string_view bytes, std::string_view file);

// One line of an actions file ("ts,dividend,split"), as written.
struct ActionRow {
  trading::TradingDate ex_date;
  std::int64_t dividend_e4 = 0;    // rupees a share; 0 = none
  std::int64_t split_e4 = 10'000;  // new shares for one old; 10,000 = none
  std::uint32_t row = 0;
};
trading::Result<std::vector<ActionRow>> parse_actions(std::string_view bytes,
                                                      std::string_view file);

}  // namespace broker
