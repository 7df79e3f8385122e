#pragma once

// What a trade costs on NSE's cash market through Angel One: dated rates with their sources
// (trading/data/charge_rates.h).
//
// A fill accrues each line in 1/10,000 rupee, rounded half up. Brokerage is by executed order (the
// lower of a cap and a percentage, with a minimum), so a further fill of the same order accrues
// only the difference. The day's contract note turns sums into Money: STT and stamp to the whole
// rupee, the rest to the paisa. DP is charged by scrip and day on delivery sells.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trading/base/money.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace trading {

enum class ChargeKind { kBrokerage, kStt, kTransaction, kSebi, kIpft, kStamp, kDp, kGst };
inline constexpr std::size_t kChargeKinds = 8;
std::string_view name_of(ChargeKind kind);  // "stt"

struct ChargeLines {
  std::array<Accrual, kChargeKinds> lines{};
  [[nodiscard]] Accrual total() const;
  [[nodiscard]] Accrual operator[](ChargeKind kind) const {
    return lines[static_cast<std::size_t>(kind)];
  }
  Accrual& operator[](ChargeKind kind) { return lines[static_cast<std::size_t>(kind)]; }
  friend ChargeLines operator+(const ChargeLines& a, const ChargeLines& b);
};

struct FillForCharges {
  TradingDate date;
  Side side = Side::kBuy;
  Product product = Product::kIntraday;
  Quantity quantity;
  Price price;
  Accrual executed_before;              // turnover of the same order before this fill
  bool is_first_delivery_sell = false;  // of this scrip on this day: DP applies once
};

// Where the rates came from: "exact" when a table covers the date, else which nearest table stood
// in.
struct ChargesBasis {
  TradingDate rates_from;
  bool is_exact = true;
  std::string note;  // "" or "rates of 2026-03-01 stood in for 2012-05-04"
};

ChargeLines charges_of(const FillForCharges& fill);
ChargesBasis charges_basis(TradingDate date);

// The rounding of the day's contract note: accrued sums of a day -> Money a line.
std::array<Money, kChargeKinds> contract_note(const ChargeLines& day_total);

}  // namespace trading
