#pragma once

// The port of an exchange, asynchronous as a real one: a command has an outcome (what became of the message), and
// everything later comes as events in a durable, numbered order. Paper goes through it exactly as live does.
// One thread (the desk) calls an Exchange.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "trading/bars/bar.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"

namespace broker {

struct ExchangeOrder {
  std::string ordertag;  // our own mark, unique for ever, at most 20 characters
  std::string symbol;
  trading::Side side = trading::Side::kBuy;
  trading::Quantity quantity;
  trading::Product product = trading::Product::kDelivery;
  trading::OrderType type = trading::OrderType::kLimit;
  std::optional<trading::Price> limit_price;
  std::optional<trading::Price> trigger_price;
  trading::OrderClass cls = trading::OrderClass::kEntry;  // whose share of the message budget it takes
  // Asked last, once the way to the exchange stands and before the first byte; false: it does not leave (kNotSent).
  std::function<bool()> may_leave = {};
};

// New terms of a resting order; every field is the new value, not a change. A stop may be turned into a limit.
struct ExchangeModification {
  std::string ordertag;
  trading::Quantity quantity;  // total, filled part included
  trading::OrderType type = trading::OrderType::kLimit;
  std::optional<trading::Price> limit_price;
  std::optional<trading::Price> trigger_price;
};

struct Outcome {
  enum class Kind {
    kAccepted,  // the exchange has it and gave it a number
    kRejected,  // definitely refused, with a reason
    kUnknown,   // sent, no trustworthy answer: reconcile, never resend
    kNotSent,   // not one byte left
  };
  Kind kind = Kind::kUnknown;
  std::string exchange_order_id;
  std::string reason;
};

struct ExchangeEvent {
  enum class Kind { kOpen, kTriggerPending, kTriggered, kFill, kModified, kCancelled, kRejected };
  std::int64_t seq = 0;  // ascending without gaps, durable
  Kind kind = Kind::kOpen;
  std::string ordertag;
  trading::Timestamp market_ts;
  trading::Timestamp bar_ts;      // fills: the bar that covers the print
  trading::Quantity quantity;     // fills: of this execution
  trading::Price price;           // fills
  trading::Timestamp print_ts;    // fills: the print that gave it; zero where the exchange does not say
  std::optional<trading::Hearing> heard;  // fills: how that print was heard
  std::string reason;             // cancelled, rejected: why ("day_end", "by request", ...)
};

// One row of the exchange's own order book, the truth that reconciliation reads.
struct ExchangeBookRow {
  std::string ordertag;
  std::string exchange_order_id;
  std::string symbol;
  trading::OrderState state = trading::OrderState::kOpen;
  trading::Quantity quantity;
  trading::Quantity filled;
  trading::OrderType type = trading::OrderType::kLimit;
  std::optional<trading::Price> limit_price;
  std::optional<trading::Price> trigger_price;
  std::int64_t last_event_seq = 0;
};

// How long an order may be missing from the book before it counts as ABSENT.
struct AbsencePolicy {
  int good_reads = 5;
  trading::Duration over = trading::seconds(60);
};

// What is known of the account behind an exchange, for the checklist. Each is empty or unset where nobody could look.
struct AccountStanding {
  bool is_remote = false;                        // false: there is no account beyond the ledger itself
  std::string session_problem;                   // why there is no session; empty = there is one
  std::string book_problem;                      // why its books are not known as of now; empty = they are
  std::optional<trading::Money> available_cash;  // by the account's own word
};
// Net quantity of a symbol in the account, whoever bought it.
struct NetPosition {
  std::string symbol;
  trading::Product product = trading::Product::kIntraday;
  trading::Quantity quantity;
};
// The books as one good read gave them. `order_book` holds the orders that carry a tag of ours.
struct BookReading {
  std::int64_t number = 0;            // rises with every good read
  std::int64_t begun_steady_us = 0;   // nothing that was sent later can be missing from it
  std::vector<ExchangeBookRow> order_book;
  std::vector<NetPosition> positions;
};

class Exchange {
 public:
  virtual ~Exchange() = default;
  [[nodiscard]] virtual std::string name() const = 0;  // "paper", "smartapi"
  // Its book stands in the ledger's own file, behind the intent in the same log: then the intent is durable whenever the
  // command is. Elsewhere the intent must be on the disk before the command leaves.
  [[nodiscard]] virtual bool is_in_the_ledgers_file() const = 0;
  virtual Outcome place(const ExchangeOrder& order) = 0;
  virtual Outcome modify(const ExchangeModification& modification) = 0;
  virtual Outcome cancel(const std::string& ordertag) = 0;
  // Events with seq > after, in order, at most `limit`. A failed read is an error, never an empty list.
  virtual trading::Result<std::vector<ExchangeEvent>> events(std::int64_t after, std::size_t limit) = 0;
  virtual trading::Result<std::vector<ExchangeBookRow>> order_book() = 0;
  [[nodiscard]] virtual AbsencePolicy absence_policy() const = 0;

  // --- an exchange that is told of by others as well (streams, reads of its books); paper has none of it
  // Brings what came meanwhile into events(). Does not wait; never inside a transaction.
  virtual trading::Status collect() { return {}; }
  // The newest good read of the books, if there is one that the caller has not seen (`after` = its number).
  virtual std::optional<BookReading> newest_reading(std::int64_t /*after*/) { return std::nullopt; }
  [[nodiscard]] virtual AccountStanding standing() const { return {}; }
};

}  // namespace broker
