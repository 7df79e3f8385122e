#include "execution_broker/ledger/row_text.h"

#include <array>

#include "trading/base/invariant.h"

namespace broker {

namespace {

template <typename Enum, std::size_t N>
Enum read_name(std::string_view text, const std::array<Enum, N>& all) {
  for (const Enum candidate : all)
    if (name_of(candidate) == text) return candidate;
  INVARIANT(false, "the ledger holds only names that the broker wrote");
}

}  // namespace

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::kEntry: return "entry";
    case Purpose::kExit: return "exit";
    case Purpose::kStop: return "stop";
    case Purpose::kTarget: return "target";
    case Purpose::kSquareOff: return "square_off";
  }
  INVARIANT(false, "a purpose has a name");
}

trading::Side read_side(std::string_view text) {
  return read_name(text, std::array{trading::Side::kBuy, trading::Side::kSell});
}
trading::OrderType read_order_type(std::string_view text) {
  using trading::OrderType;
  return read_name(text, std::array{OrderType::kMarket, OrderType::kLimit, OrderType::kStopLimit, OrderType::kStopMarket});
}
trading::Product read_product(std::string_view text) {
  return read_name(text, std::array{trading::Product::kIntraday, trading::Product::kDelivery});
}
trading::OrderState read_order_state(std::string_view text) {
  const auto state = trading::parse_order_state(text);
  INVARIANT(state.has_value(), "the ledger holds only states of the order-state table");
  return *state;
}
trading::OrderClass read_order_class(std::string_view text) {
  using trading::OrderClass;
  return read_name(text, std::array{OrderClass::kEntry, OrderClass::kExit, OrderClass::kProtection, OrderClass::kCancel});
}
Purpose read_purpose(std::string_view text) {
  return read_name(text, std::array{Purpose::kEntry, Purpose::kExit, Purpose::kStop, Purpose::kTarget, Purpose::kSquareOff});
}

static_assert(trading::kChargeKinds == 8, "CHARGE_COLUMNS names every kind");

trading::ChargeLines read_charges(const Statement& row, int first_column) {
  trading::ChargeLines charges;
  for (int kind = 0; kind < kChargeColumns; ++kind)
    charges.lines[static_cast<std::size_t>(kind)] = trading::Accrual(row.int64(first_column + kind));
  return charges;
}

Statement& bind_charges(Statement& statement, int first_parameter, const trading::ChargeLines& charges) {
  for (int kind = 0; kind < kChargeColumns; ++kind)
    statement.bind(first_parameter + kind, charges.lines[static_cast<std::size_t>(kind)].value());
  return statement;
}

std::optional<trading::Price> read_price(const Statement& row, int column) {
  const auto value = row.optional_int64(column);
  return value ? std::optional(trading::Price(*value)) : std::nullopt;
}

}  // namespace broker
