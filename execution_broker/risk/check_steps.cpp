#include "execution_broker/risk/check_steps.h"

namespace broker::risk {

bool needs_limit_price(trading::OrderType type) {
  switch (type) {
    case trading::OrderType::kLimit:
    case trading::OrderType::kStopLimit:
      return true;
    case trading::OrderType::kMarket:
    case trading::OrderType::kStopMarket:
      return false;
  }
  return false;
}

bool needs_trigger_price(trading::OrderType type) {
  switch (type) {
    case trading::OrderType::kStopLimit:
    case trading::OrderType::kStopMarket:
      return true;
    case trading::OrderType::kMarket:
    case trading::OrderType::kLimit:
      return false;
  }
  return false;
}

bool is_modification(const Facts& facts) {
  return !facts.modifies_order_id.empty();
}

bool replaces(const Facts& facts, const OpenOrderFact& order) {
  return is_modification(facts) && order.order_id == facts.modifies_order_id;
}

std::string key_of(Limit limit) {
  return std::string(row_of(limit).key);
}

std::vector<std::pair<std::string_view, trading::Price>> prices_of(
    const trading::OrderRequest& order) {
  std::vector<std::pair<std::string_view, trading::Price>> out;
  if (needs_limit_price(order.type) && order.limit_price)
    out.emplace_back("price", *order.limit_price);
  if (needs_trigger_price(order.type) && order.trigger_price)
    out.emplace_back("trigger_price", *order.trigger_price);
  if (order.stop_loss) out.emplace_back("stop_loss", *order.stop_loss);
  if (order.target) out.emplace_back("target", *order.target);
  return out;
}

std::int64_t distance_bps(trading::Price price, trading::Price from) {
  return trading::mul_div(abs(price - from).value(), 10'000, from.value(), trading::Rounding::kUp);
}

CheckResult by_finding(const Finding& finding, std::string_view fact, DenialCode code,
                       const Facts& facts) {
  switch (finding.state) {
    case Finding::State::kGood:
      return pass();
    case Finding::State::kBad:
      return refuse(code, {.subject = facts.order.symbol, .detail = finding.reason});
    case Finding::State::kNotApplicable:
      return not_applicable(finding.reason);
    case Finding::State::kUnknown:
      break;
  }
  return unknown(std::string(fact) + (finding.reason.empty() ? "" : ": " + finding.reason));
}

CheckResult by_account_finding(const Finding& finding, std::string_view fact, DenialCode code,
                               const Facts& facts) {
  if (facts.mode.book == trading::TradingMode::kPaper)
    return not_applicable("paper has no exchange account");
  return by_finding(finding, fact, code, facts);
}

}  // namespace broker::risk
