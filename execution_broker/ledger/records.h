#pragma once

// What the ledger remembers, as values. Rows are read into these and never written back from them: every write is a
// named operation of Ledger.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trading/charges/charges.h"
#include "trading/orders/order.h"
#include "trading/positions/position.h"

namespace broker {

// Why an order exists. The class says which checks apply; the purpose is what a trader calls it.
enum class Purpose { kEntry, kExit, kStop, kTarget, kSquareOff };
std::string_view name_of(Purpose purpose);  // "square_off"

struct OrderRecord {
  std::int64_t order_seq = 0;  // 1, 2, 3 ... of this ledger
  std::string order_id;        // "P-000001": what people and agents say
  trading::OrderRequest request;
  trading::OrderClass order_class = trading::OrderClass::kEntry;
  Purpose purpose = Purpose::kEntry;
  trading::OrderState state = trading::OrderState::kNew;
  std::int64_t parent_seq = 0;   // entry whose position a stop or square-off serves; 0 = none
  std::string role;              // agent | operator | broker
  std::uint32_t uid = 0;
  std::int64_t epoch = 1;        // of the paper account
  std::string ordertag;          // empty until submitted
  std::string exchange_order_id;
  trading::Quantity filled;
  trading::Accrual filled_value; // sum of price x quantity
  trading::ChargeLines charges;  // accrued by its fills
  trading::Accrual realized;     // by its fills, before charges
  std::string reason;            // of a refusal, rejection, cancellation; "CODE: sentence"
  std::string denials;           // canonical JSON array of {code,value,limit,fix,message}; "[]" when none
  trading::Timestamp created;    // market time
  trading::Timestamp updated;

  [[nodiscard]] trading::Quantity open_quantity() const { return request.quantity - filled; }
  [[nodiscard]] trading::Price average_price() const;  // rounded half up; zero when nothing filled
};

// Who asked for something under which request id: kept per uid and day. Without an id nothing is kept.
struct RequestNote {
  std::uint32_t uid = 0;
  trading::TradingDate day;
  std::string request_id;
  std::string fingerprint;  // of the verb and its arguments

  [[nodiscard]] bool is_named() const { return !request_id.empty(); }
};

struct FillRecord {
  std::int64_t fill_id = 0;
  std::int64_t order_seq = 0;
  std::string order_id;
  std::string symbol;
  trading::Side side = trading::Side::kBuy;
  trading::Product product = trading::Product::kDelivery;
  trading::Quantity quantity;
  trading::Price price;
  trading::Timestamp market_ts;
  trading::Timestamp bar_ts;
  trading::ChargeLines charges;
  trading::Accrual realized;     // before charges
  trading::Quantity closed;      // shares it closed
  trading::Quantity position_after;
  trading::Accrual cost_before;  // of the position
  Purpose purpose = Purpose::kEntry;
  std::string strategy;          // of the position it served
};

struct PositionRecord {
  trading::Position position;
  trading::Quantity settled;     // delivery: in the holdings (T+1 passed)
  std::optional<trading::Price> stop_loss;
  std::optional<trading::Price> target;
  std::int64_t entry_seq = 0;    // newest entry order
  std::string strategy;
  trading::Timestamp opened;     // when it left flat
};

struct EquityMark {
  trading::Timestamp market_ts;
  trading::Accrual equity;
};

// A position from flat to flat.
struct RoundTrip {
  std::string symbol;
  trading::Product product = trading::Product::kDelivery;
  std::string strategy;
  trading::Side side = trading::Side::kBuy;
  trading::Quantity quantity;    // largest held
  trading::Timestamp opened;
  trading::Timestamp closed;
  trading::Accrual pnl;          // before charges
  trading::Accrual charges;
  trading::Accrual entry_value;
  Purpose exit = Purpose::kExit;
  std::int64_t closing_fill = 0; // fill_id

  [[nodiscard]] bool is_loss() const { return (pnl - charges).is_negative(); }
};

}  // namespace broker
