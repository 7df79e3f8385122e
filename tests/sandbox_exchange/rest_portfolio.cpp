// Positions, holdings, conversion, margin of a basket, estimate of charges.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/charge_estimate.h"
#include "tests/sandbox_exchange/funds.h"
#include "tests/sandbox_exchange/order_request.h"
#include "tests/sandbox_exchange/order_rows.h"
#include "tests/sandbox_exchange/rest_functions.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::size_t kMaxBasket = 50;

Json holding_rows(Call& call) {
  Json rows = Json::array();
  for (const auto& [listing, holding] : call.account->holdings) {
    const auto sold = call.account->positions.find({listing, "DELIVERY"});
    const std::int64_t sold_today = sold == call.account->positions.end() ? 0 : std::max<std::int64_t>(0, -sold->second.net());
    rows.push_back(holding_row(holding, sold_today, call.world.market->tape(*listing)));
  }
  return rows;
}

}  // namespace

Answer positions(Call& call) {
  Json rows = Json::array();
  for (const auto& [key, position] : call.account->positions)
    rows.push_back(position_row(position, call.world.market->tape(*position.listing)));
  const auto has_rows = [&](const ArmedFault&) { return !rows.empty(); };
  if (call.strike("Q28", has_rows))
    for (Json& row : rows) {
      const std::string value = row["netvalue"].get<std::string>();
      if (value.starts_with('-')) row["netvalue"] = "- " + value.substr(1);
      for (const char* key : {"realised", "unrealised", "pnl"})
        if (row[key] == "0.00") row[key] = "-0.00";
    }
  return answer_rows(call, rows, nullptr, "AB1016", "Position not found");
}

Answer convert_position(Call& call) {
  const Listing* listing = call.world.listings.find(text_at(call.body, "exchange"), text_at(call.body, "symboltoken"));
  const std::string from = text_at(call.body, "oldproducttype");
  const std::string to = text_at(call.body, "newproducttype");
  std::int64_t quantity = 0;
  if (listing == nullptr) return refuse("AB4006", "Invalid symboltoken");
  const auto found = call.account->positions.find({listing, from});
  const bool is_known = to == "DELIVERY" || to == "INTRADAY" || to == "MARGIN" || to == "CARRYFORWARD";
  if (!is_known || from == to) return refuse("AB1012", "Invalid Product Type");
  if (!read_quantity(call.body, "quantity", quantity) || quantity == 0 || found == call.account->positions.end() ||
      std::abs(found->second.net()) < quantity)
    return refuse("AB1017", "Position conversion failed");
  Position& old_position = found->second;
  const bool is_long = old_position.net() > 0;
  const std::int64_t side_quantity = is_long ? old_position.buy_quantity : old_position.sell_quantity;
  const std::int64_t side_value = is_long ? old_position.buy_value_e4 : old_position.sell_value_e4;
  if (side_quantity < quantity) return refuse("AB1017", "Position conversion failed");
  const std::int64_t moved = mul_div(side_value, quantity, side_quantity, Rounding::kHalfUp);
  Position& new_position = call.account->position(*listing, to);
  (is_long ? old_position.buy_quantity : old_position.sell_quantity) -= quantity;
  (is_long ? old_position.buy_value_e4 : old_position.sell_value_e4) -= moved;
  (is_long ? new_position.buy_quantity : new_position.sell_quantity) += quantity;
  (is_long ? new_position.buy_value_e4 : new_position.sell_value_e4) += moved;
  return answer_with(nullptr);
}

Answer holdings(Call& call) {
  return answer_rows(call, holding_rows(call), Json::array(), "AB1015", "Holding not found");
}

Answer all_holdings(Call& call) {
  const Json rows = holding_rows(call);
  if (rows.empty())
    return answer_rows(call, Json::array(), {{"holdings", nullptr}, {"totalholding", nullptr}}, "AB1015", "Holding not found");
  std::int64_t value = 0;
  std::int64_t invested = 0;
  for (const auto& [listing, holding] : call.account->holdings) {
    value += (holding.settled + holding.t1) * call.world.market->tape(*listing).last.value();
    invested += (holding.settled + holding.t1) * holding.average.value();
  }
  const auto rupees = [](std::int64_t e4) { return rupees_of_paise(divide(e4, 100, Rounding::kHalfUp)); };
  const Json total{{"totalholdingvalue", rupees(value)},
                   {"totalinvvalue", rupees(invested)},
                   {"totalprofitandloss", rupees(value - invested)},
                   {"totalpnlpercentage",
                    rupees(invested == 0 ? 0 : mul_div(value - invested, 1'000'000, invested, Rounding::kHalfUp))}};
  return answer_rows(call, {{"holdings", rows}, {"totalholding", total}}, nullptr, "AB1015", "Holding not found");
}

Answer margin_batch(Call& call) {
  const auto list = call.body.find("positions");
  if (list == call.body.end() || !list->is_array() || list->empty() || list->size() > kMaxBasket)
    return refuse("AB4022", "Null or Empty Margin Data");
  std::int64_t total = 0;
  std::int64_t delivery = 0;
  std::int64_t span = 0;
  for (const Json& entry : *list) {
    const Listing* listing = call.world.listings.find(text_at(entry, "exchange"), text_at(entry, "token"));
    Price price;
    std::int64_t quantity = 0;
    if (listing == nullptr || !read_price(entry, "price", price) || !read_quantity(entry, "qty", quantity) || quantity == 0)
      return refuse("AB4022", "Null or Empty Margin Data");
    if (price.is_zero()) price = call.world.market->tape(*listing).last;
    const std::string product = text_at(entry, "productType");
    const bool is_delivery_sell = product == "DELIVERY" && text_at(entry, "tradeType") == "SELL";
    const std::int64_t margin = is_delivery_sell ? 0 : margin_e4(*listing, product, price.value() * quantity);
    total += margin;
    (listing->is_cash() ? delivery : span) += margin;
  }
  const auto rupees = [](std::int64_t e4) { return rupees_of_paise(divide(e4, 100, Rounding::kUp)); };
  return answer_with({{"totalMarginRequired", rupees(total)},
                      {"marginComponents",
                       {{"netPremium", 0},
                        {"spanMargin", rupees(span)},
                        {"marginBenefit", 0},
                        {"deliveryMargin", 0},
                        {"nonNFOMargin", rupees(delivery)},
                        {"totOptionsPremium", 0}}},
                      {"marginBreakup", Json::array()},
                      {"optionsBuy", {{"totOptionsPremium", 0}, {"optionDetails", Json::array()}}}});
}

Answer estimate_charges(Call& call) {
  const auto list = call.body.find("orders");
  if (list == call.body.end() || !list->is_array() || list->empty()) return refuse("AB1007", "Invalid parameters");
  std::vector<ChargeEstimate> estimates;
  for (const Json& entry : *list) {
    const Listing* listing = call.world.listings.find(text_at(entry, "exchange"), text_at(entry, "token"));
    Price price;
    std::int64_t quantity = 0;
    const std::string side = text_at(entry, "transaction_type");
    if (listing == nullptr) return refuse("AB4006", "Invalid symboltoken");
    if (!read_price(entry, "price", price) || !read_quantity(entry, "quantity", quantity) || quantity == 0 ||
        (side != "BUY" && side != "SELL"))
      return refuse("AB1007", "Invalid parameters");
    estimates.push_back(estimate_of(*listing, text_at(entry, "product_type"), side == "BUY", price, quantity));
  }
  ChargeEstimate sum;
  Json each = Json::array();
  for (const ChargeEstimate& estimate : estimates) {
    sum.add(estimate);
    each.push_back(estimate.json());
  }
  return answer_with({{"summary", sum.json()}, {"charges", each}});
}

}  // namespace sandbox
