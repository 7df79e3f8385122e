#pragma once

// A list of orders against recorded slices of the market, one slice after the other, by the same
// fill model and the same rules of precedence as the paper exchange:
//
//   an order meets the slice in force when it arrives or gets new terms (it is then fresh), and
//   each slice of its symbol that is later than that; never one twice
//   orders of a symbol meet a slice in the order of their arrival and share what it gives; a fresh
//   order and the resting ones share one slice's liquidity
//   a stop that has triggered stays so when only its quantity or limit changes
//   the end of a day cancels what still works
//
// So a recorded paper day gives the same fills again, and a changed fill model shows where.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trading/base/result.h"
#include "trading/fills/fill_model.h"

namespace research {

struct ReplayTerms {
  trading::Side side = trading::Side::kBuy;
  trading::OrderType type = trading::OrderType::kMarket;
  trading::Quantity quantity;  // in all, what is filled already included
  std::optional<trading::Price> limit_price, trigger_price;
};

// What was asked of the exchange.
struct ReplayCommand {
  enum class Kind { kPlace, kModify, kCancel };
  Kind kind = Kind::kPlace;
  trading::Timestamp ts;  // market time
  bool is_before_slice = false;  // goes before the slice of the same instant (a square-off does)
  std::string order;
  std::string symbol;                            // kPlace
  ReplayTerms terms;                             // kPlace, kModify
  std::optional<trading::MarketSlice> in_force;  // kPlace, kModify: empty while nothing trades
};

struct ReplayFill {
  std::string order;
  trading::Timestamp slice_ts;
  trading::Quantity quantity;
  trading::Price price;
};

class SliceReplay {
 public:
  // REPLAY_INVALID: an order that is placed twice or not known, terms that do not fit their type, a
  // slice of another symbol.
  trading::Status run(const ReplayCommand& command);
  void meet(const trading::MarketSlice& slice);
  void end_of_day() { working_.clear(); }
  [[nodiscard]] const std::vector<ReplayFill>& fills() const { return fills_; }

 private:
  struct Working {
    std::size_t arrival = 0;
    std::string symbol;
    ReplayTerms terms;
    trading::Quantity filled;
    bool is_triggered = false;
    trading::Timestamp since;
  };
  struct Given {
    trading::Timestamp slice_ts;
    trading::Liquidity liquidity;
  };

  void match_one(const std::string& name, Working& order, const trading::MarketSlice& slice,
                 bool is_fresh);
  void forget_filled();

  std::map<std::string, Working> working_;
  std::map<std::string, Given> given_;                  // by symbol
  std::map<std::string, trading::Timestamp> newest_;    // by symbol: slice met
  std::vector<ReplayFill> fills_;
  std::size_t arrivals_ = 0;
};

// Both ascend by time; at one instant slices go before commands, unless is_before_slice. A new date
// ends the day.
trading::Result<std::vector<ReplayFill>> replay(const std::vector<ReplayCommand>& commands,
                                                const std::vector<trading::MarketSlice>& slices);

}  // namespace research
