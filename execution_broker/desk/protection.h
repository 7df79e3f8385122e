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
  // The stop's trigger as the exchange takes it today: on tick, rounded to the side that leaves sooner. Empty when it is
  // outside the day's band: nothing trades there today.
  [[nodiscard]] std::optional<trading::Price> price_today(const PositionRecord& record, trading::Price price, bool is_stop) const;
  [[nodiscard]] bool may_rest(const std::string& symbol) const;

  Book& book_;
  const Market& market_;
  Submission& submission_;
};

}  // namespace broker
