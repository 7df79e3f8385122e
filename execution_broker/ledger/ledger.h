#pragma once

// The ledger of one book: orders and their moves, fills, positions, the double-entry journal, the days, the latches
// and limits. One file of SQLite, one writer: the desk's thread.
//
// Every write is a named operation inside a Unit (one transaction). What is often read (working orders, positions,
// balances, latches) is kept in memory as well; a Unit that does not commit makes the ledger read itself again, so
// memory never runs ahead of the disk.
//
// It records and adds up. It never decides: which order may be placed, what a fill means for protection, when a day
// ends, is the desk's.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "execution_broker/ledger/journal.h"
#include "execution_broker/ledger/records.h"
#include "execution_broker/storage/database.h"
#include "execution_broker/storage/transaction.h"
#include "trading/bars/bar.h"

namespace broker {

struct Latch {
  std::string name;    // DAILY_LOSS, HALT_FILE, OPERATOR_HALT ...
  std::string state;   // reduce-only | halted
  std::string reason;
  trading::Timestamp since;
  std::optional<trading::TradingDate> until;  // lifts by itself on this day; empty = a human resumes
};

struct DayRecord {
  trading::TradingDate date;
  trading::Accrual open_equity;
  trading::Accrual peak_equity;  // highest marked equity up to this day, since the last drawdown reset
  std::optional<trading::Accrual> close_equity;
  bool is_squared_off = false;
  bool is_noted = false;         // the contract note is posted
};

struct StoredLimit {
  std::string key;
  std::string source;
  bool is_pending = false;
  std::int64_t value = 0;
  trading::Timestamp since;
  trading::TradingDate effective;
};

class Ledger {
 public:
  struct Identity {
    std::string ledger_id;
    std::string mode;
    trading::Timestamp created;
  };

  // A transaction of the ledger. Not committed = undone on disk and in memory.
  class Unit {
   public:
    static trading::Result<Unit> begin(Ledger& ledger);
    Unit(Unit&& other) noexcept;
    Unit& operator=(Unit&&) = delete;
    ~Unit();
    trading::Status commit();
    [[nodiscard]] Transaction& transaction() { return transaction_; }

   private:
    Unit(Ledger& ledger, Transaction transaction) : ledger_(&ledger), transaction_(std::move(transaction)) {}
    Ledger* ledger_;
    Transaction transaction_;
    bool is_done_ = false;
  };

  // The database is open and migrated. A new one becomes a book of `mode`; one of another mode is LEDGER_OTHER_MODE.
  // `ledger_id` is the audit log's name for it.
  static trading::Result<std::unique_ptr<Ledger>> open(Database& database, trading::TradingMode mode,
                                                       const std::string& ledger_id, trading::Timestamp wall_now);

  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] Database& database() { return database_; }
  [[nodiscard]] Journal& journal() { return journal_; }

  // --- counters -----------------------------------------------------------------------------------------------
  [[nodiscard]] std::int64_t counter(const std::string& name, std::int64_t missing = 0) const;
  trading::Status set_counter(Unit& unit, const std::string& name, std::int64_t value);
  [[nodiscard]] std::int64_t epoch() const { return counter("epoch", 1); }

  trading::Status record_boot(Unit& unit, const std::string& boot_id, trading::Timestamp wall, trading::Timestamp market,
                              const std::string& version, const std::string& limits_hash, std::uint32_t uid);

  // --- orders -------------------------------------------------------------------------------------------------
  // Gives order_seq and order_id; the record's state is NEW. boot_id and limits_hash are those of record_boot.
  trading::Status insert_order(Unit& unit, OrderRecord& order);
  // One step through the order-state table, kept as a move. INVARIANT for own steps outside the table; for exchange
  // facts outside it the caller asks is_allowed first and makes an incident of it.
  trading::Status move_order(Unit& unit, OrderRecord& order, trading::OrderState to, trading::Origin origin,
                             trading::Timestamp market_ts, const std::string& detail);
  // The terms that a modification asks for, kept until the exchange has answered.
  trading::Status put_modification(Unit& unit, const OrderRecord& wanted, const RequestNote& asked);
  // It was not taken: it goes, and the request id that asked for it is free again.
  trading::Status drop_modification(Unit& unit, std::int64_t order_seq);
  // Gives `order` the terms of its modification in flight, if there is one, and ends it.
  trading::Status apply_modification(Unit& unit, OrderRecord& order);
  // Modifications whose answer never came.
  [[nodiscard]] trading::Result<std::vector<std::int64_t>> open_modifications();
  // Terms, tag, fill sums and reason of an order become what stands in the record (not its state).
  void update_order(Unit& unit, const OrderRecord& order);

  [[nodiscard]] const std::map<std::int64_t, OrderRecord>& working() const { return working_; }  // not terminal
  [[nodiscard]] trading::Result<std::optional<OrderRecord>> find_order(std::int64_t order_seq);
  [[nodiscard]] trading::Result<std::optional<OrderRecord>> find_order(const std::string& order_id);
  [[nodiscard]] trading::Result<std::optional<OrderRecord>> find_by_tag(const std::string& ordertag);
  [[nodiscard]] trading::Result<std::vector<OrderRecord>> orders(const std::string& where_status,
                                                                 const std::string& symbol, std::size_t limit,
                                                                 std::int64_t& total);
  [[nodiscard]] trading::Result<std::vector<OrderRecord>> orders_since(trading::Timestamp market_ts);  // every epoch
  // Market time when each of them was about to be sent, by order_seq.
  [[nodiscard]] trading::Result<std::map<std::int64_t, trading::Timestamp>> sent_since(trading::Timestamp market_ts);
  [[nodiscard]] std::int64_t last_order_seq() const { return next_order_ - 1; }

  // --- requests -------------------------------------------------------------------------------------------------
  struct PastRequest {
    std::string fingerprint;
    std::int64_t order_seq = 0;  // 0 = not about an order
    std::string answer;          // canonical JSON of what the order's own row does not tell; empty = nothing
  };
  [[nodiscard]] trading::Result<std::optional<PastRequest>> find_request(const RequestNote& asked);
  trading::Status record_request(Unit& unit, const RequestNote& asked, std::int64_t order_seq,
                                 const std::string& answer = "");
  // What a request id stood for did not come about: the same request may be made again.
  trading::Status forget_request(Unit& unit, const RequestNote& asked);
  // At a start: the ids of cancels that were kept but never taken by the exchange: their orders still work.
  trading::Status forget_untaken_cancels(Unit& unit);

  // --- fills and positions ---------------------------------------------------------------------------------------
  trading::Status insert_fill(Unit& unit, FillRecord& fill, std::int64_t exchange_seq, std::int64_t txn);
  [[nodiscard]] trading::Result<std::vector<FillRecord>> fills(std::optional<trading::Product> product,
                                                               const std::string& symbol, std::size_t limit,
                                                               std::int64_t& total);
  [[nodiscard]] trading::Result<std::vector<FillRecord>> fills_of_epoch(std::int64_t epoch);  // oldest first
  [[nodiscard]] trading::Result<std::vector<FillRecord>> fills_since(trading::Timestamp market_ts);    // every epoch
  // The fills of this epoch since the position before the newest one was flat, oldest first.
  [[nodiscard]] trading::Result<std::vector<FillRecord>> fills_of_last_trip(const std::string& symbol,
                                                                            trading::Product product);
  [[nodiscard]] std::int64_t last_fill_id() const { return next_fill_ - 1; }

  using PositionKey = std::pair<std::string, trading::Product>;
  [[nodiscard]] const std::map<PositionKey, PositionRecord>& positions() const { return positions_; }  // not flat
  [[nodiscard]] const PositionRecord* position(const std::string& symbol, trading::Product product) const;
  // Flat ones are removed.
  trading::Status put_position(Unit& unit, const PositionRecord& record);

  // --- days, latches, limits, marks, slices ---------------------------------------------------------------------
  [[nodiscard]] std::optional<DayRecord> day(trading::TradingDate date) const;
  [[nodiscard]] std::optional<DayRecord> last_day() const;
  [[nodiscard]] std::vector<DayRecord> days_since(trading::TradingDate date) const;
  trading::Status put_day(Unit& unit, const DayRecord& day);
  [[nodiscard]] const std::map<std::string, Latch>& latches() const { return latches_; }
  trading::Status put_latch(Unit& unit, const Latch& latch);
  trading::Status remove_latch(Unit& unit, const std::string& name);
  [[nodiscard]] trading::Result<std::vector<StoredLimit>> limits();
  // What the limit table says from now on: every source of every limit.
  trading::Status replace_limits(Unit& unit, const std::vector<StoredLimit>& limits);
  trading::Status mark_equity(Unit& unit, trading::Timestamp market_ts, trading::Accrual equity);
  [[nodiscard]] trading::Result<std::vector<EquityMark>> equity_marks(std::int64_t epoch);
  trading::Status record_slice(Unit& unit, const trading::MarketSlice& slice);

  // --- totals -----------------------------------------------------------------------------------------------------
  [[nodiscard]] trading::Accrual cash() const { return journal_.balance("cash"); }
  [[nodiscard]] trading::Accrual charges_payable() const { return -journal_.sum_of("charges_payable:"); }
  // Value at cost plus cash minus what is owed; marked equity adds the unrealised profit.
  [[nodiscard]] trading::Accrual book_equity() const;
  struct EpochTotals {
    trading::Accrual realized;
    trading::Accrual charges;
  };
  [[nodiscard]] EpochTotals epoch_totals() const;

 private:
  explicit Ledger(Database& database) : database_(database), journal_(database) {}
  trading::Status establish(trading::TradingMode mode, const std::string& ledger_id, trading::Timestamp wall_now);
  trading::Status reload();  // everything kept in memory, from the disk
  trading::Status load_orders();
  trading::Status load_positions();
  trading::Status load_days();
  trading::Status load_latches();
  // An order's row is written once a unit, when it commits, however often the order changed in it.
  void change_order(const OrderRecord& order);
  trading::Status write_changed_orders();
  [[nodiscard]] const OrderRecord* in_memory(std::int64_t order_seq) const;

  Database& database_;
  Journal journal_;
  Identity identity_;
  std::string boot_id_;
  std::string limits_hash_;
  std::int64_t next_order_ = 1;
  std::int64_t next_fill_ = 1;
  std::map<std::string, std::int64_t> counters_;
  std::map<std::int64_t, OrderRecord> working_;
  struct ChangedOrder {
    OrderRecord order;
    bool has_new_tag = false;
  };
  std::map<std::int64_t, ChangedOrder> changed_;  // in the open unit; empty outside one
  std::map<PositionKey, PositionRecord> positions_;
  std::map<trading::TradingDate, DayRecord> days_;
  std::map<std::string, Latch> latches_;
};

}  // namespace broker
