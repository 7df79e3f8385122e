#pragma once

// What the desk works on. A book is a mode with its ledger, its audit chain and its exchange; the parts of the desk
// share one of these by reference and own none of it.

#include <atomic>
#include <cstdint>
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
struct HaltFlag {
  std::atomic<bool> is_raised{false};
};

// One audit record in the transaction of its effect.
trading::Status audit_decision(Book& book, Ledger::Unit& unit, const Requester& who, const std::string& type,
                               const std::string& subject, trading::CanonicalJson body,
                               trading::Timestamp market_ts);

}  // namespace broker
