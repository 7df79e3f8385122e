#pragma once

// Orders of accounts against the market: the broker's gate (funds, holdings, form), the exchange's
// gate (session, band, tick, freeze quantity), the book with price and time priority, triggers,
// trades. It answers late: place, modify and cancel only note the wish; settle() decides it when its
// time has come, so everything between is a place where a client can be wrong.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox_exchange/account.h"
#include "tests/sandbox_exchange/market.h"

namespace sandbox {

// How an order shall fare, from an injected fault.
struct Fate {
  std::string reject_text;          // the gate refuses with these words
  std::int64_t fill_percent = 100;  // of what could be taken at once
  SteadyUs extra_latency_us = 0;
};

struct EngineSettings {
  SteadyUs latency_us = 30'000;  // from the reply to the exchange's word
  bool takes_after_market = false;  // out of hours: kept for the next open, else "Adapter is Logged Off"
};

class Engine {
 public:
  // Called after each change of an order.
  using Listener = std::function<void(const Account&, const Order&)>;

  Engine(Market& market, std::uint64_t seed, Listener listener)
      : market_(market), dice_(mixed_seed(seed, "engine")), listener_(std::move(listener)) {}

  EngineSettings settings;

  Order& place(Account& account, OrderTerms terms, trading::Timestamp now, SteadyUs steady,
               const Fate& fate = {}, std::string source = "api");

  struct Change {
    trading::Price price;
    trading::Price trigger;
    std::int64_t quantity = 0;
    OrderType type = OrderType::kLimit;
  };
  void modify(Account& account, Order& order, Change change, SteadyUs steady);
  void cancel(Account& account, Order& order, SteadyUs steady);

  // Decides what is due. `everything`: whatever its time.
  void settle(trading::Timestamp now, SteadyUs steady, bool everything = false);
  [[nodiscard]] bool is_settled() const { return pending_.empty(); }
  [[nodiscard]] SteadyUs next_due() const;

  // After a print of the tape: triggers, and resting orders that the market has reached.
  void on_print(Tape& tape, trading::Timestamp now);
  // An order rests there, or did a moment ago.
  [[nodiscard]] bool is_watching(const Listing& listing) const {
    const auto found = working_.find(&listing);
    return found != working_.end() && !found->second.empty();
  }
  // At the uncrossing of the closing auction, one price for all.
  void uncross(Tape& tape, trading::Timestamp now);
  // At the open: after-market orders enter, waiting orders match.
  void at_open(trading::Timestamp now, SteadyUs steady);
  // Cancels what still rests.
  void end_of_session(trading::Timestamp now);
  // The broker closes what is left of INTRADAY in stocks of this board.
  void square_off(Account& account, Board board, trading::Timestamp now, SteadyUs steady);

  // By hand from the control port.
  void fill_by_hand(Account& account, Order& order, std::int64_t quantity, trading::Price price,
                    trading::Timestamp now);
  void reject_by_hand(Account& account, Order& order, const std::string& text, trading::Timestamp now);
  void cancel_now(Account& account, Order& order, trading::Timestamp now);

  void add_account(Account& account) { accounts_.push_back(&account); }
  [[nodiscard]] const std::vector<Account*>& accounts() const { return accounts_; }

 private:
  enum class Wish { kEnter, kModify, kCancel };
  struct Pending {
    Wish wish;
    Account* account;
    Order* order;
    SteadyUs due;
    Change change;
    Fate fate;
  };

  struct Working {
    Account* account;
    Order* order;
  };
  // Another account's order (or an own one) that this one could trade with, at the best price and longest there.
  [[nodiscard]] std::optional<Working> best_against(const Order& order) const;
  void enter(Account& account, Order& order, const Fate& fate, trading::Timestamp now);
  void change(Account& account, Order& order, const Change& change, trading::Timestamp now);
  void match(Account& account, Order& order, std::int64_t percent, trading::Timestamp now);
  void rest(Order& order);
  void fill(Account& account, Order& order, Print print, trading::Timestamp now);
  void reject(Account& account, Order& order, std::string text, trading::Timestamp now);
  void trigger(Account& account, Order& order, trading::Timestamp now);
  void tell(Account& account, Order& order, trading::Timestamp now);
  [[nodiscard]] std::string exchange_refusal(const Order& order, trading::Timestamp now) const;
  [[nodiscard]] std::string broker_refusal(const Account& account, const Order& order) const;

  Market& market_;
  Dice dice_;
  Listener listener_;
  std::vector<Account*> accounts_;
  std::deque<Pending> pending_;
  std::map<const Listing*, std::vector<Working>> working_;  // in order of arrival; the dead linger
  std::int64_t order_number_ = 0;
  std::int64_t exchange_number_ = 0;
  std::int64_t fill_number_ = 0;
};

// Market Price Protection: the limit a MARKET order gets, from the last price (cash 0.5 %).
trading::Price protected_limit(const Tape& tape, bool is_buy);

}  // namespace sandbox
