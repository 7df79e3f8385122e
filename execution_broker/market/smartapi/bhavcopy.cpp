#include "execution_broker/market/smartapi/bhavcopy.h"

#include <array>
#include <map>

#include "execution_broker/exchange/smartapi/wire/fields.h"
#include "trading/base/decimal.h"
#include "trading/base/text.h"

namespace broker {

namespace {

using trading::Result;
using trading::TradingDate;

constexpr std::size_t kMostRows = 50'000;
constexpr std::size_t kMostFindings = 50;
constexpr std::size_t kMostColumns = 64;

struct Columns {
  std::string_view symbol, series, open, high, low, close, volume, day;
};
constexpr Columns kLegacy = {"SYMBOL", "SERIES", "OPEN", "HIGH", "LOW", "CLOSE", "TOTTRDQTY", "TIMESTAMP"};
constexpr Columns kUdiff = {"TckrSymb", "SctySrs", "OpnPric", "HghPric", "LwPric", "ClsPric", "TtlTradgVol", "TradDt"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '"' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// Neither form quotes a comma.
std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  while (cells.size() < kMostColumns) {
    const auto comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  return cells;
}

// Where the columns of a form stand, or nothing.
struct Places {
  std::size_t symbol, series, open, high, low, close, volume, day;
  std::size_t last;
};
std::optional<Places> find_places(const std::vector<std::string_view>& header, const Columns& columns) {
  Places places{};
  const auto find = [&](std::string_view name, std::size_t& place) {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (header[i] == name) {
        place = i;
        places.last = std::max(places.last, i);
        return true;
      }
    return false;
  };
  const bool has_all = find(columns.symbol, places.symbol) && find(columns.series, places.series) &&
                       find(columns.open, places.open) && find(columns.high, places.high) && find(columns.low, places.low) &&
                       find(columns.close, places.close) && find(columns.volume, places.volume) && find(columns.day, places.day);
  if (!has_all) return std::nullopt;
  return places;
}

// 05-JUL-2024 or 2024-07-08
std::optional<TradingDate> day_of(std::string_view text) {
  if (text.size() == 11 && text[2] == '-' && text[6] == '-') {
    const auto date = smartapi::parse_expiry(std::string(text.substr(0, 2)) + std::string(text.substr(3, 3)) + std::string(text.substr(7)));
    return date ? std::optional(*date) : std::nullopt;
  }
  const auto date = trading::parse_date(text);
  return date ? std::optional(*date) : std::nullopt;
}

int rank_of(std::string_view series) {
  if (series == "EQ") return 0;
  if (series == "BE") return 1;
  if (series == "BZ") return 2;
  return -1;
}

}  // namespace

Result<Bhavcopy> parse_bhavcopy(std::string_view bytes, std::string_view file) {
  const auto invalid = [&](const std::string& what) {
    return trading::make_error("BHAVCOPY_INVALID", std::string(file) + ": " + what,
                               "give the unpacked CSV of NSE's cash-market bhavcopy, as downloaded");
  };
  Bhavcopy out;
  std::optional<Places> places;
  std::optional<TradingDate> day;
  std::map<std::string, std::pair<int, trading::Bar>> best;  // symbol -> rank of its series, bar
  std::size_t number = 0;
  std::size_t left_out = 0;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view line = trimmed(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    ++number;
    if (line.empty()) continue;
    const auto cells = cells_of(line);
    if (!places) {
      places = find_places(cells, kLegacy);
      if (!places) places = find_places(cells, kUdiff);
      if (!places) return invalid("its header is that of neither bhavcopy form");
      continue;
    }
    if (number > kMostRows) return invalid("it has more than " + std::to_string(kMostRows) + " rows");
    const auto leave_out = [&](std::string_view why) {
      ++left_out;
      if (out.findings.size() < kMostFindings)
        out.findings.push_back(std::string(file) + " row " + std::to_string(number) + " left out: " + std::string(why));
    };
    if (cells.size() <= places->last) {
      leave_out("too few columns");
      continue;
    }
    const int rank = rank_of(cells[places->series]);
    if (rank < 0) continue;  // bonds, funds, rights: not traded here
    const auto row_day = day_of(cells[places->day]);
    if (!row_day) {
      leave_out("no date in " + trading::quoted(cells[places->day]));
      continue;
    }
    if (day && *row_day != *day) return invalid("it holds rows of two days");
    day = row_day;
    trading::Bar bar;
    bar.ts = timestamp_of(*row_day, trading::at(0, 0));
    bool is_good = true;
    const auto price = [&](std::size_t place) {
      const auto value = trading::parse_decimal(cells[place], 4);
      is_good = is_good && value && *value > 0;
      return trading::Price(value ? *value : 0);
    };
    bar.open = price(places->open);
    bar.high = price(places->high);
    bar.low = price(places->low);
    bar.close = price(places->close);
    const auto volume = trading::parse_decimal(cells[places->volume], 0);
    is_good = is_good && volume && *volume >= 0;
    const std::string symbol(cells[places->symbol]);
    if (!is_good || symbol.empty() || symbol.size() > 40) {
      leave_out("a cell that cannot be read");
      continue;
    }
    bar.volume = *volume;
    // The official close is a mean of the last half hour and may lie outside high and low on a day
    // with few trades; then the row is what it is: no bar.
    if (bar.high < bar.low || bar.open > bar.high || bar.open < bar.low || bar.close > bar.high || bar.close < bar.low) {
      leave_out(symbol + ": its range does not hold open and close");
      continue;
    }
    const auto [known, is_new] = best.emplace(symbol, std::pair(rank, bar));
    if (!is_new && rank < known->second.first) known->second = {rank, bar};
  }
  if (!places || !day || best.empty()) return invalid("it holds no row of EQ, BE or BZ");
  if (left_out > out.findings.size()) out.findings.push_back(std::string(file) + ": " + std::to_string(left_out) + " rows left out in all");
  out.day = *day;
  for (const auto& [symbol, ranked] : best) out.rows.push_back({symbol, ranked.second});
  return out;
}

}  // namespace broker
