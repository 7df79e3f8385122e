#include "execution_broker/exchange/smartapi/wire/portfolio_rows.h"

#include "trading/base/decimal.h"
#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

using trading::make_error;
using trading::Result;

trading::Error no_answer(std::string what) {
  return make_error("SMARTAPI_NO_ANSWER", std::move(what),
                    "nothing follows from this answer; read again", trading::Retry::kSafe);
}

std::string_view word_of(trading::Side side) {
  return side == trading::Side::kBuy ? "BUY" : "SELL";
}

trading::Side side_of(FieldReader& fields) {
  const std::string text = fields.text("transactiontype");
  if (text != "BUY" && text != "SELL" && fields.is_good())
    fields.fail("transactiontype is " + trading::quoted(text) + ", neither BUY nor SELL");
  return text == "SELL" ? trading::Side::kSell : trading::Side::kBuy;
}

PositionRow read_position(FieldReader& fields) {
  PositionRow row;
  row.exchange = fields.text("exchange");
  row.token = fields.text_or_empty("symboltoken");
  row.trading_symbol = fields.text("tradingsymbol");
  row.product = fields.text("producttype");
  row.net_quantity = fields.whole("netqty", true);
  row.buy_quantity = fields.whole("buyqty");
  row.sell_quantity = fields.whole("sellqty");
  row.buy_average = fields.figure("buyavgprice");
  row.sell_average = fields.figure("sellavgprice");
  row.net_value = fields.figure_if_any("netvalue");
  row.realised = fields.figure_if_any("realised");
  row.unrealised = fields.figure_if_any("unrealised");
  row.last_price = fields.price_if_any("ltp");
  return row;
}

HoldingRow read_holding(FieldReader& fields) {
  HoldingRow row;
  row.exchange = fields.text("exchange");
  row.token = fields.text_or_empty("symboltoken");
  row.trading_symbol = fields.text("tradingsymbol");
  row.isin = fields.text("isin");
  row.quantity = fields.whole("quantity");
  row.t1_quantity = fields.whole_if_any("t1quantity").value_or(0);
  row.average_price = fields.figure("averageprice");
  row.last_price = fields.figure_if_any("ltp");
  if (row.t1_quantity < 0) fields.fail("t1quantity is below zero");
  return row;
}

GttRule read_rule_of(FieldReader& fields, std::string id) {
  GttRule rule;
  rule.id = std::move(id);
  rule.status = fields.text("status");
  rule.exchange = fields.text("exchange");
  rule.token = fields.text_or_empty("symboltoken");
  rule.trading_symbol = fields.text("tradingsymbol");
  rule.product = fields.text("producttype");
  rule.side = side_of(fields);
  rule.quantity = fields.whole("qty");
  rule.price = fields.price("price");
  rule.trigger = fields.price("triggerprice");
  return rule;
}

GttRule read_rule(FieldReader& fields) { return read_rule_of(fields, fields.text("id")); }

// The leaves of a breakup: a line with lines below it is their sum.
void add_lines(const Json& breakup, std::vector<ChargeLine>& lines, std::string& fault, int depth) {
  for (const Json& item : breakup.items) {
    FieldReader fields(item);
    const ChargeLine line{fields.text("name"), fields.figure("amount")};
    if (!fields.is_good()) {
      fault = fields.fault();
      return;
    }
    const Json* below = item.find("breakup");
    if (below != nullptr && below->is_array() && !below->items.empty() && depth < 4)
      add_lines(*below, lines, fault, depth + 1);
    else
      lines.push_back(line);
  }
}

trading::Status check_basket(std::size_t size) {
  if (size == 0 || size > kMostMarginPositions)
    return make_error("WIRE_REQUEST_INVALID",
                      "a basket of " + std::to_string(size) + " orders; 1 to 50 can be asked for",
                      "ask for fewer at once");
  return {};
}

}  // namespace

Result<Rows<PositionRow>> read_positions(const Json& data) {
  if (!data.is_array()) return no_answer("getPosition answered something that is no list");
  return read_rows<PositionRow>(data, "tradingsymbol", read_position);
}

Result<Rows<HoldingRow>> read_holdings(const Json& data) {
  if (!data.is_array()) return no_answer("getHolding answered something that is no list");
  return read_rows<HoldingRow>(data, "tradingsymbol", read_holding);
}

Result<Rows<HoldingRow>> read_all_holdings(const Json& data) {
  // No holdings is `holdings` null or empty; a reply without that key says nothing.
  const Json* holdings = data.find("holdings");
  if (holdings == nullptr || (!holdings->is_null() && !holdings->is_array()))
    return no_answer("getAllHolding answered without a list of holdings");
  if (holdings->is_null()) return Rows<HoldingRow>{};
  return read_rows<HoldingRow>(*holdings, "tradingsymbol", read_holding);
}

Result<Funds> read_funds(const Json& data) {
  FieldReader fields(data);
  Funds funds;
  funds.net = fields.money("net");
  funds.available_cash = fields.money("availablecash");
  funds.intraday_payin = fields.money_if_any("availableintradaypayin");
  funds.collateral = fields.money_if_any("collateral");
  funds.utilised_debits = fields.money_if_any("utiliseddebits");
  funds.utilised_payout = fields.money_if_any("utilisedpayout");
  if (fields.is_good()) return funds;
  return no_answer("getRMS: the funds cannot be read: " + fields.fault());
}

Result<WireRequest> margin_request(const std::vector<MarginPosition>& basket) {
  RETURN_IF_ERROR(check_basket(basket.size()));
  std::string body = "{\"positions\":[";
  for (const MarginPosition& one : basket) {
    if (body.back() == '}') body += ",";
    body += "{\"exchange\":" + json_string(one.exchange) +
            ",\"qty\":" + std::to_string(one.quantity.value()) +
            ",\"price\":" + trading::format_decimal(one.price.value(), 4) +
            ",\"productType\":" + json_string(one.product) + ",\"token\":" + json_string(one.token) +
            ",\"tradeType\":" + json_string(word_of(one.side)) + ",\"orderType\":\"LIMIT\"}";
  }
  body += "]}";
  return WireRequest{Endpoint::kMargin, std::string(row_of(Endpoint::kMargin).path), body};
}

Result<trading::Money> read_margin(const Json& data) {
  const Json* total = data.find("totalMarginRequired");
  if (total != nullptr && (total->is_number() || total->is_string())) {
    const auto paise = parse_figure(total->text, 2, trading::Rounding::kUp);
    if (paise && *paise >= 0) return trading::Money(*paise);
  }
  return no_answer("margin: totalMarginRequired cannot be read");
}

Result<WireRequest> charges_request(const std::vector<ChargeOrder>& orders) {
  RETURN_IF_ERROR(check_basket(orders.size()));
  std::string body = "{\"orders\":[";
  for (const ChargeOrder& one : orders) {
    if (body.back() == '}') body += ",";
    body += "{\"product_type\":" + json_string(one.product) +
            ",\"transaction_type\":" + json_string(word_of(one.side)) + ",\"quantity\":\"" +
            std::to_string(one.quantity.value()) + "\",\"price\":\"" +
            trading::format_decimal(one.price.value(), 4) +
            "\",\"exchange\":" + json_string(one.exchange) +
            ",\"symbol_name\":" + json_string(one.symbol_name) +
            ",\"token\":" + json_string(one.token) + "}";
  }
  body += "]}";
  return WireRequest{Endpoint::kCharges, std::string(row_of(Endpoint::kCharges).path), body};
}

Result<Charges> read_charges(const Json& data) {
  FieldReader outer(data);
  const Json& summary = outer.object("summary");
  if (!outer.is_good()) return no_answer("estimateCharges: " + outer.fault());
  FieldReader fields(summary);
  Charges charges;
  charges.total = fields.figure("total_charges");
  charges.trade_value = fields.figure("trade_value");
  const Json& breakup = fields.list("breakup");
  std::string fault = fields.fault();
  if (fault.empty()) add_lines(breakup, charges.lines, fault, 0);
  if (!fault.empty()) return no_answer("estimateCharges: " + fault);
  return charges;
}

WireRequest gtt_list_request(int page, int count) {
  return {Endpoint::kGttList, std::string(row_of(Endpoint::kGttList).path),
          R"({"status":["NEW","ACTIVE","SENTTOEXCHANGE"],"page":)" + std::to_string(page) +
              ",\"count\":" + std::to_string(count) + "}"};
}

Result<Rows<GttRule>> read_gtt_list(const Json& data) {
  // The documentation prints one object where the service gives a list.
  if (data.is_object()) {
    Json list;
    list.kind = Json::Kind::kArray;
    list.items.push_back(data);
    return read_rows<GttRule>(list, "id", read_rule);
  }
  if (!data.is_array()) return no_answer("ruleList answered something that is no list");
  return read_rows<GttRule>(data, "id", read_rule);
}

WireRequest gtt_details_request(const std::string& id) {
  return {Endpoint::kGttDetails, std::string(row_of(Endpoint::kGttDetails).path),
          "{\"id\":" + json_string(id) + "}"};
}

Result<GttRule> read_gtt_details(const Json& data) {
  FieldReader fields(data);
  // It need not name the id it was asked for.
  GttRule rule = read_rule_of(fields, fields.text_or_empty("id"));
  if (fields.is_good()) return rule;
  return no_answer("ruleDetails: " + fields.fault());
}

Result<Rows<CautionaryScrip>> read_cautionary(const Json& data) {
  if (!data.is_array()) return no_answer("cautionaryScrips answered something that is no list");
  return read_rows<CautionaryScrip>(data, "token", [](FieldReader& fields) {
    return CautionaryScrip{fields.text("token"), fields.text("symbol"),
                           fields.text_or_empty("message")};
  });
}

}  // namespace broker::smartapi
