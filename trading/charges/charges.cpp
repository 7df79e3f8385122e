// Charges of one fill, by the rates of its day.

#include "trading/charges/charges.h"

#include <algorithm>

#include "trading/base/invariant.h"
#include "trading/base/names.h"
#include "trading/data/charge_rates.h"

namespace trading {

namespace {

constexpr std::array<NameRow<ChargeKind>, kChargeKinds> kNames{{
    {ChargeKind::kBrokerage, "brokerage"},
    {ChargeKind::kStt, "stt"},
    {ChargeKind::kTransaction, "transaction"},
    {ChargeKind::kSebi, "sebi"},
    {ChargeKind::kIpft, "ipft"},
    {ChargeKind::kStamp, "stamp"},
    {ChargeKind::kDp, "dp"},
    {ChargeKind::kGst, "gst"},
}};

constexpr std::int64_t kRateScale = 1'000'000'000;

// The newest row in force; the oldest one stands in for dates before it.
template <typename Row, std::size_t N>
const Row& row_at(const std::array<Row, N>& table, TradingDate date) {
  const Row* found = &table.front();
  for (const Row& row : table)
    if (row.since <= date) found = &row;
  return *found;
}

Accrual part_e9(Accrual turnover, std::int64_t rate_e9) {
  return Accrual(mul_div(turnover.value(), rate_e9, kRateScale, Rounding::kHalfUp));
}

template <std::size_t N>
Accrual rated(const std::array<data::RateRow, N>& table, const FillForCharges& fill,
              Accrual turnover) {
  const data::RateRow& row = row_at(table, fill.date);
  const bool is_buy = fill.side == Side::kBuy;
  switch (fill.product) {
    case Product::kDelivery:
      return part_e9(turnover, is_buy ? row.delivery_buy_e9 : row.delivery_sell_e9);
    case Product::kIntraday:
      return part_e9(turnover, is_buy ? row.intraday_buy_e9 : row.intraday_sell_e9);
  }
  INVARIANT(false, "product without rates");
}

// Brokerage of a whole order that has executed this turnover.
Accrual order_brokerage(TradingDate date, Product product, Accrual turnover) {
  if (turnover.is_zero()) return Accrual();
  const data::BrokerageRow& row = row_at(data::kBrokerage, date);
  const bool is_delivery = product == Product::kDelivery;
  const Accrual part = part_e9(turnover, is_delivery ? row.delivery_e9 : row.intraday_e9);
  const Accrual capped = std::min(part, is_delivery ? row.delivery_cap : row.intraday_cap);
  return std::max(capped, is_delivery ? row.delivery_minimum : row.intraday_minimum);
}

// Date of the row that is used, and of the first row where the table begins later than the date.
struct Coverage {
  TradingDate newest_in_force;
  TradingDate newest_stand_in;
  bool is_exact = true;

  template <typename Row, std::size_t N>
  void add(const std::array<Row, N>& table, TradingDate date) {
    const TradingDate since = row_at(table, date).since;
    newest_in_force = std::max(newest_in_force, since);
    if (since <= date) return;
    is_exact = false;
    newest_stand_in = std::max(newest_stand_in, since);
  }
};

Money to_whole_rupees(Accrual amount) {
  return Money(checked_mul(divide(amount.value(), kRupeeE4, Rounding::kHalfUp), 100));
}

}  // namespace

std::string_view name_of(ChargeKind kind) {
  return name_in(kNames, kind);
}

Accrual ChargeLines::total() const {
  Accrual sum;
  for (const Accrual line : lines) sum += line;
  return sum;
}

ChargeLines operator+(const ChargeLines& a, const ChargeLines& b) {
  ChargeLines sum = a;
  for (std::size_t i = 0; i < kChargeKinds; ++i) sum.lines[i] += b.lines[i];
  return sum;
}

ChargeLines charges_of(const FillForCharges& fill) {
  INVARIANT(fill.quantity.is_positive() && fill.price.is_positive() &&
                !fill.executed_before.is_negative(),
            "charges are of a fill with a positive quantity and price");
  const Accrual turnover = value_of(fill.price, fill.quantity);
  ChargeLines lines;
  lines[ChargeKind::kBrokerage] =
      order_brokerage(fill.date, fill.product, fill.executed_before + turnover) -
      order_brokerage(fill.date, fill.product, fill.executed_before);
  lines[ChargeKind::kStt] = rated(data::kStt, fill, turnover);
  lines[ChargeKind::kTransaction] = rated(data::kTransaction, fill, turnover);
  lines[ChargeKind::kSebi] = rated(data::kSebi, fill, turnover);
  lines[ChargeKind::kIpft] = rated(data::kIpft, fill, turnover);
  lines[ChargeKind::kStamp] = rated(data::kStamp, fill, turnover);
  if (fill.is_first_delivery_sell && fill.product == Product::kDelivery && fill.side == Side::kSell)
    lines[ChargeKind::kDp] = row_at(data::kDp, fill.date).amount;
  const Accrual taxed = lines[ChargeKind::kBrokerage] + lines[ChargeKind::kTransaction] +
                        lines[ChargeKind::kSebi] + lines[ChargeKind::kIpft] +
                        lines[ChargeKind::kDp];
  lines[ChargeKind::kGst] = part_of(taxed, row_at(data::kGst, fill.date).rate, Rounding::kHalfUp);
  return lines;
}

ChargesBasis charges_basis(TradingDate date) {
  Coverage coverage;
  coverage.add(data::kStt, date);
  coverage.add(data::kTransaction, date);
  coverage.add(data::kSebi, date);
  coverage.add(data::kIpft, date);
  coverage.add(data::kStamp, date);
  coverage.add(data::kGst, date);
  coverage.add(data::kBrokerage, date);
  coverage.add(data::kDp, date);
  ChargesBasis basis{coverage.newest_in_force, coverage.is_exact, ""};
  if (!basis.is_exact)
    basis.note = "rates of " + coverage.newest_stand_in.iso() + " stood in for " + date.iso();
  return basis;
}

std::array<Money, kChargeKinds> contract_note(const ChargeLines& day_total) {
  std::array<Money, kChargeKinds> note{};
  for (std::size_t i = 0; i < kChargeKinds; ++i) {
    const auto kind = static_cast<ChargeKind>(i);
    const bool is_whole_rupees = kind == ChargeKind::kStt || kind == ChargeKind::kStamp;
    note[i] = is_whole_rupees ? to_whole_rupees(day_total[kind])
                              : day_total[kind].money(Rounding::kHalfUp);
  }
  return note;
}

}  // namespace trading
