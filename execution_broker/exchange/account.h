#pragma once

// The account at the exchange member as the member tells it, in values of the house. Reads only.
// What the member left out is empty, never zero; a list that could not be read in full says so.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace broker {

// Of one answer of the member.
struct AccountAnswer {
  std::string source;             // "smartapi"
  std::string account;            // masked: "******56"
  trading::Timestamp read_at;     // market time of the answer
  trading::Duration age;          // since it came, by the steady clock
  std::vector<std::string> unreadable;  // rows that are there and could not be read: which, and why

  // False: nothing may be called absent or flat.
  [[nodiscard]] bool is_complete() const { return unreadable.empty(); }
};

struct AccountFunds {
  AccountAnswer answer;
  trading::Money net;
  trading::Money available_cash;  // a margin figure: pledged shares are in it
  std::optional<trading::Money> intraday_payin, collateral, utilised_debits, utilised_payout;
};

struct AccountPosition {
  std::string trading_symbol, exchange;
  std::string product;            // as the member writes it
  std::int64_t net_quantity = 0;  // negative = short; a closed position stays listed with 0
  std::int64_t buy_quantity = 0, sell_quantity = 0;
  trading::Accrual buy_average, sell_average;
  std::optional<trading::Accrual> realised, unrealised;
  std::optional<trading::Price> last_price;
};
struct AccountPositions {
  AccountAnswer answer;
  std::vector<AccountPosition> positions;
};

struct AccountHolding {
  std::string trading_symbol, exchange, isin;
  std::int64_t quantity = 0;     // all, the unsettled part included
  std::int64_t t1_quantity = 0;  // bought yesterday, not settled yet
  trading::Accrual average_price;
  std::optional<trading::Accrual> last_price;
};
struct AccountHoldings {
  AccountAnswer answer;
  std::vector<AccountHolding> holdings;
};

struct AccountOrder {
  std::string order_id, unique_order_id, exchange_order_id, ordertag;
  std::string trading_symbol, exchange;
  trading::Side side = trading::Side::kBuy;
  std::string product, order_type, status;  // as the member writes them
  bool is_done = false;                     // nothing more will happen to it
  std::int64_t quantity = 0, filled = 0, unfilled = 0, cancelled = 0;
  std::optional<trading::Price> limit_price, trigger_price;
  std::optional<trading::Accrual> average_price;
  std::string reason;  // the member's words: untrusted, one line of printable ASCII
  std::optional<trading::Timestamp> updated;
};
struct AccountOrderStatus {
  AccountAnswer answer;
  AccountOrder order;
};

// Answered on the thread of the call, by many at once; each waits for the network, a few seconds at
// most. NO_BROKER_ACCOUNT where there is none; a failed read is an error.
struct AccountReads {
  std::function<trading::Result<AccountFunds>()> funds;
  std::function<trading::Result<AccountPositions>()> positions;
  std::function<trading::Result<AccountHoldings>()> holdings;
  // By the member's number, its unique id, or our ordertag. ACCOUNT_ORDER_NOT_FOUND, and where rows
  // of the book could not be read ACCOUNT_BOOK_UNREADABLE instead.
  std::function<trading::Result<AccountOrderStatus>(const std::string& order_id)> order_status;
};

// What answers where no account is configured: every read is NO_BROKER_ACCOUNT.
inline AccountReads no_account(const std::string& why) {
  const trading::Error error = trading::make_error(
      "NO_BROKER_ACCOUNT", why,
      "ask the operator to set MARKET_DATA=smartapi and the four BROKER_* keys in the broker's .env; "
      "fetch_portfolio shows the paper book",
      trading::Retry::kNo);
  return {[error]() -> trading::Result<AccountFunds> { return error; },
          [error]() -> trading::Result<AccountPositions> { return error; },
          [error]() -> trading::Result<AccountHoldings> { return error; },
          [error](const std::string&) -> trading::Result<AccountOrderStatus> { return error; }};
}

}  // namespace broker
