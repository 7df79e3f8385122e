#include "mcp_gateway/research/backtest/trade.h"

#include <array>

#include "trading/base/names.h"

namespace research {

namespace {

constexpr std::array<trading::NameRow<ExitReason>, 6> kReasons{{
    {ExitReason::kSignal, "signal"},
    {ExitReason::kStop, "stop"},
    {ExitReason::kTarget, "target"},
    {ExitReason::kTrailingStop, "trailing_stop"},
    {ExitReason::kSquareOff, "square_off"},
    {ExitReason::kEnd, "end_of_data"},
}};

trading::Price average(trading::Accrual value, trading::Quantity quantity) {
  if (quantity.is_zero()) return {};
  return trading::Price(
      trading::divide(value.value(), quantity.value(), trading::Rounding::kHalfUp));
}

}  // namespace

std::string_view name_of(ExitReason reason) {
  return trading::name_in(kReasons, reason);
}

trading::Price Trade::entry_price() const {
  return average(entry_value, quantity);
}
trading::Price Trade::exit_price() const {
  return average(exit_value, quantity);
}
trading::Accrual Trade::gross() const {
  return side == trading::Side::kBuy ? exit_value - entry_value : entry_value - exit_value;
}

}  // namespace research
