#pragma once

// Everything a check may see, gathered once and never changed: checks read no clock, no database
// and no network, so the same facts always give the same verdicts. Whatever can be unknown says so
// (std::optional, or a Finding that was never set): unknown refuses an entry and nothing else.
//
// Amounts are in 1/10,000 rupee (Accrual), quantities in shares, times are market time, ages are by
// the steady clock.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "execution_broker/risk/limits.h"
#include "trading/bars/bar.h"
#include "trading/base/money.h"
#include "trading/instruments/instrument.h"
#include "trading/orders/order.h"
#include "trading/time/exchange_calendar.h"
#include "trading/time/timestamp.h"

namespace broker::risk {

// The answer to a yes-or-no question about the world. Unknown until somebody looked.
struct Finding {
  enum class State { kUnknown, kGood, kBad, kNotApplicable };
  State state = State::kUnknown;
  std::string reason;  // bad: what is wrong; not applicable: why; unknown: what could not be read

  static Finding good() { return {State::kGood, ""}; }
  static Finding bad(std::string why) { return {State::kBad, std::move(why)}; }
  static Finding unknown(std::string why) { return {State::kUnknown, std::move(why)}; }
  static Finding not_applicable(std::string why) { return {State::kNotApplicable, std::move(why)}; }
};

enum class OperatorState { kOpen, kReduceOnly, kHalted };
std::string_view name_of(OperatorState state);  // "open", "reduce-only", "halted"

// A position of a book with the price it is worth now.
struct PositionFact {
  std::string symbol;
  trading::Product product = trading::Product::kDelivery;
  trading::Quantity quantity;  // net, negative = short; flat ones may be left out
  std::optional<trading::Price>
      last_price;      // the broker's own quote; unknown = its worth is unknown
  std::string sector;  // empty = not in the sector table
};

// An order of a book that rests at the exchange or is on its way there.
struct OpenOrderFact {
  std::string order_id;
  std::string symbol;
  trading::OrderClass cls =
      trading::OrderClass::kEntry;  // entry, exit (asked for) or protection (the broker's own)
  trading::Side side = trading::Side::kBuy;
  trading::Product product = trading::Product::kDelivery;
  trading::OrderType type = trading::OrderType::kLimit;
  trading::Quantity open_quantity;  // still to fill
  trading::Price
      price;  // what it counts at: its limit, else its trigger, else the price it was checked at
  bool is_triggered = false;  // SL and SL-M
  std::string sector;
};

// Profit and loss of a span of time, net of what was paid in or taken out.
struct ResultFact {
  trading::Accrual realized;
  trading::Accrual unrealized;  // change of the open positions' profit within the span
  trading::Accrual charges;     // paid or accrued, never negative

  [[nodiscard]] trading::Accrual net() const { return realized + unrealized - charges; }
};

// One book: the tagged one (orders of this broker), or the whole account (with what the human does
// beside it: net positions of the day, not his long-standing holdings). On paper both are the same.
struct BookFacts {
  std::optional<trading::Accrual> cash;
  std::optional<trading::Accrual> equity_at_open;  // at the day's open: of this the purse is made
  std::optional<trading::Accrual> equity_now;      // marked
  std::optional<trading::Accrual>
      peak_equity;  // highest marked equity, net of pay-ins, since a human last restarted
  std::optional<ResultFact> today;
  std::optional<ResultFact> week;                      // since Monday's open
  std::optional<trading::Accrual> turnover_today;      // bought plus sold
  std::optional<std::vector<PositionFact>> positions;  // a failed read is unknown, never "flat"
  std::optional<std::vector<OpenOrderFact>> open_orders;
};

// An entry that was admitted today.
struct PastEntry {
  std::string symbol;
  trading::Side side = trading::Side::kBuy;
  std::string fingerprint;  // fingerprint_of() of its request
  trading::Duration age;
};

// A minute of entries_per_minute.
inline constexpr trading::Duration kEntriesMinute = trading::minutes(1);
// How far back a check looks at single entries: the longest window of the limits.
[[nodiscard]] trading::Duration entries_window(const EffectiveLimits& limits);

struct RateFacts {
  std::int64_t entries_today = 0;
  std::vector<PastEntry> recent_entries;  // those of today within entries_window(), at least
  std::int64_t messages_last_second =
      0;  // of the agent's side: P and C have a reserve of their own
  std::int64_t rejects_in_five_minutes = 0;      // by the exchange
  std::int64_t modifications_of_this_entry = 0;  // earlier ones, when this is a modification
  std::int64_t consecutive_losses = 0;
  std::optional<trading::Duration> since_last_loss;  // empty: no loss yet
};

// What the settings allow beside the limits.
struct PermissionFacts {
  std::vector<std::string> allowed_symbols;  // empty = every symbol
  std::vector<std::string> denied_symbols;
};

struct ModeFacts {
  trading::TradingMode book = trading::TradingMode::kPaper;       // whose book this order is for
  trading::TradingMode effective = trading::TradingMode::kPaper;  // what the broker runs in
  Finding live_ready;  // every condition of live at once; bad names what is missing; not applicable
                       // outside live
};

struct StateFacts {
  OperatorState operator_state = OperatorState::kHalted;
  std::string operator_reason;  // why it is not open: command, latch, halt file
  std::vector<std::string>
      unknown_symbols;     // symbols of orders whose outcome is open (SUBMITTING, UNKNOWN, ABSENT)
  Finding reconciliation;  // book and ledger agree
  Finding broker_session;  // logged in at the exchange member; not applicable on paper
  Finding write_probe;     // orders from this address are accepted; not applicable on paper
  Finding attest;          // root's finding about isolation is fresh; not applicable on paper
  Finding protection;  // a stop can stand at the exchange, or the delivery warning was signed, and
                       // an alarm stands by
  Finding ledger_writable;
  Finding audit_writable;
  std::optional<std::int64_t> free_disk_bytes;
};

struct Facts {
  // The order. For a modification: the order as it would be, `quantity` being the part still to
  // fill.
  trading::OrderRequest order;
  trading::OrderClass cls = trading::OrderClass::kEntry;
  std::string
      modifies_order_id;  // empty: a new order. The order of this id does not count against itself.

  trading::Instrument instrument;
  std::optional<trading::Price> tick;     // of the instrument, today
  std::optional<bool> has_intraday_data;  // false: daily bars alone
  Finding surveillance;      // good: on no list; not applicable: no list where the data come from
  Finding corporate_action;  // good: none today, or prices are adjusted for it
  std::optional<std::int64_t> average_daily_volume;  // shares, 20 finished days
  std::optional<trading::Quote> quote;

  trading::Timestamp market_now;
  trading::DayStatus day;                                         // of market_now's date
  trading::SessionPhase phase = trading::SessionPhase::kUnknown;  // for this instrument
  bool has_closing_auction = false;                               // this instrument, this day
  Finding clock;  // sane against boot time and the server's date header

  ModeFacts mode;
  EffectiveLimits limits;
  PermissionFacts permissions;
  BookFacts tagged;
  BookFacts account;
  std::optional<RateFacts> rate;
  StateFacts state;

  std::optional<trading::Bps>
      margin_rate;  // margin the exchange asks, of the order's value; 10,000 = all
  std::optional<trading::Accrual> margin_available;
  std::optional<trading::Quantity>
      canary_quantity;             // live: most shares until the canary steps are done
  bool is_canary_over = false;     // live: canary_quantity no longer counts
  std::optional<bool> is_tainted;  // the requester read outside text today
};

// What an order does to the book: an order against what is held is an exit, a delivery sale always
// is (there is no short delivery); anything else opens or enlarges. Positions must be known,
// otherwise it is an entry: the strict side.
trading::OrderClass classify(const trading::OrderRequest& order, const BookFacts& tagged);

// Orders that would do the same have the same fingerprint: symbol, side, quantity, product, type
// and prices.
std::string fingerprint_of(const trading::OrderRequest& order);

}  // namespace broker::risk
