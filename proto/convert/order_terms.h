#pragma once

// OrderTerms <-> trading::OrderRequest, and the enumerations of the trade. What comes in is checked
// for shape only (is it an order at all?): whether it may be placed is the checklist's business.

#include <optional>
#include <string_view>

#include "broker/v1/common.pb.h"
#include "proto/convert/field_errors.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"

namespace wire {

broker::v1::Side wire_of(trading::Side side);
broker::v1::OrderType wire_of(trading::OrderType type);
broker::v1::Product wire_of(trading::Product product);

// Unspecified or unknown: a field error is added and the result is only a placeholder.
trading::Side side_of(broker::v1::Side side, FieldErrors& errors);
trading::OrderType order_type_of(broker::v1::OrderType type, FieldErrors& errors);
trading::Product product_of(broker::v1::Product product, FieldErrors& errors);

// One field of a request, for the services whose messages are not OrderTerms. Same rules, same
// words.
void check_symbol(std::string_view symbol, FieldErrors& errors);
void check_optional_symbol(std::string_view symbol, FieldErrors& errors);  // empty = none
void check_order_id(std::string_view order_id, FieldErrors& errors);
void check_request_id(std::string_view request_id, FieldErrors& errors);  // empty = none
trading::Quantity quantity_of(std::string_view field, std::int64_t value, FieldErrors& errors);
trading::Price price_of(std::string_view field, std::int64_t value_e4, FieldErrors& errors);
inline std::optional<trading::Price> optional_price_of(std::string_view field, bool has,
                                                       std::int64_t value_e4, FieldErrors& errors) {
  if (!has) return std::nullopt;
  return price_of(field, value_e4, errors);
}
std::optional<trading::Timestamp> optional_time_of(std::string_view field, bool has,
                                                   std::int64_t value_us, FieldErrors& errors);

// INVALID_ARGUMENT naming every bad field. Prices that the order type does not take are bad fields
// too: they would otherwise be dropped in silence.
trading::Result<trading::OrderRequest> order_request_of(const broker::v1::OrderTerms& terms);
void write(const trading::OrderRequest& request, broker::v1::OrderTerms& terms);

}  // namespace wire
