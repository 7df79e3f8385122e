#pragma once

// What a backtest trades and what became of it.

#include <cstdint>
#include <string_view>
#include <vector>

#include "trading/base/money.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace research {

enum class ExitReason {
  kSignal,
  kStop,
  kTarget,
  kTrailingStop,
  kSquareOff,
  kEnd,  // still open after the last bar: closed at its close
};
std::string_view name_of(ExitReason reason);  // "trailing_stop"

// One round trip: from flat to flat in one symbol. Values are price x quantity over all its fills.
struct Trade {
  std::size_t symbol = 0;  // index into the request's symbols
  trading::Side side = trading::Side::kBuy;
  std::uint32_t entry_bar = 0, exit_bar = 0;
  trading::Timestamp entry_ts, exit_ts;  // starts of those bars
  trading::Quantity quantity;            // all that was entered
  trading::Accrual entry_value, exit_value;
  trading::Accrual charges;  // accrued, with its share of the contract notes' rounding
  ExitReason reason = ExitReason::kSignal;
  bool is_closed = false;
  bool is_ambiguous = false;  // one bar held both sides of its fate

  [[nodiscard]] trading::Price entry_price() const;  // averages, rounded half up
  [[nodiscard]] trading::Price exit_price() const;
  [[nodiscard]] trading::Accrual gross() const;  // before charges
  [[nodiscard]] trading::Accrual pnl() const { return gross() - charges; }
};

}  // namespace research
