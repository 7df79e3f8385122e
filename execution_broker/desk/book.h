#pragma once

// What the desk works on. A book is a mode with its ledger, its audit chain and its exchange; the parts of the desk
// share one of these by reference and own none of it.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "execution_broker/audit/audit_log.h"
#include "execution_broker/clock/clock.h"
#include "execution_broker/clock/virtual_clock.h"
#include "execution_broker/desk/requester.h"
#include "execution_broker/exchange/exchange.h"
#include "execution_broker/exchange/paper/paper_exchange.h"
#include "execution_broker/ledger/ledger.h"
#include "execution_broker/market/market_source.h"

namespace broker {

struct Book {
  trading::TradingMode mode = trading::TradingMode::kPaper;
  Ledger& ledger;
  AuditLog& audit;
  Exchange& exchange;
  PaperExchange* paper = nullptr;  // the same object when the exchange is ours to drive, otherwise null

  // False on the plain desk of a rehearsal: no stop, target or square-off of the broker's own stands at the exchange.
  [[nodiscard]] bool is_protected() const { return paper != nullptr; }
};

struct Market {
  const MarketSource& source;
  const Clock& clock;
  VirtualClock* virtual_clock = nullptr;  // null on a real market: time moves by itself

  [[nodiscard]] trading::Timestamp now() const { return clock.market_now(); }
  [[nodiscard]] trading::TradingDate today() const { return trading::date_of(clock.market_now()); }
};

// Set by the halt lane and by run/HALT from any thread, read by the desk last before anything is sent. It only ever
// says stop; the latch that follows in the ledger is what a human resumes from.
class HaltFlag {
 public:
  // How often it was raised, and whether it is: what a resuming desk has seen of it.
  using Seen = std::uint64_t;

  void raise() {
    Seen now = word_.load(std::memory_order_relaxed);
    while (!word_.compare_exchange_weak(now, (now + 2) | kRaised, std::memory_order_acq_rel)) {}
  }
  [[nodiscard]] bool is_raised() const { return (word_.load(std::memory_order_acquire) & kRaised) != 0; }
  [[nodiscard]] Seen seen() const { return word_.load(std::memory_order_acquire); }
  // Lowered only when nobody raised it since `seen`: a halt that came meanwhile stands. False: it stands.
  bool lower(Seen seen) { return word_.compare_exchange_strong(seen, seen & ~kRaised, std::memory_order_acq_rel); }

 private:
  static constexpr Seen kRaised = 1;  // the rest counts
  std::atomic<Seen> word_{0};
};

// What a change rests on, written in the unit of the change itself: a human's signature with its nonce.
using Warrant = std::function<trading::Status(Ledger::Unit&)>;

// One audit record in the transaction of its effect.
trading::Status audit_decision(Book& book, Ledger::Unit& unit, const Requester& who, const std::string& type,
                               const std::string& subject, trading::CanonicalJson body,
                               trading::Timestamp market_ts);

}  // namespace broker
