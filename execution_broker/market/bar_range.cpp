// Row ranges of a query.

#include "execution_broker/market/bar_range.h"

#include <algorithm>

namespace broker {

RowRange rows_of(const BarQuery& query, const std::vector<std::int64_t>& ts_us,
                 std::size_t finished) {
  const auto history_end = ts_us.begin() + static_cast<std::ptrdiff_t>(finished);
  auto first = ts_us.begin();
  auto last = history_end;
  if (query.from) first = std::lower_bound(ts_us.begin(), history_end, query.from->us);
  if (query.to) last = std::upper_bound(ts_us.begin(), history_end, query.to->us);
  RowRange range;
  if (last <= first) return range;
  range.begin = static_cast<std::size_t>(first - ts_us.begin());
  range.end = static_cast<std::size_t>(last - ts_us.begin());
  range.matched = range.end - range.begin;
  if (query.max_rows > 0 && range.matched > query.max_rows)
    range.begin = range.end - query.max_rows;
  return range;
}

trading::BarSeries cut(const trading::BarSeries& series, std::size_t begin, std::size_t end) {
  const auto part = [&](const std::vector<std::int64_t>& column) {
    return std::vector<std::int64_t>(column.begin() + static_cast<std::ptrdiff_t>(begin),
                                     column.begin() + static_cast<std::ptrdiff_t>(end));
  };
  trading::BarSeries out;
  out.timeframe = series.timeframe;
  out.ts_us = part(series.ts_us);
  out.open_e4 = part(series.open_e4);
  out.high_e4 = part(series.high_e4);
  out.low_e4 = part(series.low_e4);
  out.close_e4 = part(series.close_e4);
  out.volume = part(series.volume);
  return out;
}

}  // namespace broker
