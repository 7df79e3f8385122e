#pragma once

// The desk: the one parent of every order, and the one writer of the books. All its methods run on the desk's own
// thread (DeskThread::run); nothing here locks. What it returns are values that may leave the thread.
//
// The way of an order: request -> facts -> checklist -> intent kept (ledger + audit, one transaction) -> exchange ->
// outcome kept -> events kept. Network calls stand between two committed writes, never inside a transaction.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/desk/limit_book.h"
#include "execution_broker/desk/requester.h"
#include "execution_broker/ledger/records.h"
#include "execution_broker/risk/checklist.h"
#include "trading/bars/bar.h"
#include "trading/base/result.h"

namespace broker {

// What each reply says of where its figures come from.
struct Provenance {
  std::string mode;
  trading::Timestamp as_of;
  std::string source;
  bool is_simulated = false;
  std::vector<std::string> notes;
};

struct OrderReply {
  Provenance provenance;
  OrderRecord order;
  std::vector<OrderRecord> children;
  risk::Verdicts verdicts;
  bool is_repeated = false;
};

struct ModifyRequest {
  std::string order_id;
  std::optional<trading::Quantity> quantity;
  std::optional<trading::Price> limit_price;
  std::optional<trading::Price> trigger_price;
  std::optional<trading::Price> stop_loss;
  std::optional<trading::Price> target;
  std::string request_id;
};

struct OrdersQuery {
  std::string order_id;
  std::string status;  // a state's name, "working", "closed", empty = all
  std::string symbol;
  std::size_t limit = 50;
};
struct OrdersReply {
  Provenance provenance;
  std::vector<OrderRecord> orders;  // newest first
  std::int64_t total = 0;
};

struct FillsReply {
  Provenance provenance;
  std::vector<FillRecord> fills;  // newest first
  std::int64_t total = 0;
};

struct BookPosition {
  PositionRecord record;
  std::string sector;
  std::optional<trading::Price> last_price;
};
struct BookView {
  trading::TradingMode mode = trading::TradingMode::kPaper;
  trading::Accrual cash;
  std::optional<trading::Accrual> equity;  // empty = a position has no price
  std::optional<trading::Accrual> unrealized;
  std::optional<trading::Accrual> day_pnl;
  trading::Accrual realized;
  trading::Accrual charges;
  trading::Accrual margin_blocked;
  trading::Accrual margin_available;
  trading::Accrual purse;
  trading::Money starting_capital;
  std::int64_t epoch = 1;
  std::string operator_state;
  std::vector<BookPosition> positions;
};
struct PortfolioReply {
  Provenance provenance;
  std::vector<BookView> books;
  std::string custody;
};

struct PerformanceReply {
  Provenance provenance;
  std::vector<RoundTrip> round_trips;
  std::vector<EquityMark> equity_curve;
  trading::Money starting_capital;
  trading::Accrual max_drawdown;
  trading::Bps max_drawdown_bps;
  trading::Accrual equity;
  trading::Accrual realized;
  trading::Accrual unrealized;
  trading::Accrual charges;
  std::int64_t epoch = 1;
  std::string charges_basis;
};

struct HeadRoom {
  std::string limit, unit, used, allowed, left;
};
struct GapLoss {
  trading::Bps gap;
  trading::Accrual loss;
};
struct Preview {
  Provenance provenance;
  risk::Verdicts verdicts;
  trading::OrderClass order_class = trading::OrderClass::kEntry;
  trading::Price reference_price;
  trading::Accrual order_value;
  trading::ChargeLines charges_entry;
  trading::Accrual charges_round_trip;
  trading::Accrual margin_required;
  trading::Accrual margin_available;
  trading::Price break_even_price;
  trading::Accrual worst_loss;
  trading::Accrual best_gain;
  std::string reward_risk;
  std::vector<GapLoss> gap_losses;
  std::vector<HeadRoom> head_room;
  trading::Quantity largest_passing_quantity;
  trading::Accrual cash_after;
  trading::Quantity position_after;
  std::string charges_basis;
};

struct ResetReply {
  Provenance provenance;
  std::int64_t epoch = 0;
  trading::Money starting_capital;
  int cancelled_orders = 0;
  int abandoned_positions = 0;
};

struct DailyLoss {
  Provenance provenance;
  std::optional<trading::Accrual> day_pnl;
  trading::Accrual limit;
  trading::Accrual halt_limit;
  trading::Accrual purse;
  bool is_breached = false;
  trading::Bps used;
  std::string operator_state;
  std::vector<std::string> latches;
};

struct OperatorStateView {
  std::string state;  // open | reduce-only | halted
  std::vector<std::string> reasons;
  std::vector<std::string> latches;
  std::vector<std::string> cleared_latches;
  int cancelled_entries = 0;
};

// How much of a limit of the day is used.
struct LimitUse {
  std::string key;  // MAX_OPEN_POSITIONS
  bool is_money = false;
  std::optional<std::int64_t> used;  // a count, or 1/10,000 rupee; empty = not known now
  std::optional<std::int64_t> allowed;
};

struct DeskStatus {
  Provenance provenance;
  OperatorStateView operator_state;
  int working_orders = 0;
  int open_positions = 0;
  std::string next_event;
  std::optional<trading::Timestamp> next_event_at;
  std::optional<trading::Accrual> day_pnl;
  trading::Accrual day_loss_limit;
  std::vector<LimitUse> limits_used;
};

// A step of the clock on its way. It is made in slices, each a job of the desk, so that stops and others get between.
struct ClockAdvance {
  trading::Duration span;  // as asked
  trading::Timestamp target;
  trading::Timestamp market_now;  // everything due up to here is committed
  int events = 0;
  bool is_over = false;
};

struct LedgerVerification {
  bool is_ok = false;
  std::int64_t transactions = 0;
  std::int64_t journal_lines = 0;
  trading::Accrual sum;
  std::vector<std::string> findings;
};

struct LimitsView {
  risk::LimitSources sources;  // every limit with its four sources
  trading::TradingMode mode = trading::TradingMode::kPaper;
  trading::TradingDate today;
  std::string limits_hash;     // SHA-256 of what is in force, hexadecimal
  std::vector<WaitingLimit> waiting = {};  // looser values of the file that the operator has not accepted
};

class OrderDesk {
 public:
  virtual ~OrderDesk() = default;

  // --- orders -------------------------------------------------------------------------------------------------
  // A refusal by the checklist is a reply (state REFUSED, verdicts), kept in ledger and audit. Errors are for what
  // could not be decided: UNKNOWN_SYMBOL, REQUEST_ID_REUSED, LEDGER_UNAVAILABLE.
  virtual trading::Result<OrderReply> place_paper_order(const Requester& who, const trading::OrderRequest& request) = 0;
  virtual trading::Result<OrderReply> close_paper_position(const Requester& who, const std::string& symbol,
                                                           trading::Product product,
                                                           std::optional<trading::Price> limit_price,
                                                           const std::string& request_id) = 0;
  virtual trading::Result<OrderReply> modify_paper_order(const Requester& who, const ModifyRequest& request) = 0;
  virtual trading::Result<OrderReply> cancel_paper_order(const Requester& who, const std::string& order_id,
                                                         const std::string& request_id) = 0;
  virtual trading::Result<ResetReply> reset_paper_account(const Requester& who, const std::string& request_id) = 0;

  // --- dry runs: nothing is stored ------------------------------------------------------------------------------
  virtual trading::Result<Preview> preview_order(const Requester& who, const trading::OrderRequest& request) = 0;
  virtual trading::Result<risk::Verdicts> validate_trading_permissions(const Requester& who, const std::string& symbol,
                                                                       trading::Side side,
                                                                       trading::Product product) = 0;

  // --- reads ----------------------------------------------------------------------------------------------------
  // What cannot be read is an error, never an empty list, a flat book or a zero.
  virtual trading::Result<OrdersReply> orders(const OrdersQuery& query) = 0;
  virtual trading::Result<FillsReply> fills(std::optional<trading::Product> product, const std::string& symbol,
                                            std::size_t limit) = 0;
  virtual trading::Result<PortfolioReply> portfolio() = 0;
  // POSITION_WITHOUT_PRICE: then the book's worth is not known.
  virtual trading::Result<PerformanceReply> performance() = 0;
  virtual trading::Result<DailyLoss> daily_loss() = 0;
  virtual trading::Result<DeskStatus> status() = 0;

  // --- limits -----------------------------------------------------------------------------------------------------
  virtual LimitsView limits() = 0;
  // All or nothing; a loosening, an unknown key or a malformed value is refused naming the operator's command.
  virtual trading::Result<std::vector<risk::LimitRow>> update_trading_config(
      const Requester& who, const std::map<std::string, std::string>& updates) = 0;
  // The operator accepts looser values of the file, each named with the value that was shown. They count from the next
  // trading day.
  virtual trading::Result<std::vector<risk::LimitRow>> accept_limits(const Requester& who,
                                                                     const std::map<std::string, std::string>& shown) = 0;
  // The operator's word. A loosening waits for the next trading day. `value` empty with clear_* set clears.
  virtual trading::Result<risk::LimitRow> set_limit(const Requester& who, const std::string& key,
                                                    const std::string& value, bool clear_agent,
                                                    bool clear_operator) = 0;

  // --- operator ---------------------------------------------------------------------------------------------------
  virtual trading::Result<OperatorStateView> halt(const Requester& who, const std::string& reason) = 0;
  virtual trading::Result<OperatorStateView> reduce_only(const Requester& who, const std::string& reason) = 0;
  virtual trading::Result<OperatorStateView> resume(const Requester& who, const std::string& reason) = 0;
  virtual trading::Result<std::vector<OrderRecord>> cancel_entries(const Requester& who) = 0;
  // Exit orders for one symbol or all; what could not be sent is in `not_possible`.
  virtual trading::Result<std::vector<OrderRecord>> flatten(const Requester& who, const std::string& symbol,
                                                            std::vector<std::string>& not_possible) = 0;

  // --- time -------------------------------------------------------------------------------------------------------
  // Moves market time event by event: begun, then continued until is_over, when every event due is committed. Between two
  // slices the clock stands at a committed event. CLOCK_NOT_STEPPED unless market time only moves by this.
  virtual trading::Result<ClockAdvance> begin_advance(const Requester& who, trading::Duration span) = 0;
  virtual trading::Status continue_advance(const Requester& who, ClockAdvance& advance) = 0;
  // Whoever asked is gone: it ends where it stands.
  virtual trading::Status stop_advance(const Requester& who, ClockAdvance& advance) = 0;
  // Brings the books to the clock (called before each command and by the ticker).
  virtual trading::Status catch_up() = 0;

  // --- ledger -----------------------------------------------------------------------------------------------------
  // Lines of the canonical export starting at a journal line; empty when there are none left.
  virtual trading::Result<std::vector<std::string>> export_ledger(bool canonical, std::int64_t after_line,
                                                                  std::size_t limit, std::int64_t& last_line) = 0;
  virtual trading::Result<LedgerVerification> verify_ledger() = 0;
};

}  // namespace broker
