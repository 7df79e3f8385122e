#pragma once

// The paper exchange: matches orders against slices of the market source, never at a price that anyone names. It
// behaves as an exchange does: commands have outcomes, everything later is a numbered event that is on disk before
// anyone hears of it. Its book lives in the tables exchange_* of the book's database and survives kill -9: each
// command and each slice that changes something is one transaction, and a slice is never matched twice.
//
// Belongs to the desk's thread. Never knows positions, limits or money: those are the desk's.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "execution_broker/clock/clock.h"
#include "execution_broker/exchange/exchange.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/storage/transaction.h"
#include "trading/fills/fill_model.h"

namespace broker {

class PaperExchange final : public Exchange {
 public:
  // `database` is migrated. Reads its book back.
  static trading::Result<std::unique_ptr<PaperExchange>> open(Database& database, const MarketSource& source,
                                                              const Clock& clock);

  [[nodiscard]] std::string name() const override { return "paper"; }
  [[nodiscard]] bool is_in_the_ledgers_file() const override { return true; }
  Outcome place(const ExchangeOrder& order) override;
  Outcome modify(const ExchangeModification& modification) override;
  Outcome cancel(const std::string& ordertag) override;
  trading::Result<std::vector<ExchangeEvent>> events(std::int64_t after, std::size_t limit) override;
  trading::Result<std::vector<ExchangeBookRow>> order_book() override;
  // The book is a local table: one good read says what is there.
  [[nodiscard]] AbsencePolicy absence_policy() const override { return {1, trading::seconds(0)}; }

  // The market moved: every working order of the symbol meets the slice, oldest first. False: this slice was matched
  // before (a restart drives what it is not sure of again).
  trading::Result<bool> on_slice(const trading::MarketSlice& slice);
  // Day orders end with the day: what still works is cancelled, reason "day_end".
  trading::Status end_of_day();
  // Symbols with working orders.
  [[nodiscard]] std::set<std::string> working_symbols() const;

 private:
  struct WorkingOrder {
    std::int64_t number = 0;
    ExchangeOrder order;
    trading::Quantity filled;
    bool is_triggered = false;
    trading::Timestamp since;  // of its newest terms: it never meets a print that is not later
    trading::OrderState state = trading::OrderState::kOpen;
  };
  // What a slice still gives, and which slice that is.
  struct SliceLiquidity {
    trading::Timestamp slice_ts;
    trading::Liquidity liquidity;
  };

  PaperExchange(Database& database, const MarketSource& source, const Clock& clock)
      : database_(database), source_(source), clock_(clock) {}

  trading::Status load();
  // Why the exchange would not take such an order; empty = it would.
  [[nodiscard]] std::string refusal_of(const ExchangeOrder& order) const;
  trading::Status append_event(Transaction& transaction, ExchangeEvent event, trading::Timestamp slice_ts);
  trading::Status match_order(Transaction& transaction, WorkingOrder& order, const trading::MarketSlice& slice,
                              bool is_fresh);
  trading::Status insert(Transaction& transaction, const WorkingOrder& order);
  trading::Status keep(Transaction& transaction, const WorkingOrder& order);
  trading::Status cancel_in(Transaction& transaction, WorkingOrder& order, const std::string& reason);
  // The market as it stands, when the instrument trades continuously now.
  [[nodiscard]] std::optional<trading::MarketSlice> slice_now(const std::string& symbol) const;
  trading::Result<trading::Liquidity*> liquidity_for(const trading::MarketSlice& slice);
  void forget_if_done(const std::string& ordertag);

  Database& database_;
  const MarketSource& source_;
  const Clock& clock_;
  std::map<std::string, WorkingOrder> working_;        // by ordertag
  std::map<std::string, SliceLiquidity> liquidity_;    // by symbol
  std::map<std::string, trading::Timestamp> seen_;     // by symbol: newest slice matched
  trading::Timestamp restored_until_;  // newest slice that filled anything before the book was read
  std::int64_t next_number_ = 1;
  std::int64_t next_event_ = 1;
};

}  // namespace broker
