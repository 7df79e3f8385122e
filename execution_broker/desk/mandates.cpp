#include "execution_broker/desk/mandates.h"

#include <algorithm>

#include "execution_broker/risk/order_figures.h"

namespace broker {

using trading::Accrual;
using trading::CanonicalJson;
using trading::make_error;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Status;
using trading::Timestamp;

namespace {

trading::Error invalid(const std::string& what) {
  return make_error("MANDATE_INVALID", "the mandate " + what, "approval_cli mandate --help shows what it takes");
}

bool is_within(const MandateLine& line, const trading::OrderRequest& order) {
  if (line.symbol != order.symbol || line.side != order.side || order.quantity > line.most_quantity) return false;
  return order.side == trading::Side::kBuy ? *order.limit_price <= line.worst_price : *order.limit_price >= line.worst_price;
}

}  // namespace

Status check_terms(const MandateTerms& terms, Timestamp now) {
  if (terms.lines.empty() || terms.lines.size() > kMostMandateLines)
    return invalid("needs 1 to " + std::to_string(kMostMandateLines) + " lines");
  if (terms.most_entries < 1 || terms.most_entries > kMostMandateEntries)
    return invalid("needs 1 to " + std::to_string(kMostMandateEntries) + " entries");
  if (!terms.most_value.is_positive() || !terms.most_loss.is_positive()) return invalid("needs a value and a loss above zero");
  if (terms.most_value > kMostMandateAmount || terms.most_loss > kMostMandateAmount)
    return invalid("has a value or a loss above 100 crore rupees");
  if (terms.until <= now || terms.until > now + trading::hours(24) || trading::date_of(terms.until) != trading::date_of(now))
    return invalid("must end later today");
  for (const MandateLine& line : terms.lines)
    if (!line.worst_price.is_positive() || !line.most_quantity.is_positive() || line.most_quantity > risk::kLargestQuantity ||
        line.worst_price > risk::kLargestPrice)
      return invalid("has a line whose price or quantity is out of bounds: " + line.symbol);
  return {};
}

CanonicalJson statement_of(const MandateTerms& terms) {
  CanonicalJson lines = CanonicalJson::array();
  for (const MandateLine& line : terms.lines)
    lines.push_back(CanonicalJson::object({{"symbol", line.symbol},
                                           {"side", name_of(line.side)},
                                           {"worst_price_e4", line.worst_price.value()},
                                           {"most_quantity", line.most_quantity.value()}}));
  return CanonicalJson::object({{"lines", lines},
                                {"product", "INTRADAY"},
                                {"order_type", "LIMIT"},
                                {"most_entries", terms.most_entries},
                                {"most_value_e4", terms.most_value.value()},
                                {"most_loss_e4", terms.most_loss.value()},
                                {"until_us", terms.until.us}});
}

Result<MandateTerms> terms_of(const CanonicalJson& statement) {
  MandateTerms terms;
  const CanonicalJson* lines = statement.find("lines");
  if (lines == nullptr || lines->if_array() == nullptr) return invalid("has no lines");
  for (const CanonicalJson& row : *lines->if_array()) {
    MandateLine line;
    ASSIGN_OR_RETURN(line.symbol, row.string_at("symbol"));
    ASSIGN_OR_RETURN(const std::string side, row.string_at("side"));
    ASSIGN_OR_RETURN(line.side, trading::parse_side(side));
    ASSIGN_OR_RETURN(const std::int64_t price, row.integer_at("worst_price_e4"));
    ASSIGN_OR_RETURN(const std::int64_t quantity, row.integer_at("most_quantity"));
    line.worst_price = Price(price);
    line.most_quantity = Quantity(quantity);
    terms.lines.push_back(std::move(line));
  }
  ASSIGN_OR_RETURN(terms.most_entries, statement.integer_at("most_entries"));
  ASSIGN_OR_RETURN(const std::int64_t value, statement.integer_at("most_value_e4"));
  ASSIGN_OR_RETURN(const std::int64_t loss, statement.integer_at("most_loss_e4"));
  ASSIGN_OR_RETURN(const std::int64_t until, statement.integer_at("until_us"));
  terms.most_value = Accrual(value);
  terms.most_loss = Accrual(loss);
  terms.until = Timestamp{until};
  return terms;
}

std::optional<MandateUse> use_of(const MandateTerms& terms, const MandateRow& spent, const risk::Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (facts.cls != trading::OrderClass::kEntry || order.product != trading::Product::kIntraday ||
      order.type != trading::OrderType::kLimit || !order.limit_price)
    return std::nullopt;
  if (spent.state != "active" || facts.market_now >= terms.until || spent.used_entries >= terms.most_entries) return std::nullopt;
  if (std::none_of(terms.lines.begin(), terms.lines.end(), [&](const MandateLine& line) { return is_within(line, order); }))
    return std::nullopt;
  const auto value = risk::order_value(facts);
  const auto loss = risk::worst_loss(facts);
  if (!value || !loss) return std::nullopt;  // what cannot be told is not within
  const Accrual counted = std::max(*loss, Accrual());
  if (spent.used_value + *value > terms.most_value || spent.used_loss + counted > terms.most_loss) return std::nullopt;
  return MandateUse{*value, counted};
}

}  // namespace broker
