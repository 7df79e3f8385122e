#include "tests/sandbox_exchange/recorded_bars.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "trading/base/decimal.h"

namespace sandbox {

using namespace trading;

namespace {

Result<Bar> parse_line(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t comma = line.find(',');
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  if (cells.size() < 6) return make_error("CSV_LINE", "a line has fewer than 6 cells");
  Bar bar;
  ASSIGN_OR_RETURN(bar.begin, parse_timestamp(cells[0]));
  ASSIGN_OR_RETURN(bar.open, Price::parse_rupees(cells[1]));
  ASSIGN_OR_RETURN(bar.high, Price::parse_rupees(cells[2]));
  ASSIGN_OR_RETURN(bar.low, Price::parse_rupees(cells[3]));
  ASSIGN_OR_RETURN(bar.close, Price::parse_rupees(cells[4]));
  ASSIGN_OR_RETURN(bar.volume, parse_decimal(cells[5], 0));
  return bar;
}

Result<std::vector<Bar>> read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return make_error("CSV_UNREADABLE", path.string() + " cannot be opened", "check its rights");
  std::vector<Bar> bars;
  std::string line;
  for (std::int64_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || number == 1) continue;
    auto bar = parse_line(line);
    if (!bar)
      return make_error("CSV_LINE", path.string() + ":" + std::to_string(number) + ": " + bar.error().what,
                        "columns are ts,open,high,low,close,volume");
    bars.push_back(*bar);
  }
  std::sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) { return a.begin < b.begin; });
  return bars;
}

struct FileKind {
  std::string_view ending;
  Duration interval;
};
constexpr FileKind kKinds[] = {
    {"_nse_1m.csv", minutes(1)}, {"_nse_5m.csv", minutes(5)}, {"_nse_1d.csv", hours(24)}};

}  // namespace

Result<RecordedBars> RecordedBars::read(const std::string& folder) {
  RecordedBars all;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const std::string file = entry.path().filename().string();
    for (const FileKind& kind : kKinds) {
      if (file.size() <= kind.ending.size() || !file.ends_with(kind.ending)) continue;
      const std::string name = file.substr(0, file.size() - kind.ending.size());
      const auto known = all.series_.find(name);
      if (known != all.series_.end() && known->second.interval < kind.interval) continue;
      ASSIGN_OR_RETURN(std::vector<Bar> bars, read_file(entry.path()));
      all.series_[name] = Series{kind.interval, std::move(bars)};
    }
  }
  if (failed)
    return make_error("CSV_FOLDER", folder + " cannot be read: " + failed.message(),
                      "give --csv a folder of SYMBOL_nse_1m.csv or _5m.csv files");
  if (all.series_.empty())
    return make_error("CSV_FOLDER", folder + " holds no SYMBOL_nse_1m.csv, _5m.csv or _1d.csv",
                      "name the files like TCS_nse_5m.csv");
  return all;
}

const RecordedBars::Series* RecordedBars::series(std::string_view name) const {
  const auto found = series_.find(name);
  return found == series_.end() ? nullptr : &found->second;
}

const Bar* RecordedBars::covering(std::string_view name, Timestamp t) const {
  const Series* found = series(name);
  if (found == nullptr || found->interval >= hours(24)) return nullptr;
  auto after = std::upper_bound(found->bars.begin(), found->bars.end(), t,
                                [](Timestamp value, const Bar& bar) { return value < bar.begin; });
  if (after == found->bars.begin()) return nullptr;
  --after;
  return t < after->begin + found->interval ? &*after : nullptr;
}

std::vector<Bar> RecordedBars::of_day(std::string_view name, TradingDate date) const {
  std::vector<Bar> day;
  const Series* found = series(name);
  if (found == nullptr) return day;
  auto bar = std::lower_bound(found->bars.begin(), found->bars.end(), timestamp_of(date, at(0, 0)),
                              [](const Bar& b, Timestamp value) { return b.begin < value; });
  for (; bar != found->bars.end() && date_of(bar->begin) == date; ++bar) day.push_back(*bar);
  return day;
}

Price RecordedBars::close_before(std::string_view name, TradingDate date) const {
  const Series* found = series(name);
  if (found == nullptr) return {};
  const auto after = std::lower_bound(found->bars.begin(), found->bars.end(), timestamp_of(date, at(0, 0)),
                                      [](const Bar& b, Timestamp value) { return b.begin < value; });
  return after == found->bars.begin() ? Price() : std::prev(after)->close;
}

std::vector<std::string> RecordedBars::names() const {
  std::vector<std::string> names;
  for (const auto& [name, unused] : series_) names.push_back(name);
  return names;
}

}  // namespace sandbox
