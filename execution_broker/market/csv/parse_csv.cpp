// Price files to columns.

#include "execution_broker/market/csv/parse_csv.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "execution_broker/market/csv/cells.h"
#include "execution_broker/market/csv/large_pages.h"
#include "execution_broker/market/csv/usual_rows.h"

namespace broker {

namespace {

using csv::kEarliestUs;
using csv::kHighestPriceE4;
using csv::kLatestUs;
using csv::kMostShares;
using csv::read_decimal;
using csv::take_cell;
using csv::TimeCells;
using trading::Error;

constexpr std::string_view kPriceHeader = "ts,open,high,low,close,volume";
constexpr std::string_view kActionHeader = "ts,dividend,split";
constexpr std::array<std::string_view, 6> kColumns = {"ts",  "open",  "high",
                                                      "low", "close", "volume"};
constexpr std::size_t kMostErrors = 10;
constexpr std::size_t kMostFindings = 20;  // of one kind
std::string shown(std::string_view cell) {
  std::string out = "\"";
  for (const char c : cell.substr(0, 30)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  return out + (cell.size() > 30 ? "...\"" : "\"");
}

// The bad cells of one file, told together.
class BadCells {
 public:
  explicit BadCells(std::string_view file) : file_(file) {}
  void add(std::size_t row, std::string_view column, const std::string& what) {
    if (++count_ > kMostErrors) return;
    text_ += (text_.empty() ? "" : "; ") + std::string("row ") + std::to_string(row) + ", column " +
             std::string(column) + ": " + what;
  }
  [[nodiscard]] bool is_full() const { return count_ > kMostErrors; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Error error() const {
    return trading::make_error(
        "CSV_UNUSABLE", file_ + ": " + text_ + (is_full() ? "; and more" : ""),
        "correct or remove these rows, or take " + file_ + " out of MARKET_DATA_DIR");
  }

 private:
  std::string file_;
  std::string text_;
  std::size_t count_ = 0;
};

// Findings of one kind: the first few one by one, the rest counted.
class Counted {
 public:
  Counted(std::string_view file, std::string_view what) : file_(file), what_(what) {}
  void add(std::size_t row, std::vector<std::string>& findings) {
    if (++count_ <= kMostFindings)
      findings.push_back(file_ + " row " + std::to_string(row) + ": " + what_);
  }
  void finish(std::vector<std::string>& findings) const {
    if (count_ > kMostFindings)
      findings.push_back(file_ + ": " + what_ + " in " + std::to_string(count_) + " rows in all");
  }

 private:
  std::string file_;
  std::string what_;
  std::size_t count_ = 0;
};

// Takes the next line that is not blank, without its line end. False at the end of the bytes.
bool next_line(std::string_view& bytes, std::size_t& row, std::string_view& line) {
  while (!bytes.empty()) {
    line = take_cell(bytes, '\n');
    ++row;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) return true;
  }
  return false;
}

bool has_header(std::string_view& bytes, std::size_t& row, std::string_view wanted,
                std::string_view& found) {
  constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";
  if (bytes.substr(0, kUtf8Mark.size()) == kUtf8Mark) bytes.remove_prefix(kUtf8Mark.size());
  return next_line(bytes, row, found) && found == wanted;
}

Error wrong_header(std::string_view file, std::string_view found, std::string_view wanted) {
  return trading::make_error(
      "CSV_UNUSABLE",
      std::string(file) + ": row 1 is " + shown(found) + ", not the columns " + std::string(wanted),
      "write the header and the columns in this order");
}

void check_price(std::int64_t e4, std::string_view column, std::string_view cell, std::size_t row,
                 BadCells& bad) {
  if (e4 <= 0)
    bad.add(row, column, shown(cell) + " is not a price above 0");
  else if (e4 > kHighestPriceE4)
    bad.add(row, column, shown(cell) + " is above one crore rupees a share");
}

void append(std::int64_t ts, const std::array<std::int64_t, 4>& price, std::int64_t volume,
            std::size_t row, ParsedFile& out) {
  out.bars.ts_us.push_back(ts);
  out.bars.open_e4.push_back(price[0]);
  out.bars.high_e4.push_back(price[1]);
  out.bars.low_e4.push_back(price[2]);
  out.bars.close_e4.push_back(price[3]);
  out.bars.volume.push_back(volume);
  out.rows.push_back(static_cast<std::uint32_t>(row));
}

// One row into the columns; bad cells are noted and the row still takes its place (the file is
// refused later).
void read_row(std::string_view line, std::size_t row, TimeCells& times, ParsedFile& out,
              BadCells& bad) {
  std::int64_t ts = 0;
  const std::string_view time = take_cell(line);
  if (!times.read(time, ts))
    bad.add(row, kColumns[0], shown(time) + " is not a time like 2024-01-20T09:15:00+05:30");
  else if (ts < kEarliestUs || ts >= kLatestUs)
    bad.add(row, kColumns[0], shown(time) + " is not between 1990 and 2100");
  std::array<std::int64_t, 4> price{};
  for (std::size_t i = 0; i < price.size(); ++i) {
    const std::string_view cell = take_cell(line);
    if (!read_decimal(cell, 4, price[i]))
      bad.add(row, kColumns[i + 1], shown(cell) + " is not a price with at most 4 decimals");
    else if (price[i] <= 0 || price[i] > kHighestPriceE4)
      check_price(price[i], kColumns[i + 1], cell, row, bad);
  }
  std::int64_t volume = 0;
  if (!read_decimal(line, 0, volume))
    bad.add(row, kColumns[5],
            shown(line) + " is not a whole number of shares (the row's last column)");
  else if (volume < 0 || volume > kMostShares)
    bad.add(row, kColumns[5], shown(line) + " is no possible volume");
  if (price[1] < price[2] && bad.empty()) bad.add(row, kColumns[1], "the high is below the low");
  append(ts, price, volume, row, out);
}

void append(const csv::RowBlock& block, std::size_t& row, ParsedFile& out) {
  const auto add = [&](std::vector<std::int64_t>& column, const csv::RowBlock::Column& cells) {
    column.insert(column.end(), cells.begin(),
                  cells.begin() + static_cast<std::ptrdiff_t>(block.count));
  };
  add(out.bars.ts_us, block.ts_us);
  add(out.bars.open_e4, block.open_e4);
  add(out.bars.high_e4, block.high_e4);
  add(out.bars.low_e4, block.low_e4);
  add(out.bars.close_e4, block.close_e4);
  add(out.bars.volume, block.volume);
  std::array<std::uint32_t, csv::RowBlock::kRows> rows;
  for (std::uint32_t& number : rows) number = static_cast<std::uint32_t>(++row);
  row -= rows.size() - block.count;
  out.rows.insert(out.rows.end(), rows.begin(),
                  rows.begin() + static_cast<std::ptrdiff_t>(block.count));
}

// What all rows of a file were like: whether anything is left to mend.
struct Manners {
  bool is_ordered = true;  // times ascend
  bool has_ranges = true;  // that hold open and close
};

// Rows in the usual form, one block after the other, as long as they are sound.
void read_usual_rows(csv::UsualRows& usual, csv::RowBlock& block, std::string_view& bytes,
                     std::size_t& row, ParsedFile& out, Manners& manners) {
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  do {
    const std::int64_t last_us = out.bars.empty() ? kEarliestUs - 1 : out.bars.ts_us.back();
    usual.read(p, end, kMostCsvRows - out.rows.size(), last_us, block);
    manners.is_ordered = manners.is_ordered && block.is_ordered;
    manners.has_ranges = manners.has_ranges && block.has_ranges;
    append(block, row, out);
  } while (block.count == csv::RowBlock::kRows);
  bytes.remove_prefix(static_cast<std::size_t>(p - bytes.data()));
}

void look_at_last(const trading::BarSeries& bars, Manners& manners) {
  const std::size_t i = bars.size() - 1;
  if (i > 0 && bars.ts_us[i] <= bars.ts_us[i - 1]) manners.is_ordered = false;
  if (bars.high_e4[i] < std::max(bars.open_e4[i], bars.close_e4[i]) ||
      bars.low_e4[i] > std::min(bars.open_e4[i], bars.close_e4[i]))
    manners.has_ranges = false;
}

// Columns for about so many rows; they grow when the guess is short.
void make_room(std::size_t rows, ParsedFile& out) {
  out.bars.reserve(rows);
  out.rows.reserve(rows);
  trading::BarSeries& bars = out.bars;
  for (const auto* column :
       {&bars.ts_us, &bars.open_e4, &bars.high_e4, &bars.low_e4, &bars.close_e4, &bars.volume})
    csv::ask_for_large_pages(column->data(), rows * sizeof(std::int64_t));
  csv::ask_for_large_pages(out.rows.data(), rows * sizeof(std::uint32_t));
}

bool is_same(const trading::BarSeries& bars, std::size_t a, std::size_t b) {
  return bars.open_e4[a] == bars.open_e4[b] && bars.high_e4[a] == bars.high_e4[b] &&
         bars.low_e4[a] == bars.low_e4[b] && bars.close_e4[a] == bars.close_e4[b] &&
         bars.volume[a] == bars.volume[b];
}

// Keeps the bars named by `order`, in that order.
void keep(const std::vector<std::size_t>& order, ParsedFile& file) {
  const auto arrange = [&](auto& column) {
    auto old = column;
    column.clear();
    for (const std::size_t i : order) column.push_back(old[i]);
  };
  arrange(file.bars.ts_us);
  arrange(file.bars.open_e4);
  arrange(file.bars.high_e4);
  arrange(file.bars.low_e4);
  arrange(file.bars.close_e4);
  arrange(file.bars.volume);
  arrange(file.rows);
}

// Times do not ascend: sorts rows that stand out of order and drops exact duplicates.
void put_in_order(std::string_view name, ParsedFile& file, BadCells& bad) {
  const std::vector<std::int64_t>& ts = file.bars.ts_us;
  Counted late(name, "out of order, sorted into place");
  for (std::size_t i = 1; i < ts.size(); ++i)
    if (ts[i] < ts[i - 1]) late.add(file.rows[i], file.findings);
  late.finish(file.findings);
  std::vector<std::size_t> order(ts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return ts[a] < ts[b]; });

  Counted twins(name, "an exact duplicate, dropped");
  std::vector<std::size_t> kept;
  for (const std::size_t i : order) {
    if (kept.empty() || ts[kept.back()] != ts[i]) {
      kept.push_back(i);
    } else if (is_same(file.bars, kept.back(), i)) {
      twins.add(file.rows[i], file.findings);
    } else {
      bad.add(file.rows[i], kColumns[0],
              "the time of row " + std::to_string(file.rows[kept.back()]) + " with other values");
    }
  }
  twins.finish(file.findings);
  keep(kept, file);
}

// Widens ranges that do not contain open and close.
void widen_ranges(std::string_view name, ParsedFile& file) {
  Counted widened(name, "the range does not contain open and close, widened to them");
  trading::BarSeries& bars = file.bars;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const std::int64_t top = std::max(bars.open_e4[i], bars.close_e4[i]);
    const std::int64_t bottom = std::min(bars.open_e4[i], bars.close_e4[i]);
    if (bars.high_e4[i] >= top && bars.low_e4[i] <= bottom) continue;
    bars.high_e4[i] = std::max(bars.high_e4[i], top);
    bars.low_e4[i] = std::min(bars.low_e4[i], bottom);
    file.repaired.push_back(static_cast<std::uint32_t>(i));
    widened.add(file.rows[i], file.findings);
  }
  widened.finish(file.findings);
}

}  // namespace

trading::Result<ParsedFile> parse_csv(std::string_view bytes, std::string_view file) {
  std::size_t row = 0;
  std::string_view line;
  ParsedFile out;
  BadCells bad(file);
  if (!has_header(bytes, row, kPriceHeader, line)) return wrong_header(file, line, kPriceHeader);

  // The first row's length tells how many to expect.
  constexpr std::size_t kShortestRow = 24;
  const std::size_t row_length =
      std::max(kShortestRow, std::min(bytes.find('\n'), bytes.size()) * 9 / 10);
  make_room(std::min(bytes.size() / row_length + 1, kMostCsvRows), out);
  TimeCells times;
  csv::UsualRows usual;
  csv::RowBlock block;
  Manners manners;
  for (;;) {
    read_usual_rows(usual, block, bytes, row, out, manners);
    if (!next_line(bytes, row, line)) break;
    if (out.rows.size() == kMostCsvRows)
      return trading::make_error(
          "CSV_UNUSABLE",
          std::string(file) + ": more than " + std::to_string(kMostCsvRows) + " rows",
          "split the file, or keep fewer years");
    read_row(line, row, times, out, bad);
    if (bad.is_full()) return bad.error();
    look_at_last(out.bars, manners);
  }
  if (!bad.empty()) return bad.error();
  if (out.rows.empty())
    return trading::make_error("CSV_UNUSABLE", std::string(file) + ": no rows below the header",
                               "fill the file, or take it out of MARKET_DATA_DIR");
  if (!manners.is_ordered) put_in_order(file, out, bad);
  if (!bad.empty()) return bad.error();
  if (!manners.has_ranges) widen_ranges(file, out);
  return out;
}

trading::Result<std::vector<ActionRow>> parse_actions(std::string_view bytes,
                                                      std::string_view file) {
  constexpr std::int64_t kLargestSplitE4 = 1'000 * 10'000;
  std::size_t row = 0;
  std::string_view line;
  std::vector<ActionRow> out;
  BadCells bad(file);
  if (!has_header(bytes, row, kActionHeader, line)) return wrong_header(file, line, kActionHeader);
  TimeCells times;
  while (next_line(bytes, row, line) && !bad.is_full()) {
    ActionRow action;
    action.row = static_cast<std::uint32_t>(row);
    std::int64_t ts = 0;
    const std::string_view time = take_cell(line);
    if (!times.read(time, ts) || ts < kEarliestUs || ts >= kLatestUs)
      bad.add(row, "ts", shown(time) + " is not a time like 2024-01-20T00:00:00+05:30");
    action.ex_date = trading::date_of({ts});
    const std::string_view dividend = take_cell(line);
    if (!read_decimal(dividend, 4, action.dividend_e4) || action.dividend_e4 < 0 ||
        action.dividend_e4 > kHighestPriceE4)
      bad.add(row, "dividend",
              shown(dividend) + " is not an amount of rupees, 0 or more, with at most 4 decimals");
    if (!read_decimal(line, 4, action.split_e4) || action.split_e4 < 0 ||
        action.split_e4 > kLargestSplitE4)
      bad.add(row, "split",
              shown(line) +
                  " is not a number of new shares for one old, 0 to 1000, with at most 4 decimals");
    if (action.split_e4 == 0) action.split_e4 = 10'000;  // some makers write 0 for none
    out.push_back(action);
    if (out.size() > 10'000) bad.add(row, "ts", "more actions than any share has");
  }
  if (!bad.empty()) return bad.error();
  std::stable_sort(out.begin(), out.end(),
                   [](const ActionRow& a, const ActionRow& b) { return a.ex_date < b.ex_date; });
  return out;
}

}  // namespace broker
