// Delivery sales are never sent: what the agent would sell becomes a recommendation, which a human places by hand. And the
// human's word about an order that nobody finds.

#include <algorithm>

#include "execution_broker/desk/book_desk.h"
#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::Quantity;
using trading::Result;
using trading::Status;

Result<RecommendationRow> BookDesk::block_delivery_sell(const Requester& who, const std::string& symbol, Quantity quantity,
                                                        const std::string& reason) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN([[maybe_unused]] const trading::Instrument* instrument, market_.source.instruments().find(symbol));
  ASSIGN_OR_RETURN(const auto open, records_.recommendations(true));
  constexpr std::size_t kMostOpen = 20;
  if (open.size() >= kMostOpen)
    return make_error("RECOMMENDATIONS_FULL", std::to_string(open.size()) + " recommendations wait to be read",
                      "the human closes them with approval_cli recommendations --done ID");
  RecommendationRow row;
  row.symbol = symbol;
  row.quantity = quantity;
  row.reason = reason;
  row.uid = who.uid;
  row.market_ts = market_.now();
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(records_.insert_recommendation(unit, row));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "block_delivery_sell_order.recommended", symbol,
                                 CanonicalJson::object({{"recommendation_id", row.recommendation_id},
                                                        {"symbol", symbol},
                                                        {"quantity", quantity.value()},
                                                        {"reason", reason}}),
                                 market_.now()));
  RETURN_IF_ERROR(unit.commit());
  return row;
}

Result<std::vector<RecommendationRow>> BookDesk::recommendations() { return records_.recommendations(false); }

Status BookDesk::close_recommendation(const Requester& who, std::int64_t recommendation_id) {
  ASSIGN_OR_RETURN(const auto open, records_.recommendations(true));
  if (std::none_of(open.begin(), open.end(), [&](const auto& row) { return row.recommendation_id == recommendation_id; }))
    return make_error("UNKNOWN_RECOMMENDATION", "recommendation " + std::to_string(recommendation_id) + " does not wait",
                      "approval_cli recommendations lists them");
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(records_.close_recommendation(unit, recommendation_id));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "recommendation.done", std::to_string(recommendation_id), CanonicalJson::object(), market_.now()));
  return unit.commit();
}

Result<OrderRecord> BookDesk::settle_order(const Requester& who, const std::string& order_id) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(const OrderRecord order, order_named(who, order_id));
  RETURN_IF_ERROR(reconcile_.settle(who, order));
  return order;
}

}  // namespace broker
