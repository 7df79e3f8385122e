// File names and bytes.

#include "execution_broker/market/csv/csv_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <utility>

namespace broker {

namespace {

constexpr std::uintmax_t kLargestFile = 512U << 20;

struct Pattern {
  std::string_view ending;
  CsvKind kind;
};
constexpr std::array<Pattern, 5> kPatterns = {{
    {"_nse_1d.csv", CsvKind::kNseDaily},
    {"_nse_5m.csv", CsvKind::kNseFiveMinute},
    {"_nse_1m.csv", CsvKind::kNseOneMinute},
    {"_bse_1d_raw.csv", CsvKind::kBseDailyRaw},
    {"_bse_1d_actions.csv", CsvKind::kBseActions},
}};

bool is_symbol(std::string_view text) {
  if (text.empty() || text.size() > 20) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '&' || c == '-' || c == '_';
  });
}

trading::Result<std::string> read_whole(const std::filesystem::path& path) {
  const auto unreadable = [&](const std::string& why) {
    return trading::make_error(
        "CSV_UNUSABLE", path.filename().string() + ": " + why,
        "make the file readable for the broker, or take it out of MARKET_DATA_DIR");
  };
  std::error_code code;
  const std::uintmax_t size = std::filesystem::file_size(path, code);
  if (code) return unreadable(code.message());
  if (size > kLargestFile) return unreadable("larger than 512 MB");
  std::ifstream in(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in && !bytes.empty()) return unreadable("cannot be read to its end");
  return bytes;
}

}  // namespace

std::optional<CsvName> parse_csv_name(std::string_view file_name) {
  for (const Pattern& pattern : kPatterns) {
    if (file_name.size() <= pattern.ending.size()) continue;
    const std::size_t length = file_name.size() - pattern.ending.size();
    const std::string_view symbol = file_name.substr(0, length);
    if (file_name.substr(length) == pattern.ending && is_symbol(symbol))
      return CsvName{std::string(symbol), pattern.kind};
  }
  return std::nullopt;
}

trading::Result<std::vector<CsvBytes>> read_csv_folder(const std::filesystem::path& folder) {
  std::error_code code;
  std::vector<std::filesystem::path> paths;
  std::filesystem::directory_iterator entries(folder, code);
  for (; !code && entries != std::filesystem::directory_iterator(); entries.increment(code))
    if (entries->path().extension() == ".csv" && entries->is_regular_file())
      paths.push_back(entries->path());
  if (code)
    return trading::make_error(
        "MARKET_DATA_DIR_UNREADABLE", "MARKET_DATA_DIR=" + folder.string() + ": " + code.message(),
        "set MARKET_DATA_DIR to a folder of price files that the broker may read",
        trading::Retry::kNo, "MARKET_DATA_DIR");
  std::sort(paths.begin(), paths.end());
  std::vector<CsvBytes> files;
  for (const std::filesystem::path& path : paths) {
    CsvBytes file{path.filename().string(), {}};
    // Files that no pattern names are listed with no bytes: they become a finding, not a cost.
    if (parse_csv_name(file.file_name)) {
      ASSIGN_OR_RETURN(file.bytes, read_whole(path));
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace broker
