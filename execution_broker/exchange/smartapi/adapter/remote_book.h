#pragma once

// Our orders at the service, as far as anybody has told: durable in the book's database (remote_order, remote_trade), so that
// a restart forgets nothing. What is told (rows of the stream and of the order book, rows of the trade book; late, doubled,
// out of order) is merged monotonically into numbered events.
//
//   fills   come from the trade book alone: exact prices, a number each. A row that shows more filled shares than trades are
//           known waits for them: its end (cancelled) is told after its fills
//   states  a row never takes an order back: what has ended stays ended, what has triggered stays triggered
//   terms   a modification of ours is done when a row shows its terms
//
// Belongs to the desk's thread. Never sends anything.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/exchange/exchange.h"
#include "execution_broker/exchange/smartapi/wire/order_rows.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/storage/transaction.h"

namespace broker {

struct RemoteOrder {
  ExchangeOrder order;            // as placed, or as the newest modification left it
  std::string exchange_order_id;  // empty: nobody has told it yet
  trading::Quantity filled;       // sum of its trades
  trading::OrderState state = trading::OrderState::kSubmitting;
  std::optional<ExchangeModification> wanted;  // a modification on its way
};

// What a row and the trades told of one order give anew. Pure; `known` is moved on.
std::vector<ExchangeEvent> merge_row(RemoteOrder& known, const smartapi::OrderRow& row);

class RemoteBook {
 public:
  static trading::Result<RemoteBook> open(Database& database, const InstrumentMaster& instruments);

  // Before the first byte leaves; then what became of it. A `reason` ends it: it was not taken.
  trading::Status begin(const ExchangeOrder& order);
  trading::Status taken(const std::string& ordertag, const std::string& exchange_order_id);
  trading::Status not_taken(const std::string& ordertag);
  trading::Status begin_modification(const ExchangeModification& wanted);
  trading::Status drop_modification(const std::string& ordertag);

  // One transaction: what is new becomes events. Rows without a tag of ours are somebody else's and left alone.
  trading::Status merge(const std::vector<smartapi::OrderRow>& rows, const std::vector<smartapi::TradeRow>& trades,
                        trading::Timestamp market_now);

  [[nodiscard]] const RemoteOrder* find(const std::string& ordertag) const;
  // A row of the order book as the port tells it; nothing when it is not ours.
  [[nodiscard]] std::optional<ExchangeBookRow> book_row(const smartapi::OrderRow& row) const;
  [[nodiscard]] std::string symbol_of(std::string_view trading_symbol) const;
  // Something works or its outcome is open: the books are read often.
  [[nodiscard]] bool is_active() const;

 private:
  RemoteBook(Database& database, const InstrumentMaster& instruments) : database_(&database), instruments_(&instruments) {}
  trading::Status load();
  trading::Status keep(Transaction& transaction, const RemoteOrder& order);
  trading::Status adopt(Transaction& transaction, const smartapi::OrderRow& row);
  trading::Status merge_trades(Transaction& transaction, RemoteOrder& known, const std::vector<smartapi::TradeRow>& trades,
                               std::vector<ExchangeEvent>& events);
  trading::Status merge_in(Transaction& transaction, const std::vector<smartapi::OrderRow>& rows,
                           const std::vector<smartapi::TradeRow>& trades, trading::Timestamp market_now);

  Database* database_;
  const InstrumentMaster* instruments_;
  std::map<std::string, RemoteOrder> orders_;  // by tag; every order of ours that has not ended, and today's ended ones
};

}  // namespace broker
