// History of the recorded market.

#include <algorithm>
#include <utility>

#include "execution_broker/market/aggregate.h"
#include "execution_broker/market/bar_range.h"
#include "execution_broker/market/csv/csv_source.h"

namespace broker {

namespace {

using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

constexpr std::size_t kVolumeDays = 20;
constexpr std::size_t kMostGaps = 50;
constexpr std::size_t kMostRepairs = 5;
constexpr TradingDate kForEver = TradingDate::from_civil(2100, 1, 1);

// How many of the bars, ascending by end, are history.
std::size_t finished_of(const BarQuery& query, const std::vector<std::int64_t>& end_us) {
  if (query.ignore_clock) return end_us.size();
  return static_cast<std::size_t>(std::upper_bound(end_us.begin(), end_us.end(), query.as_of.us) -
                                  end_us.begin());
}

// Days without bars between two bars of a reply.
void tell_gaps(const CsvSeries& series, Timestamp first, Timestamp last, BarReply& reply) {
  const TradingDate from = trading::date_of(first);
  const TradingDate to = trading::date_of(last);
  std::size_t count = 0;
  for (const TradingDate date : series.missing) {
    if (date <= from || date >= to) continue;
    if (++count <= kMostGaps)
      reply.gaps.push_back(date.iso() + ": no bars although the exchange traded");
  }
  if (count > kMostGaps)
    reply.gaps.push_back("and " + std::to_string(count - kMostGaps) + " more such days");
}

// Rows of the file whose range was widened, among those that start in [first, end).
void tell_repairs(const CsvSeries& series, Timestamp first, Timestamp end, BarReply& reply) {
  std::string rows;
  std::size_t count = 0;
  for (const std::uint32_t i : series.parsed.repaired) {
    const std::int64_t ts = series.parsed.bars.ts_us[i];
    if (ts < first.us || ts >= end.us) continue;
    if (++count <= kMostRepairs)
      rows += (rows.empty() ? " " : ", ") + std::to_string(series.parsed.rows[i]);
  }
  if (count == 0) return;
  reply.notes.push_back(
      "repaired: " + std::to_string(count) +
      " bars had a range that did not contain open and close and was widened to them (" +
      series.file + ", row" + rows + (count > kMostRepairs ? ", ..." : "") + ")");
}

void adjust_reply(const CsvSymbol& symbol, const CsvSeries& series, const BarQuery& query,
                  BarReply& reply) {
  if (!series.is_raw) {
    reply.notes.push_back(series.file + " is adjusted by its maker as of its end" +
                          std::string(query.is_adjusted ? "" : "; raw prices are not known"));
    return;
  }
  if (!query.is_adjusted) return;
  const TradingDate as_of = query.ignore_clock ? kForEver : trading::date_of(query.as_of);
  const std::size_t used = adjust(reply.bars, symbol.steps, as_of);
  if (used > 0)
    reply.notes.push_back(
        "adjusted for " + std::to_string(used) + " splits and dividends known " +
        (query.ignore_clock ? std::string("to the whole file") : "on " + as_of.iso()));
}

}  // namespace

trading::Result<BarReply> CsvSource::bars(const BarQuery& query) const {
  const CsvSymbol* found = symbol_of(query.symbol);
  if (found == nullptr) return master_->find(query.symbol).error();
  if (query.timeframe != Timeframe::kOneDay) return intraday_history(*found, query);

  const CsvSeries& series = found->daily;
  const RowRange rows = rows_of(query, series.parsed.bars.ts_us, finished_of(query, series.end_us));
  BarReply reply;
  reply.source = "csv:" + series.file;
  reply.total = rows.matched;
  reply.bars = cut(series.parsed.bars, rows.begin, rows.end);
  if (reply.bars.empty()) return reply;
  const Timestamp first{reply.bars.ts_us.front()};
  const Timestamp last{reply.bars.ts_us.back()};
  tell_gaps(series, first, last, reply);
  tell_repairs(series, first, last + trading::seconds(1), reply);
  adjust_reply(*found, series, query, reply);
  return reply;
}

trading::Result<BarReply> CsvSource::intraday_history(const CsvSymbol& symbol,
                                                      const BarQuery& query) const {
  const trading::Duration wanted = trading::length_of(query.timeframe);
  if (!symbol.intraday || wanted < trading::length_of(symbol.intraday->parsed.bars.timeframe))
    return trading::make_error(
        "NO_MARKET_DATA",
        "no bars of " + std::string(name_of(query.timeframe)) + " for " + query.symbol +
            ": the finest file is " + (symbol.intraday ? symbol.intraday->file : symbol.daily.file),
        "ask for " +
            std::string(name_of(symbol.intraday ? symbol.intraday->parsed.bars.timeframe
                                                : Timeframe::kOneDay)) +
            " or coarser",
        trading::Retry::kNo, "timeframe");

  const CsvSeries& series = *symbol.intraday;
  BarReply reply;
  reply.source = "csv:" + series.file;
  RowRange rows;
  if (wanted == trading::length_of(series.parsed.bars.timeframe)) {
    rows = rows_of(query, series.parsed.bars.ts_us, finished_of(query, series.end_us));
    reply.bars = cut(series.parsed.bars, rows.begin, rows.end);
  } else {
    // Coarser bars of the days that can hold a match.
    trading::BarSeries coarse;
    coarse.timeframe = query.timeframe;
    std::vector<std::int64_t> end_us;
    std::vector<trading::Bar> finer;
    for (const CsvDay& day : symbol.days) {
      if (query.from && day.date < trading::date_of(*query.from)) continue;
      if (query.to && day.date > trading::date_of(*query.to)) break;
      finer.clear();
      for (std::size_t i = day.begin; i < day.end; ++i) finer.push_back(series.parsed.bars.at(i));
      aggregate_day(finer, day.sessions, query.timeframe, coarse);
      for (std::size_t i = end_us.size(); i < coarse.size(); ++i)
        end_us.push_back(end_of_bar({coarse.ts_us[i]}, wanted, day.sessions).us);
    }
    rows = rows_of(query, coarse.ts_us, finished_of(query, end_us));
    reply.bars = cut(coarse, rows.begin, rows.end);
  }
  reply.total = rows.matched;
  if (reply.bars.empty()) return reply;
  const Timestamp first{reply.bars.ts_us.front()};
  const Timestamp last{reply.bars.ts_us.back()};
  tell_gaps(series, first, last, reply);
  tell_repairs(series, first, last + wanted, reply);
  adjust_reply(symbol, series, query, reply);
  return reply;
}

std::int64_t CsvSource::average_daily_volume(std::string_view symbol, TradingDate date) const {
  const CsvSymbol* found = symbol_of(symbol);
  if (found == nullptr) return 0;
  const trading::BarSeries& bars = found->daily.parsed.bars;
  const auto before = std::lower_bound(bars.ts_us.begin(), bars.ts_us.end(),
                                       timestamp_of(date, trading::at(0, 0)).us);
  const auto end = static_cast<std::size_t>(before - bars.ts_us.begin());
  const std::size_t begin = end > kVolumeDays ? end - kVolumeDays : 0;
  if (begin == end) return 0;
  trading::BarSeries last_days = cut(bars, begin, end);
  // In shares of `date`: only splits change volumes, and only in raw series.
  if (found->daily.is_raw) adjust(last_days, found->steps, date);
  std::int64_t sum = 0;
  for (const std::int64_t volume : last_days.volume) sum += volume;
  return sum / static_cast<std::int64_t>(end - begin);
}

std::vector<CorporateAction> CsvSource::corporate_actions(std::string_view symbol, TradingDate from,
                                                          TradingDate to) const {
  std::vector<CorporateAction> out;
  const CsvSymbol* found = symbol_of(symbol);
  if (found == nullptr) return out;
  for (const CorporateAction& action : found->actions)
    if (action.ex_date > from && action.ex_date <= to) out.push_back(action);
  return out;
}

}  // namespace broker
