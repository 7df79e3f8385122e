// Good-till-triggered rules.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/order_request.h"
#include "tests/sandbox_exchange/rest_functions.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::int64_t kDefaultDays = 365;
constexpr std::size_t kTooManyCancelled = 100;

std::string utc_text(Timestamp t) {
  const std::string shifted = iso_minute(t - seconds(19'800));
  return shifted.substr(0, 19) + ".000Z";
}

Json rule_row(const GttRule& rule) {
  return {{"id", rule.id},
          {"status", rule.status},
          {"createddate", utc_text(rule.created)},
          {"updateddate", utc_text(rule.updated)},
          {"expirydate", utc_text(rule.expires)},
          {"clientid", rule.client_code},
          {"tradingsymbol", rule.listing->symbol},
          {"symboltoken", rule.listing->token},
          {"exchange", rule.listing->segment},
          {"transactiontype", rule.is_buy ? "BUY" : "SELL"},
          {"producttype", rule.product},
          {"price", two_decimals(rule.price)},
          {"qty", std::to_string(rule.quantity)},
          {"triggerprice", two_decimals(rule.trigger)},
          {"disclosedqty", std::to_string(rule.disclosed)}};
}

// Amounts that create and modify share; the code of the first bad one.
Refusal read_amounts(const Json& body, GttRule& rule) {
  if (!read_quantity(body, "qty", rule.quantity) || rule.quantity == 0) return {"AB9006", "Invalid Order Quantity"};
  if (!read_quantity(body, "disclosedqty", rule.disclosed)) return {"AB9007", "Invalid Disclosed Quantity"};
  if (!read_price(body, "price", rule.price) || rule.price.is_zero()) return {"AB9008", "Invalid Price"};
  if (!read_price(body, "triggerprice", rule.trigger) || rule.trigger.is_zero()) return {"AB9009", "Invalid Trigger Price"};
  std::int64_t days = kDefaultDays;
  if (!read_quantity(body, "timeperiod", days) || days == 0 || days > kDefaultDays) return {"AB9016", "Invalid Time Period"};
  rule.expires = rule.created + hours(24 * days);
  return {};
}

Answer with_id(const GttRule& rule) { return answer_with({{"id", std::to_string(rule.id)}}); }

GttRule* rule_of(Call& call) { return call.world.gtt.find(call.account->client_code, text_at(call.body, "id")); }

}  // namespace

Answer create_rule(Call& call) {
  GttRule rule;
  rule.client_code = call.account->client_code;
  rule.created = rule.updated = call.now;
  const std::string exchange = text_at(call.body, "exchange");
  if (exchange != "NSE" && exchange != "BSE") return refuse("AB9010", "Invalid Exchange Segment");
  rule.listing = call.world.listings.find(exchange, text_at(call.body, "symboltoken"));
  if (rule.listing == nullptr) return refuse("AB9011", "Invalid Symbol Token");
  if (rule.listing->symbol != text_at(call.body, "tradingsymbol")) return refuse("AB9012", "Invalid Trading Symbol");
  const std::string side = text_at(call.body, "transactiontype");
  if (side != "BUY" && side != "SELL") return refuse("AB9014", "Invalid Order Side");
  rule.is_buy = side == "BUY";
  rule.product = text_at(call.body, "producttype");
  if (rule.product != "DELIVERY" && rule.product != "MARGIN") return refuse("AB9015", "Invalid Product Type");
  if (const Refusal refusal = read_amounts(call.body, rule); !refusal.code.empty())
    return refuse(refusal.code, refusal.message);
  return with_id(call.world.gtt.add(rule));
}

Answer modify_rule(Call& call) {
  GttRule* rule = rule_of(call);
  if (rule == nullptr || rule->status == "CANCELLED") return refuse("AB9013", "Invalid Rule ID");
  GttRule wished = *rule;
  if (const Refusal refusal = read_amounts(call.body, wished); !refusal.code.empty())
    return refuse(refusal.code, refusal.message);
  wished.updated = call.now;
  *rule = wished;
  return with_id(*rule);
}

Answer cancel_rule(Call& call) {
  GttRule* rule = rule_of(call);
  if (rule == nullptr || rule->status == "CANCELLED") return refuse("AB9013", "Invalid Rule ID");
  rule->status = "CANCELLED";
  rule->updated = call.now;
  return with_id(*rule);
}

Answer rule_details(Call& call) {
  const GttRule* rule = rule_of(call);
  if (rule == nullptr) return refuse("AB9013", "Invalid Rule ID");
  return answer_with(rule_row(*rule));
}

Answer rule_list(Call& call) {
  const auto statuses = call.body.find("status");
  if (statuses == call.body.end() || !statuses->is_array() || statuses->empty())
    return refuse("AB9004", "Invalid Status Array Size");
  std::int64_t page = 0;
  std::int64_t count = 0;
  if (!read_quantity(call.body, "page", page) || page == 0) return refuse("AB9017", "Invalid Page Value");
  if (!read_quantity(call.body, "count", count) || count == 0) return refuse("AB9018", "Invalid Count Value");
  std::vector<const GttRule*> wanted;
  std::size_t cancelled = 0;
  for (const GttRule& rule : call.world.gtt.all()) {
    if (rule.client_code != call.account->client_code) continue;
    const bool is_wanted = std::any_of(statuses->begin(), statuses->end(), [&](const Json& status) {
      return status == "FORALL" || status == rule.status;
    });
    if (is_wanted) wanted.push_back(&rule);
    if (is_wanted && rule.status == "CANCELLED") ++cancelled;
  }
  if (call.strike("Q51") || cancelled > kTooManyCancelled)
    return refuse("AB1004", "Something Went Wrong, Please Try After Sometime");
  Json rows = Json::array();
  const auto first = static_cast<std::size_t>((page - 1) * count);
  for (std::size_t i = first; i < wanted.size() && rows.size() < static_cast<std::size_t>(count); ++i)
    rows.push_back(rule_row(*wanted[i]));
  return answer_with(rows);
}

}  // namespace sandbox
