#pragma once

// One order of this exchange, from the broker's gate to the exchange's book, and what became of it.
//
//   received -> validation -> open pending -> open | trigger pending -> complete
//        \___________\_____________\-> rejected        \-> cancelled
//   after-market -> received at the next open
//
// The broker's gate and the exchange answer late: a reply to placeOrder only says "received".

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox_exchange/exchange_clock.h"
#include "tests/sandbox_exchange/listing.h"
#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace sandbox {

enum class OrderState {
  kReceived,
  kValidation,
  kOpenPending,
  kOpen,
  kTriggerPending,
  kComplete,
  kRejected,
  kCancelled,
  kAfterMarket,
  kAfterMarketCancelled,
};
std::string_view words_of(OrderState state);  // "trigger pending", as the order book spells it
bool is_final(OrderState state);

enum class OrderType { kLimit, kMarket, kStopLimit, kStopMarket };
std::string_view words_of(OrderType type);  // LIMIT, STOPLOSS_LIMIT ...

// What placeOrder asked for, read and checked for form.
struct OrderTerms {
  const Listing* listing = nullptr;
  std::string variety = "NORMAL";
  std::string product = "INTRADAY";
  std::string duration = "DAY";
  std::string tag;
  bool is_buy = true;
  OrderType type = OrderType::kLimit;
  trading::Price price;
  trading::Price trigger;
  std::int64_t quantity = 0;
  std::int64_t disclosed = 0;

  [[nodiscard]] bool is_stop() const {
    return type == OrderType::kStopLimit || type == OrderType::kStopMarket;
  }
};

struct Trade {
  std::string order_id;
  std::string fill_id;
  trading::Price price;
  std::int64_t quantity = 0;
  trading::Timestamp at;
};

struct Order {
  std::string order_id;
  std::string unique_id;
  std::string exchange_id;  // empty until the exchange has seen it
  std::string client_code;
  std::string source = "api";  // api, app (a human beside it), rms (the broker's own)
  OrderTerms terms;
  OrderType asked_type = OrderType::kLimit;  // before a MARKET became a LIMIT
  OrderState state = OrderState::kReceived;
  std::string shown_status;  // where `status` differs from the state ("modified", "not cancelled")
  std::string text;
  std::int64_t filled = 0;
  std::int64_t filled_value_e4 = 0;
  std::int64_t cancelled = 0;
  bool is_triggered = false;
  std::int64_t queue_ahead = 0;  // others' quantity before it at its price
  std::vector<Trade> trades;
  trading::Timestamp placed_at;
  trading::Timestamp updated_at;
  trading::Timestamp exchange_at;  // 0 before contact
  SteadyUs hidden_until = 0;       // absent from the order book until then ...
  int hidden_reads = 0;            // ... and for so many reads of it

  [[nodiscard]] std::int64_t open_quantity() const { return terms.quantity - filled - cancelled; }
  [[nodiscard]] bool is_alive() const { return !is_final(state); }
  [[nodiscard]] bool is_working() const { return state == OrderState::kOpen; }
  [[nodiscard]] trading::Price average() const;
  [[nodiscard]] std::string status() const;  // shown_status, else the state's words
};

}  // namespace sandbox
