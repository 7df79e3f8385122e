#pragma once

// Keeps what is held protected, and never more than protected: for each position one resting exit of the broker's own,
// its stop, for exactly the quantity that no exit of the agent covers. The target is made by turning that one order
// into a limit when the market reaches it, and back when it leaves: two exits can never both fill, because there is
// only one.
//
// Square-off turns the same order into a market order. Everything here is class P: no limit, budget or pause of the
// agent's can keep it back.

#include <map>
#include <string>
#include <utility>

#include "execution_broker/desk/submission.h"

namespace broker {

class Protection {
 public:
  Protection(Book& book, const Market& market, Submission& submission)
      : book_(book), market_(market), submission_(submission) {}

  // Brings the resting orders to what is held. `reserve` shares of one position are left out, for an exit that is
  // about to be placed.
  trading::Status adjust();
  trading::Status adjust_for_exit(const std::string& symbol, trading::Product product, trading::Quantity reserve);
  // A print: turns stops into targets and back.
  trading::Status on_slice(const trading::MarketSlice& slice);
  // Leaves every intraday position of the group at the market, and takes back what waits to enter.
  trading::Status square_off(bool of_closing_auction_stocks, const std::string& why);
  // Is there an intraday position of the group that is not on its way out?
  [[nodiscard]] bool has_intraday_to_leave(bool of_closing_auction_stocks) const;
  // Shares of a position that no working exit of the agent covers.
  [[nodiscard]] trading::Quantity free_quantity(const std::string& symbol, trading::Product product) const;

 private:
  using Key = Ledger::PositionKey;
  [[nodiscard]] const OrderRecord* protective(const Key& key) const;
  [[nodiscard]] trading::Quantity exits_open(const Key& key) const;
  trading::Status cut_excess_exits(const Key& key, trading::Quantity held);
  trading::Status adjust_one(const PositionRecord& record, trading::Quantity reserve);
  trading::Status place_protective(const PositionRecord& record, trading::Quantity quantity, Purpose purpose);
  trading::Status turn(const OrderRecord& order, const PositionRecord& record, Purpose purpose, trading::Quantity open);
  // A level of a position as the exchange takes it today: on tick, rounded to the side that leaves sooner.
  struct LevelToday {
    enum class Reach {
      kInBand,   // can rest at `price`
      kNotToday, // nothing trades there today
      kPassed,   // the whole band lies beyond it: a stop must leave at the market
      kUnknown,  // no quote: what stands stays
    } reach = Reach::kUnknown;
    trading::Price price;
  };
  [[nodiscard]] LevelToday level_today(const PositionRecord& record, trading::Price price, bool is_stop) const;
  // A refusal by the exchange concerns one order: it is recorded, the other positions go on being protected.
  trading::Status tolerate(trading::Status status, const std::string& symbol);
  // When the stop was reached: entries that would go on enlarging the position are taken back, and resting exits of the
  // agent, which hold shares back from the stop, give way to it.
  trading::Status enforce_stop(const PositionRecord& record, trading::Price last);
  [[nodiscard]] bool may_rest(const std::string& symbol) const;

  Book& book_;
  const Market& market_;
  Submission& submission_;
};

}  // namespace broker
