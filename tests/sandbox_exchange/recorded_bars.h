#pragma once

// Bars from files, as a market to replay: SYMBOL_nse_1m.csv, _5m.csv, _1d.csv with the columns
// ts,open,high,low,close,volume, ts at the bar's start with its offset. A symbol with several files
// walks along its shortest bars.

#include <map>
#include <string>
#include <vector>

#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace sandbox {

struct Bar {
  trading::Timestamp begin;
  trading::Price open;
  trading::Price high;
  trading::Price low;
  trading::Price close;
  std::int64_t volume = 0;
};

class RecordedBars {
 public:
  static trading::Result<RecordedBars> read(const std::string& folder);

  struct Series {
    trading::Duration interval;  // of one bar; a day for daily bars
    std::vector<Bar> bars;       // ascending
  };
  // Null where there is no file of that name.
  [[nodiscard]] const Series* series(std::string_view name) const;
  // The bar that covers `t`; null in gaps. Daily bars cover nothing inside a day.
  [[nodiscard]] const Bar* covering(std::string_view name, trading::Timestamp t) const;
  [[nodiscard]] std::vector<Bar> of_day(std::string_view name, trading::TradingDate date) const;
  // The last close before a date; zero where nothing stands before it.
  [[nodiscard]] trading::Price close_before(std::string_view name, trading::TradingDate date) const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::map<std::string, Series, std::less<>> series_;
};

}  // namespace sandbox
