#pragma once

// Which rows of a history a query gets: from, to, and the newest max_rows of them.

#include <cstddef>

#include "execution_broker/market/market_source.h"

namespace broker {

// Half-open row range [begin, end) of a series and the number of rows that matched before max_rows
// cut.
struct RowRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t matched = 0;
};

// Rows of `ts_us` (ascending bar starts, the first `finished` of which are history) that the query
// asks for.
RowRange rows_of(const BarQuery& query, const std::vector<std::int64_t>& ts_us,
                 std::size_t finished);

// The rows [begin, end) of a series.
trading::BarSeries cut(const trading::BarSeries& series, std::size_t begin, std::size_t end);

}  // namespace broker
