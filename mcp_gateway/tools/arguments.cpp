#include "mcp_gateway/tools/arguments.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "mcp_gateway/mcp/tool_result.h"
#include "trading/base/decimal.h"
#include "trading/base/text.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

constexpr int kRupeeDecimals = 4;
constexpr std::size_t kLongestFixedDouble = 400;

}  // namespace

std::string exact_text(const json& number) {
  if (number.is_number_integer()) return std::to_string(number.get<std::int64_t>());
  // A double that came from "812.05" is the one whose shortest text is "812.05".
  std::array<char, kLongestFixedDouble> text{};
  const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(),
                                         number.get<double>(), std::chars_format::fixed);
  return code == std::errc{} ? std::string(text.data(), end) : std::string();
}

bool Arguments::has(const char* name) const {
  return values_.contains(name);
}

std::string Arguments::text(const char* name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->get<std::string>();
}

std::int64_t Arguments::whole(const char* name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? 0 : found->get<std::int64_t>();
}

bool Arguments::flag(const char* name) const {
  const auto found = values_.find(name);
  return found != values_.end() && found->get<bool>();
}

std::optional<std::int64_t> Arguments::rupees_e4(const char* name) {
  if (!has(name)) return std::nullopt;
  return scaled(name, kRupeeDecimals);
}

std::int64_t Arguments::scaled(const char* name, int decimals) {
  const auto found = values_.find(name);
  if (found == values_.end()) return 0;
  const std::string text = exact_text(*found);
  const auto value = trading::parse_decimal(text, decimals);
  if (value) return *value;
  fault(name, "must be a number with at most " + std::to_string(decimals) + " decimals, got " +
                  trading::quoted(text));
  return 0;
}

std::optional<trading::Timestamp> Arguments::from_time(const char* name) {
  return time(name, false);
}

std::optional<trading::Timestamp> Arguments::until_time(const char* name) {
  return time(name, true);
}

std::optional<trading::Timestamp> Arguments::time(const char* name, bool is_end) {
  if (!has(name)) return std::nullopt;
  const std::string given = text(name);
  if (const auto date = trading::parse_date(given)) {
    if (!is_end) return trading::timestamp_of(*date, trading::at(0, 0));
    return trading::timestamp_of(*date + 1, trading::at(0, 0)) - trading::microseconds(1);
  }
  const auto instant = trading::parse_timestamp(given);
  if (instant) return *instant;
  fault(name,
        "must be a date such as 2026-11-23 or a time such as 2026-11-23T09:15:00+05:30, got " +
            trading::quoted(given));
  return std::nullopt;
}

v1::Side Arguments::side(const char* name) const {
  return text(name) == "BUY" ? v1::SIDE_BUY : v1::SIDE_SELL;
}

v1::Product Arguments::product(const char* name) const {
  return text(name) == "INTRADAY" ? v1::PRODUCT_INTRADAY : v1::PRODUCT_DELIVERY;
}

v1::OrderType Arguments::order_type() const {
  const std::string type = text("order_type");
  if (type == "LIMIT") return v1::ORDER_TYPE_LIMIT;
  if (type == "SL") return v1::ORDER_TYPE_STOP_LIMIT;
  if (type == "SL-M") return v1::ORDER_TYPE_STOP_MARKET;
  return v1::ORDER_TYPE_MARKET;
}

void Arguments::fault(const char* name, const std::string& problem) {
  fields_.emplace_back(name);
  problems_ += (problems_.empty() ? "" : "; ") + std::string(name) + " " + problem;
}

std::optional<mcp::ToolResult> Arguments::refusal() const {
  if (fields_.empty()) return std::nullopt;
  return mcp::tool_error("INVALID_ARGUMENT", problems_,
                         "correct the named arguments and call again", mcp::Retry::kNo,
                         fields_.front());
}

v1::OrderTerms order_terms(Arguments& arguments) {
  v1::OrderTerms terms;
  const v1::OrderType type = arguments.order_type();
  if (arguments.has("price") && type != v1::ORDER_TYPE_LIMIT && type != v1::ORDER_TYPE_STOP_LIMIT) {
    arguments.fault(
        "price",
        "belongs to LIMIT and SL orders: the market decides where others fill; leave it "
        "out, or set order_type LIMIT");
  }
  terms.set_symbol(arguments.text("symbol"));
  terms.set_side(arguments.side());
  terms.set_quantity(arguments.whole("quantity"));
  terms.set_order_type(type);
  terms.set_product(arguments.product());
  if (const auto price = arguments.rupees_e4("price")) terms.set_limit_price_e4(*price);
  if (const auto price = arguments.rupees_e4("trigger_price")) terms.set_trigger_price_e4(*price);
  if (const auto price = arguments.rupees_e4("stop_loss")) terms.set_stop_loss_e4(*price);
  if (const auto price = arguments.rupees_e4("target")) terms.set_target_e4(*price);
  terms.set_strategy(arguments.text("strategy"));
  terms.set_request_id(arguments.text("request_id"));
  return terms;
}

}  // namespace tools
