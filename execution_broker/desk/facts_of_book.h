#pragma once

// Gathers the facts of one decision: the order, the market as it stands, the book, the counters, the state. What cannot
// be read stays unknown. Reads only; the checks that use them are in risk/.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/desk/book.h"
#include "execution_broker/desk/limit_book.h"
#include "execution_broker/desk/round_trips.h"
#include "execution_broker/risk/facts.h"

namespace broker {

// The book's standing against the market, marked at the broker's own quotes.
struct MarkedBook {
  std::optional<trading::Accrual> equity;      // empty: a position has no price
  std::optional<trading::Accrual> unrealized;
  trading::Accrual margin_blocked;             // positions at their last (else average) price, and open entries
  trading::Accrual margin_available;           // what an entry may still block
  std::map<std::string, trading::Price> last;  // by symbol, where there is one
};
MarkedBook mark(const Ledger& ledger, const Market& market);

// What the desk counts while it runs; made again from the ledger at a start.
struct DayCounters {
  struct Entry {
    std::string symbol;
    trading::Side side;
    std::string fingerprint;
    trading::Timestamp market_ts;
  };
  trading::TradingDate date;
  std::vector<Entry> entries;                         // admitted today, oldest first
  std::vector<trading::Timestamp> rejects;            // by the exchange, today
  std::vector<std::int64_t> message_steady_us;        // agent's messages to the exchange, last second
  LossRun losses;                                     // goes on over the night
  trading::Accrual turnover;                          // today
  trading::Accrual realized;                          // today, before charges
  trading::Accrual charges;                           // today
};
trading::Result<DayCounters> count_day(Ledger& ledger, trading::TradingDate date);

// Names of the ledger's counters of the newest order and the market time when a human resumed: refusals by the exchange up
// to then are forgiven, over restarts as well.
inline constexpr char kRejectsForgivenToOrder[] = "rejects_forgiven_to_order";
inline constexpr char kRejectsForgivenToTime[] = "rejects_forgiven_to_us";

struct DeskPermissions {
  risk::PermissionFacts symbols;
  bool is_agent_tainted = false;
  // Why a home that was isolated at the start no longer is; "" while it stands. Empty function: there is nothing to lose.
  std::function<std::string()> isolation_lost_by = {};
};

struct DeskView {
  Book& book;
  const Market& market;
  const LimitBook& limits;
  const DayCounters& counters;
  const DeskPermissions& permissions;
  const HaltFlag& halt;
  std::optional<DayRecord> day;       // today's; its open equity is the purse
  std::vector<DayRecord> week;        // this week's days, today included
};

// With the day's record, or the newest one between two days: a preview on a Sunday tells what Monday would say.
DeskView view_of(Book& book, const Market& market, const LimitBook& limits, const DayCounters& counters,
                 const DeskPermissions& permissions, const HaltFlag& halt);
// Name of the ledger's counter of an entry's modifications: over restarts.
std::string modifications_counter(std::int64_t order_seq);
// Name of the ledger's counter that says: a human has settled this ABSENT order, it counts for nothing any more.
std::string settled_counter(std::int64_t order_seq);
// Monday of the date's week.
trading::TradingDate week_of(trading::TradingDate date);

// UNKNOWN_SYMBOL. `modifies` is the order that a modification replaces.
trading::Result<risk::Facts> facts_of(const DeskView& view, const trading::OrderRequest& request,
                                      const OrderRecord* modifies);
risk::BookFacts book_facts(const DeskView& view);
risk::RateFacts rate_facts(const DeskView& view, const OrderRecord* modifies);

}  // namespace broker
