#include "execution_broker/exchange/smartapi/session/account_reads.h"

#include <algorithm>

#include "trading/base/invariant.h"

namespace broker::smartapi {

namespace {

using trading::Result;

constexpr int kMostGttPages = 20;
constexpr int kGttPage = 50;

WireRequest get(Endpoint endpoint) { return {endpoint, std::string(row_of(endpoint).path), ""}; }

template <typename Row>
Result<Rows<Row>> rows_of(Client& client, const WireRequest& request,
                          Result<Rows<Row>> (*read_data)(const Json&)) {
  ASSIGN_OR_RETURN(const Reply reply, client.read(request));
  if (reply.kind == ReplyKind::kEmpty) return Rows<Row>{};
  return read_data(reply.data);
}

}  // namespace

Result<Profile> fetch_profile(Client& client) {
  ASSIGN_OR_RETURN(const Reply reply, client.read(get(Endpoint::kProfile)));
  return read_profile(reply.data);
}

Result<Funds> fetch_funds(Client& client) {
  ASSIGN_OR_RETURN(const Reply reply, client.read(get(Endpoint::kFunds)));
  return read_funds(reply.data);
}

Result<Rows<OrderRow>> fetch_order_book(Client& client) {
  return rows_of<OrderRow>(client, get(Endpoint::kOrderBook), read_order_book);
}

Result<Rows<TradeRow>> fetch_trade_book(Client& client) {
  return rows_of<TradeRow>(client, get(Endpoint::kTradeBook), read_trade_book);
}

Result<OrderRow> fetch_order(Client& client, std::string_view unique_order_id) {
  const bool is_id = !unique_order_id.empty() && unique_order_id.size() <= 64 &&
                     std::all_of(unique_order_id.begin(), unique_order_id.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-';
                     });
  if (!is_id)
    return trading::make_error("WIRE_REQUEST_INVALID", "details needs the unique order id that placing gave",
                               "look the order up in the order book by its ordertag");
  WireRequest request = get(Endpoint::kOrderDetails);
  request.path += unique_order_id;
  ASSIGN_OR_RETURN(const Reply reply, client.read(request));
  return read_order_details(reply.data);
}

Result<Rows<PositionRow>> fetch_positions(Client& client) {
  return rows_of<PositionRow>(client, get(Endpoint::kPositions), read_positions);
}

namespace {

template <typename Row>
Result<Rows<Row>> confirmed(Client& client, Result<Rows<Row>> rows, const char* book) {
  if (!rows || !rows->rows.empty() || !rows->unreadable.empty()) return rows;
  ASSIGN_OR_RETURN(const Rows<TradeRow> trades, fetch_trade_book(client));
  const std::size_t count = trades.rows.size() + trades.unreadable.size();
  if (count == 0) return rows;
  return trading::make_error("SMARTAPI_BOOKS_DISAGREE",
                             std::string(book) + " says that there is nothing, and the trade book holds " + std::to_string(count) +
                                 " trades of today",
                             "nothing follows from the empty one; read again, and look into the member's own app if it stays so",
                             trading::Retry::kSafe);
}

}  // namespace

Result<Rows<OrderRow>> fetch_confirmed_order_book(Client& client) {
  return confirmed(client, fetch_order_book(client), "getOrderBook");
}

Result<Rows<PositionRow>> fetch_confirmed_positions(Client& client) {
  return confirmed(client, fetch_positions(client), "getPosition");
}

Result<Rows<HoldingRow>> fetch_holdings(Client& client) {
  return rows_of<HoldingRow>(client, get(Endpoint::kAllHoldings), read_all_holdings);
}

Result<trading::Money> fetch_margin(Client& client, const std::vector<MarginPosition>& basket) {
  ASSIGN_OR_RETURN(const WireRequest request, margin_request(basket));
  ASSIGN_OR_RETURN(const Reply reply, client.read(request));
  return read_margin(reply.data);
}

Result<Charges> fetch_charges(Client& client, const std::vector<ChargeOrder>& orders) {
  ASSIGN_OR_RETURN(const WireRequest request, charges_request(orders));
  ASSIGN_OR_RETURN(const Reply reply, client.read(request));
  return read_charges(reply.data);
}

Result<Rows<GttRule>> fetch_gtt_rules(Client& client) {
  Rows<GttRule> all;
  for (int page = 1; page <= kMostGttPages; ++page) {
    ASSIGN_OR_RETURN(Rows<GttRule> rows,
                     rows_of<GttRule>(client, gtt_list_request(page, kGttPage), read_gtt_list));
    const std::size_t count = rows.rows.size() + rows.unreadable.size();
    std::move(rows.rows.begin(), rows.rows.end(), std::back_inserter(all.rows));
    std::move(rows.unreadable.begin(), rows.unreadable.end(), std::back_inserter(all.unreadable));
    if (count < std::size_t{kGttPage}) return all;
  }
  all.unreadable.push_back({"page " + std::to_string(kMostGttPages + 1), "not read: too many rules"});
  return all;
}

Result<Rows<CautionaryScrip>> fetch_cautionary(Client& client) {
  return rows_of<CautionaryScrip>(client, get(Endpoint::kCautionaryScrips), read_cautionary);
}

Result<QuoteReply> fetch_quotes(Client& client, QuoteMode mode, const std::vector<QuoteWanted>& wanted) {
  ASSIGN_OR_RETURN(const WireRequest request, quote_request(mode, wanted));
  ASSIGN_OR_RETURN(const Reply reply, client.read(request));
  return read_quotes(mode, wanted, reply.data);
}

Result<CandleReply> fetch_candles(Client& client, std::string_view exchange, std::string_view token,
                                  trading::Timeframe timeframe, trading::Timestamp from,
                                  trading::Timestamp until) {
  INVARIANT(trading::date_of(until).days - trading::date_of(from).days < days_a_request(timeframe),
            "a span that the service would cut in silence");
  ASSIGN_OR_RETURN(const Reply reply,
                   client.read(candle_request(exchange, token, timeframe, from, until)));
  if (reply.kind == ReplyKind::kEmpty) {
    CandleReply none;
    none.bars.timeframe = timeframe;
    return none;
  }
  return read_candles(timeframe, from, until, reply.data);
}

}  // namespace broker::smartapi
