#pragma once

// The account's reads, typed. An error is never an empty book: only an answer that says "nothing"
// is, and a book with unreadable rows says so (Rows::is_complete).

#include <vector>

#include "execution_broker/exchange/smartapi/session/client.h"
#include "execution_broker/exchange/smartapi/wire/candle_wire.h"
#include "execution_broker/exchange/smartapi/wire/order_rows.h"
#include "execution_broker/exchange/smartapi/wire/portfolio_rows.h"
#include "execution_broker/exchange/smartapi/wire/quote_wire.h"

namespace broker::smartapi {

trading::Result<Profile> fetch_profile(Client& client);
trading::Result<Funds> fetch_funds(Client& client);
trading::Result<Rows<OrderRow>> fetch_order_book(Client& client);
trading::Result<Rows<TradeRow>> fetch_trade_book(Client& client);
// ORDER_NOT_FOUND by the service's own words is SMARTAPI_REFUSED.
trading::Result<OrderRow> fetch_order(Client& client, std::string_view unique_order_id);
trading::Result<Rows<PositionRow>> fetch_positions(Client& client);
// The same two, where "nothing" has to be told by two books: an empty one beside a trade book that
// holds trades is none (an order that traded stays in the one, its position in the other, with 0).
// SMARTAPI_BOOKS_DISAGREE. One call more, only when the first answer is empty.
trading::Result<Rows<OrderRow>> fetch_confirmed_order_book(Client& client);
trading::Result<Rows<PositionRow>> fetch_confirmed_positions(Client& client);
trading::Result<Rows<HoldingRow>> fetch_holdings(Client& client);
trading::Result<trading::Money> fetch_margin(Client& client, const std::vector<MarginPosition>& basket);
trading::Result<Charges> fetch_charges(Client& client, const std::vector<ChargeOrder>& orders);
// All pages, at most kMostGttPages.
trading::Result<Rows<GttRule>> fetch_gtt_rules(Client& client);
trading::Result<Rows<CautionaryScrip>> fetch_cautionary(Client& client);
trading::Result<QuoteReply> fetch_quotes(Client& client, QuoteMode mode, const std::vector<QuoteWanted>& wanted);
// One chunk: the span must not exceed days_a_request.
trading::Result<CandleReply> fetch_candles(Client& client, std::string_view exchange, std::string_view token,
                                           trading::Timeframe timeframe, trading::Timestamp from, trading::Timestamp until);

}  // namespace broker::smartapi
