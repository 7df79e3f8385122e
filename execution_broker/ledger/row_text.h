#pragma once

// Enumerators and optional prices as rows keep them. A name that does not read back was not written by us: the file
// is damaged, and nothing in it may be trusted.

#include <optional>
#include <string_view>

#include "execution_broker/ledger/records.h"
#include "execution_broker/storage/statement.h"

namespace broker {

trading::Side read_side(std::string_view text);
trading::OrderType read_order_type(std::string_view text);
trading::Product read_product(std::string_view text);
trading::OrderState read_order_state(std::string_view text);
trading::OrderClass read_order_class(std::string_view text);
Purpose read_purpose(std::string_view text);
std::optional<trading::Price> read_price(const Statement& row, int column);

// The lines of charges as the columns of an order or a fill, in the order of ChargeKind.
#define CHARGE_COLUMNS "brokerage_e4, stt_e4, transaction_e4, sebi_e4, ipft_e4, stamp_e4, dp_e4, gst_e4"
inline constexpr int kChargeColumns = static_cast<int>(trading::kChargeKinds);
trading::ChargeLines read_charges(const Statement& row, int first_column);
Statement& bind_charges(Statement& statement, int first_parameter, const trading::ChargeLines& charges);

inline std::optional<std::int64_t> optional_value(const std::optional<trading::Price>& price) {
  return price ? std::optional(price->value()) : std::nullopt;
}

}  // namespace broker
