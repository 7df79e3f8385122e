#pragma once

// Rows of the order book, the trade book and the order stream. What a row says about its order is
// read from `orderstatus`, and from `status` only where that is empty; a word that is not known
// means alive.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "execution_broker/exchange/smartapi/wire/fields.h"
#include "trading/base/money.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace broker::smartapi {

enum class OrderWord {
  kOpen,
  kComplete,
  kRejected,
  kCancelled,
  kTriggerPending,
  kOpenPending,
  kValidationPending,
  kPutOrderReceived,
  kModified,
  kNotModified,
  kModifyPending,
  kModifyValidationPending,
  kModifyReceived,
  kCancelPending,
  kNotCancelled,
  kAfterMarketReceived,
  kModifyAfterMarketReceived,
  kCancelledAfterMarket,
  kUnknown,  // a word nobody has documented: alive
};
OrderWord parse_order_word(std::string_view text);  // any case
bool is_terminal(OrderWord word);  // complete, rejected, cancelled, cancelled after market order

struct OrderRow {
  std::string order_id;
  std::string unique_order_id;    // REST only
  std::string exchange_order_id;  // empty until the exchange has it
  std::string ordertag;           // empty: not ours
  std::string trading_symbol;
  std::string token;  // may be empty
  std::string exchange;
  std::string product;     // as written: INTRADAY, MIS, DELIVERY, CNC...
  std::string order_type;  // as written: LIMIT, STOPLOSS_LIMIT, MARKET...
  std::string variety;
  std::string duration;
  trading::Side side = trading::Side::kBuy;
  std::int64_t quantity = 0;
  std::int64_t filled = 0;
  std::int64_t unfilled = 0;
  std::int64_t cancelled = 0;
  std::optional<trading::Price> limit_price;
  std::optional<trading::Price> trigger_price;
  std::optional<trading::Accrual> average_price;  // rounded to 1/10,000 rupee; empty = no fill
  OrderWord word = OrderWord::kUnknown;
  std::string word_text;  // as written
  bool is_done = false;   // nothing more will happen to it
  std::string reason;     // free text; never parsed for control
  std::optional<trading::Timestamp> updated;
};

// Of kOrderBook. An empty reply is an empty book: the caller knows it by ReplyKind::kEmpty.
trading::Result<Rows<OrderRow>> read_order_book(const Json& data);
// Of kOrderDetails.
trading::Result<OrderRow> read_order_details(const Json& data);

struct TradeRow {
  std::string order_id;
  std::string fill_id;
  std::string trading_symbol;
  std::string exchange;
  std::string product;
  trading::Side side = trading::Side::kBuy;
  std::int64_t quantity = 0;
  trading::Price price;
  std::string time;  // HH:MM:SS, the day is today
};
trading::Result<Rows<TradeRow>> read_trade_book(const Json& data);

// One text message of the order stream.
struct OrderUpdate {
  enum class Kind {
    kGreeting,   // the blank order after connecting
    kOrder,      // `row` says how an order stands
    kHeartbeat,  // "pong"
  };
  Kind kind = Kind::kHeartbeat;
  std::string code;  // AB05; says nothing by itself
  OrderRow row;
};
// ORDER_MESSAGE_INVALID: not JSON, or an order that cannot be read: the book has to be read.
trading::Result<OrderUpdate> read_order_message(std::string_view text);

}  // namespace broker::smartapi
