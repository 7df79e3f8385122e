#include "tests/sandbox_exchange/order_rows.h"

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

std::string option_type(const Listing& listing) {
  return listing.symbol.size() > 2 && listing.segment == "NFO" && listing.instrument_type.starts_with("OPT")
             ? listing.symbol.substr(listing.symbol.size() - 2)
             : "";
}

Json strike_of(const Listing& listing) {
  if (listing.is_cash()) return -1;
  const auto strike = Price::parse_rupees(listing.strike);
  return strike ? number(Price(strike->value() / 100)) : Json(0);
}

std::string strike_text(const Listing& listing) {
  const Json strike = strike_of(listing);
  return strike.dump();
}

std::string ratio(std::int64_t amount_e4, std::int64_t quantity) {
  return quantity == 0 ? "0.00" : two_decimals(divide(amount_e4, quantity, Rounding::kHalfUp));
}

}  // namespace

Json streamed_order_row(const Order& order) {
  const OrderTerms& terms = order.terms;
  const Listing& listing = *terms.listing;
  const bool has_contact = order.exchange_at.us != 0;
  const std::string exchange_time = has_contact ? day_month_year(order.exchange_at) : "";
  const bool has_fill = !order.trades.empty();
  return Json{{"variety", terms.variety},
              {"ordertype", words_of(terms.type)},
              {"ordertag", terms.tag},
              {"producttype", terms.product},
              {"price", number(terms.price)},
              {"triggerprice", number(terms.trigger)},
              {"quantity", std::to_string(terms.quantity)},
              {"disclosedquantity", std::to_string(terms.disclosed)},
              {"duration", terms.duration},
              {"squareoff", 0},
              {"stoploss", 0},
              {"trailingstoploss", 0},
              {"tradingsymbol", listing.symbol},
              {"transactiontype", terms.is_buy ? "BUY" : "SELL"},
              {"exchange", listing.segment},
              {"symboltoken", listing.token},
              {"instrumenttype", listing.instrument_type},
              {"strikeprice", strike_of(listing)},
              {"optiontype", option_type(listing)},
              {"expirydate", listing.expiry},
              {"lotsize", std::to_string(listing.lot_size)},
              {"cancelsize", std::to_string(order.cancelled)},
              {"averageprice", number(order.average())},
              {"filledshares", std::to_string(order.filled)},
              {"unfilledshares", std::to_string(order.open_quantity())},
              {"orderid", order.order_id},
              {"text", order.text},
              {"status", order.status()},
              {"orderstatus", words_of(order.state)},
              {"updatetime", day_month_year(order.updated_at)},
              {"exchtime", exchange_time},
              {"exchorderupdatetime", exchange_time},
              {"fillid", has_fill ? order.trades.back().fill_id : ""},
              {"filltime", has_fill ? clock_text(order.trades.back().at) : ""},
              {"parentorderid", ""}};
}

Json order_row(const Order& order) {
  Json row = streamed_order_row(order);
  row["uniqueorderid"] = order.unique_id;
  row["exchangeorderid"] = order.exchange_id;
  return row;
}

Json blank_streamed_row() {
  Order blank;
  Listing none;
  blank.terms.listing = &none;
  Json row = streamed_order_row(blank);
  for (auto& [key, value] : row.items())
    if (value.is_string()) value = "";
    else value = 0;
  return row;
}

Json trade_row(const Order& order, const Trade& trade) {
  const Listing& listing = *order.terms.listing;
  return Json{{"exchange", listing.segment},
              {"producttype", order.terms.product},
              {"tradingsymbol", listing.symbol},
              {"instrumenttype", listing.instrument_type},
              {"symbolgroup", listing.series()},
              {"strikeprice", strike_text(listing)},
              {"optiontype", option_type(listing)},
              {"expirydate", listing.expiry},
              {"marketlot", std::to_string(listing.lot_size)},
              {"precision", "2"},
              {"multiplier", "-1"},
              {"tradevalue", two_decimals(trade.price.value() * trade.quantity)},
              {"transactiontype", order.terms.is_buy ? "BUY" : "SELL"},
              {"fillprice", two_decimals(trade.price)},
              {"fillsize", std::to_string(trade.quantity)},
              {"orderid", order.order_id},
              {"fillid", trade.fill_id},
              {"filltime", clock_text(trade.at)}};
}

Json position_row(const Position& p, const Tape& tape) {
  const Listing& listing = *p.listing;
  const std::int64_t bought = p.buy_quantity + p.carried_buy_quantity;
  const std::int64_t sold = p.sell_quantity + p.carried_sell_quantity;
  const std::int64_t buy_value = p.buy_value_e4 + p.carried_buy_value_e4;
  const std::int64_t sell_value = p.sell_value_e4 + p.carried_sell_value_e4;
  const std::int64_t net = p.net();
  const std::int64_t pnl = p.flow_e4() + net * tape.last.value();
  const std::string net_price = net == 0 ? "0.00" : two_decimals(divide(std::abs(p.flow_e4()), std::abs(net), Rounding::kHalfUp));
  return Json{{"exchange", listing.segment},
              {"symboltoken", listing.token},
              {"producttype", p.product},
              {"tradingsymbol", listing.symbol},
              {"symbolname", listing.name},
              {"instrumenttype", listing.instrument_type},
              {"priceden", "1"},
              {"pricenum", "1"},
              {"genden", "1"},
              {"gennum", "1"},
              {"precision", "2"},
              {"multiplier", "-1"},
              {"boardlotsize", std::to_string(listing.lot_size)},
              {"buyqty", std::to_string(p.buy_quantity)},
              {"sellqty", std::to_string(p.sell_quantity)},
              {"buyamount", two_decimals(p.buy_value_e4)},
              {"sellamount", two_decimals(p.sell_value_e4)},
              {"symbolgroup", listing.series()},
              {"strikeprice", strike_text(listing)},
              {"optiontype", option_type(listing)},
              {"expirydate", listing.expiry},
              {"lotsize", std::to_string(listing.lot_size)},
              {"cfbuyqty", std::to_string(p.carried_buy_quantity)},
              {"cfsellqty", std::to_string(p.carried_sell_quantity)},
              {"cfbuyamount", two_decimals(p.carried_buy_value_e4)},
              {"cfsellamount", two_decimals(p.carried_sell_value_e4)},
              {"buyavgprice", ratio(p.buy_value_e4, p.buy_quantity)},
              {"sellavgprice", ratio(p.sell_value_e4, p.sell_quantity)},
              {"avgnetprice", net_price},
              {"netvalue", two_decimals(p.flow_e4())},
              {"netqty", std::to_string(net)},
              {"totalbuyvalue", two_decimals(buy_value)},
              {"totalsellvalue", two_decimals(sell_value)},
              {"cfbuyavgprice", ratio(p.carried_buy_value_e4, p.carried_buy_quantity)},
              {"cfsellavgprice", ratio(p.carried_sell_value_e4, p.carried_sell_quantity)},
              {"totalbuyavgprice", ratio(buy_value, bought)},
              {"totalsellavgprice", ratio(sell_value, sold)},
              {"netprice", net_price},
              {"pnl", two_decimals(pnl)},
              {"realised", two_decimals(p.realised_e4())},
              {"unrealised", two_decimals(pnl - p.realised_e4())},
              {"ltp", two_decimals(tape.last)},
              {"close", two_decimals(tape.previous_close)}};
}

Json holding_row(const Holding& holding, std::int64_t sold_today, const Tape& tape) {
  const Listing& listing = *holding.listing;
  const std::int64_t quantity = holding.settled + holding.t1 - sold_today;
  const std::int64_t profit_e4 = (tape.last.value() - holding.average.value()) * quantity;
  const std::int64_t cost_e4 = holding.average.value() * quantity;
  const std::int64_t percent_e4 = cost_e4 == 0 ? 0 : mul_div(profit_e4, 1'000'000, cost_e4, Rounding::kHalfUp);
  return Json{{"tradingsymbol", listing.symbol},
              {"exchange", listing.segment},
              {"isin", listing.isin},
              {"t1quantity", holding.t1},
              {"realisedquantity", holding.settled},
              {"quantity", quantity},
              {"authorisedquantity", 0},
              {"product", "DELIVERY"},
              {"collateralquantity", nullptr},
              {"collateraltype", nullptr},
              {"haircut", 0},
              {"averageprice", number(holding.average)},
              {"ltp", number(tape.last)},
              {"symboltoken", listing.token},
              {"close", number(tape.previous_close)},
              {"profitandloss", rupees_of_paise(divide(profit_e4, 100, Rounding::kHalfUp))},
              {"pnlpercentage", rupees_of_paise(divide(percent_e4, 100, Rounding::kHalfUp))}};
}

}  // namespace sandbox
