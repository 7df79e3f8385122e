#include "execution_broker/exchange/smartapi/wire/order_rows.h"

#include <array>

#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

using trading::make_error;
using trading::Result;

struct WordRow {
  std::string_view text;
  OrderWord word;
};
constexpr std::array<WordRow, 18> kWords = {{
    {"open", OrderWord::kOpen},
    {"complete", OrderWord::kComplete},
    {"rejected", OrderWord::kRejected},
    {"cancelled", OrderWord::kCancelled},
    {"trigger pending", OrderWord::kTriggerPending},
    {"open pending", OrderWord::kOpenPending},
    {"validation pending", OrderWord::kValidationPending},
    {"put order req received", OrderWord::kPutOrderReceived},
    {"modified", OrderWord::kModified},
    {"not modified", OrderWord::kNotModified},
    {"modify pending", OrderWord::kModifyPending},
    {"modify validation pending", OrderWord::kModifyValidationPending},
    {"modify order req received", OrderWord::kModifyReceived},
    {"cancel pending", OrderWord::kCancelPending},
    {"not cancelled", OrderWord::kNotCancelled},
    {"after market order req received", OrderWord::kAfterMarketReceived},
    {"modify after market order req received", OrderWord::kModifyAfterMarketReceived},
    {"cancelled after market order", OrderWord::kCancelledAfterMarket},
}};

trading::Side side_of(FieldReader& fields) {
  const std::string text = fields.text("transactiontype");
  if (text != "BUY" && text != "SELL" && fields.is_good())
    fields.fail("transactiontype is " + trading::quoted(text) + ", neither BUY nor SELL");
  return text == "SELL" ? trading::Side::kSell : trading::Side::kBuy;
}

// The figures of one order must be able to be true together.
void check_counts(const OrderRow& row, FieldReader& fields) {
  if (row.quantity <= 0) fields.fail("quantity is not above zero");
  if (row.filled > row.quantity) fields.fail("filledshares is more than quantity");
  if (row.word == OrderWord::kComplete && row.filled != row.quantity)
    fields.fail("complete, with filledshares other than quantity");
  if (row.word == OrderWord::kRejected && row.filled != 0)
    fields.fail("rejected, with filledshares above zero");
}

OrderRow read_order(FieldReader& fields) {
  OrderRow row;
  row.order_id = fields.text("orderid");
  row.unique_order_id = fields.text_or_empty("uniqueorderid");
  row.exchange_order_id = fields.text_or_empty("exchangeorderid");
  row.ordertag = fields.text_or_empty("ordertag");
  row.trading_symbol = fields.text("tradingsymbol");
  row.token = fields.text_or_empty("symboltoken");
  row.exchange = fields.text("exchange");
  row.product = fields.text("producttype");
  row.order_type = fields.text("ordertype");
  row.variety = fields.text_or_empty("variety");
  row.duration = fields.text_or_empty("duration");
  row.side = side_of(fields);
  row.quantity = fields.whole("quantity");
  row.filled = fields.whole("filledshares");
  row.unfilled = fields.whole("unfilledshares");
  row.cancelled = fields.whole_if_any("cancelsize").value_or(0);
  row.limit_price = fields.price_if_any("price");
  row.trigger_price = fields.price_if_any("triggerprice");
  row.average_price = fields.figure_if_any("averageprice");
  if (row.average_price && row.average_price->is_zero()) row.average_price.reset();
  const std::string status = fields.text_or_empty("status");
  const std::string order_status = fields.text_or_empty("orderstatus");
  row.word_text = order_status.empty() ? status : order_status;
  if (row.word_text.empty()) fields.fail("status and orderstatus are both missing");
  row.word = parse_order_word(row.word_text);
  row.is_done = is_terminal(row.word);
  row.reason = fields.text_or_empty("text");
  row.updated = fields.time_if_any("updatetime");
  // A fill without a price is a fill nobody can book.
  if (row.filled > 0 && (!row.average_price || !row.average_price->is_positive()))
    fields.fail("filledshares without an averageprice");
  if (fields.is_good()) check_counts(row, fields);
  return row;
}

TradeRow read_trade(FieldReader& fields) {
  TradeRow row;
  row.order_id = fields.text("orderid");
  row.fill_id = fields.text("fillid");
  row.trading_symbol = fields.text("tradingsymbol");
  row.exchange = fields.text("exchange");
  row.product = fields.text("producttype");
  row.side = side_of(fields);
  row.quantity = fields.whole("fillsize");
  row.price = fields.price("fillprice");
  row.time = fields.text("filltime");
  if (row.quantity == 0) fields.fail("fillsize is zero");
  if (fields.is_good() && !row.price.is_positive()) fields.fail("fillprice is zero");
  return row;
}

trading::Error no_list(std::string_view call) {
  return make_error("SMARTAPI_NO_ANSWER", std::string(call) + " answered something that is no list",
                    "nothing follows from this answer; read again", trading::Retry::kSafe);
}

// The blank order that the stream greets with: no order id and no status.
bool is_blank(const Json& order) {
  FieldReader fields(order);
  return fields.is_good() && fields.text_or_empty("orderid").empty() &&
         fields.text_or_empty("orderstatus").empty() && fields.text_or_empty("status").empty() &&
         fields.text_or_empty("tradingsymbol").empty();
}

}  // namespace

OrderWord parse_order_word(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const WordRow& row : kWords)
    if (row.text == lower) return row.word;
  return OrderWord::kUnknown;
}

bool is_terminal(OrderWord word) {
  return word == OrderWord::kComplete || word == OrderWord::kRejected ||
         word == OrderWord::kCancelled || word == OrderWord::kCancelledAfterMarket;
}

Result<Rows<OrderRow>> read_order_book(const Json& data) {
  if (!data.is_array()) return no_list("getOrderBook");
  return read_rows<OrderRow>(data, "orderid", read_order);
}

Result<OrderRow> read_order_details(const Json& data) {
  FieldReader fields(data);
  OrderRow row = read_order(fields);
  if (fields.is_good()) return row;
  return make_error("SMARTAPI_NO_ANSWER", "details: the order cannot be read: " + fields.fault(),
                    "read the order book", trading::Retry::kSafe);
}

Result<Rows<TradeRow>> read_trade_book(const Json& data) {
  if (!data.is_array()) return no_list("getTradeBook");
  return read_rows<TradeRow>(data, "orderid", read_trade);
}

Result<OrderUpdate> read_order_message(std::string_view text) {
  OrderUpdate update;
  if (text == "pong") return update;
  const auto bad = [](const std::string& what) {
    return make_error("ORDER_MESSAGE_INVALID", "order stream: " + what,
                      "the order book has to be read", trading::Retry::kVerifyFirst);
  };
  auto body = parse_json(text);
  if (!body) return bad(body.error().what);
  FieldReader message(*body);
  update.code = message.text_or_empty("order-status");
  const Json& order = message.object("orderData");
  if (!message.is_good()) return bad(message.fault());
  if (is_blank(order)) {
    update.kind = OrderUpdate::Kind::kGreeting;
    return update;
  }
  FieldReader fields(order);
  update.row = read_order(fields);
  if (!fields.is_good()) return bad(fields.fault());
  update.kind = OrderUpdate::Kind::kOrder;
  return update;
}

}  // namespace broker::smartapi
