#pragma once

// What a file of MARKET_DATA_DIR is, by its name:
//   SYMBOL_nse_1d.csv       daily, adjusted by its maker (raw prices are not known)
//   SYMBOL_nse_5m.csv, SYMBOL_nse_1m.csv   intraday, raw
//   SYMBOL_bse_1d_raw.csv   daily, raw
//   SYMBOL_bse_1d_actions.csv   splits and dividends of the company

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trading/base/result.h"

namespace broker {

enum class CsvKind { kNseDaily, kNseFiveMinute, kNseOneMinute, kBseDailyRaw, kBseActions };

struct CsvName {
  std::string symbol;
  CsvKind kind = CsvKind::kNseDaily;
};

// Empty when the name fits none of the patterns. Symbols: A-Z 0-9 & - _, at most 20 characters.
std::optional<CsvName> parse_csv_name(std::string_view file_name);

struct CsvBytes {
  std::string file_name;
  std::string bytes;
};

// Every *.csv of the folder, by name. MARKET_DATA_DIR_UNREADABLE, CSV_UNUSABLE for a file that
// cannot be read.
trading::Result<std::vector<CsvBytes>> read_csv_folder(const std::filesystem::path& folder);

}  // namespace broker
