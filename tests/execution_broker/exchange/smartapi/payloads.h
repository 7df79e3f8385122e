#pragma once

// Answers as the service's documentation and recordings show them, with invented values.

#include <string>
#include <string_view>

#include "execution_broker/exchange/smartapi/wire/reply.h"

namespace broker::smartapi::payloads {

inline std::string success(std::string_view data) {
  return R"({"status":true,"message":"SUCCESS","errorcode":"","data":)" + std::string(data) + "}";
}
inline std::string business_failure(std::string_view code, std::string_view message) {
  return R"({"status":false,"message":")" + std::string(message) + R"(","errorcode":")" +
         std::string(code) + R"(","data":null})";
}
inline std::string gateway_failure(std::string_view code, std::string_view message) {
  return R"({"success":false,"message":")" + std::string(message) + R"(","errorCode":")" +
         std::string(code) + R"(","data":""})";
}

inline constexpr std::string_view kTokens =
    R"({"jwtToken":"eyJhbGciOiJIUzUxMiJ9.jwt.sig","refreshToken":"eyJ.refresh.sig","feedToken":"eyJ.feed.sig","state":null})";

inline constexpr std::string_view kOrderRow =
    R"({"variety":"NORMAL","ordertype":"LIMIT","producttype":"INTRADAY","duration":"DAY","price":812.5,"triggerprice":0,
 "quantity":"10","disclosedquantity":"0","squareoff":0,"stoploss":0,"trailingstoploss":0,"tradingsymbol":"SBIN-EQ",
 "transactiontype":"BUY","exchange":"NSE","symboltoken":"3045","ordertag":"x7Q2m9","instrumenttype":"","strikeprice":-1,
 "optiontype":"","expirydate":"","lotsize":"1","cancelsize":"0","averageprice":812.45,"filledshares":"10","unfilledshares":"0",
 "orderid":"261123000000001","text":"","status":"complete","orderstatus":"complete","updatetime":"23-Nov-2026 10:15:02",
 "exchtime":"23-Nov-2026 10:15:02","exchorderupdatetime":"23-Nov-2026 10:15:02","fillid":"","filltime":"","parentorderid":"",
 "uniqueorderid":"8f0c0f5e-0000-4000-8000-000000000001","exchangeorderid":"1100000000000001"})";

inline constexpr std::string_view kTradeRow =
    R"({"exchange":"NSE","producttype":"INTRADAY","tradingsymbol":"SBIN-EQ","instrumenttype":"","symbolgroup":"EQ","strikeprice":"-1",
 "optiontype":"","expirydate":"","marketlot":"1","precision":"2","multiplier":"-1","tradevalue":"8124.50","transactiontype":"BUY",
 "fillprice":"812.45","fillsize":"10","orderid":"261123000000001","fillid":"50001234","filltime":"10:15:02"})";

inline constexpr std::string_view kPositionRow =
    R"({"exchange":"NSE","symboltoken":"3045","producttype":"INTRADAY","tradingsymbol":"SBIN-EQ","symbolname":"SBIN","instrumenttype":"",
 "priceden":"1","pricenum":"1","genden":"1","gennum":"1","precision":"2","multiplier":"-1","boardlotsize":"1","buyqty":"10",
 "sellqty":"0","buyamount":"8124.50","sellamount":"0.00","symbolgroup":"EQ","strikeprice":"-1","optiontype":"","expirydate":"",
 "lotsize":"1","cfbuyqty":"0","cfsellqty":"0","cfbuyamount":"0.00","cfsellamount":"0.00","buyavgprice":"812.45","sellavgprice":"0.00",
 "avgnetprice":"812.45","netvalue":"-8124.50","netqty":"10","totalbuyvalue":"8124.50","totalsellvalue":"0.00","cfbuyavgprice":"0.00",
 "cfsellavgprice":"0.00","totalbuyavgprice":"812.45","totalsellavgprice":"0.00","netprice":"812.45",
 "pnl":"5.50","realised":"0.00","unrealised":"5.50","ltp":"813.00","close":"809.10"})";

inline constexpr std::string_view kHoldingRow =
    R"({"tradingsymbol":"SBIN-EQ","exchange":"NSE","isin":"INE062A01020","t1quantity":0,"realisedquantity":5,"quantity":5,
 "authorisedquantity":0,"product":"DELIVERY","collateralquantity":null,"collateraltype":null,"haircut":0,"averageprice":700.1,
 "ltp":813,"symboltoken":"3045","close":809.1,"profitandloss":564.5,"pnlpercentage":16.13})";

inline constexpr std::string_view kFunds =
    R"({"net":"100000.00","availablecash":"100000.00","availableintradaypayin":"0.00","availablelimitmargin":"0.00","collateral":"0.00",
 "m2munrealized":"0.00","m2mrealized":"0.00","utiliseddebits":"0.00","utilisedspan":null,"utilisedoptionpremium":null,
 "utilisedholdingsales":null,"utilisedexposure":null,"utilisedturnover":null,"utilisedpayout":"100000.00"})";

inline constexpr std::string_view kFullQuote =
    R"({"exchange":"NSE","tradingSymbol":"SBIN-EQ","symbolToken":"3045","ltp":813,"open":810,"high":815.4,"low":808.2,"close":809.1,
 "lastTradeQty":5,"exchFeedTime":"23-Nov-2026 10:15:03","exchTradeTime":"23-Nov-2026 10:15:02","netChange":3.9,"percentChange":0.48,
 "avgPrice":811.7,"tradeVolume":1204511,"opnInterest":0,"lowerCircuit":728.2,"upperCircuit":890,"totBuyQuan":380112,
 "totSellQuan":512633,"52WeekLow":680,"52WeekHigh":912,"referenceLimitPrice":0,
 "depth":{"buy":[{"price":812.95,"quantity":40,"orders":2},{"price":812.9,"quantity":10,"orders":1},{"price":0,"quantity":0,"orders":0},{"price":0,"quantity":0,"orders":0},{"price":0,"quantity":0,"orders":0}],
 "sell":[{"price":813.05,"quantity":75,"orders":3},{"price":813.1,"quantity":12,"orders":1},{"price":813.2,"quantity":7,"orders":1},{"price":0,"quantity":0,"orders":0},{"price":0,"quantity":0,"orders":0}]}})";

inline constexpr std::string_view kGreeting =
    R"({"user-id":"A1","status-code":"200","order-status":"AB00","error-message":"","orderData":{"variety":"","ordertype":"","ordertag":"","producttype":"","price":0,"triggerprice":0,"quantity":"","disclosedquantity":"","duration":"","squareoff":0,"stoploss":0,"trailingstoploss":0,"tradingsymbol":"","transactiontype":"","exchange":"","symboltoken":"","instrumenttype":"","strikeprice":0,"optiontype":"","expirydate":"","lotsize":"","cancelsize":"","averageprice":0,"filledshares":"","unfilledshares":"","orderid":"","text":"","status":"","orderstatus":"","updatetime":"","exchtime":"","exchorderupdatetime":"","fillid":"","filltime":"","parentorderid":""}})";

// `text` with the first `from` replaced by `to`.
inline std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const auto at = out.find(from);
  if (at == std::string::npos) return "no such text: " + std::string(from);
  return out.replace(at, from.size(), to);
}

inline Json json(std::string_view text) {
  auto value = parse_json(text);
  return value ? *value : Json{};
}

}  // namespace broker::smartapi::payloads
