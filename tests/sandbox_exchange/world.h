#pragma once

// The whole exchange and broker without any socket: listings, market, accounts, orders, sessions,
// budgets, faults, and its time. Owned and used by one thread.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox_exchange/account.h"
#include "tests/sandbox_exchange/engine.h"
#include "tests/sandbox_exchange/exchange_clock.h"
#include "tests/sandbox_exchange/faults.h"
#include "tests/sandbox_exchange/gtt.h"
#include "tests/sandbox_exchange/listing.h"
#include "tests/sandbox_exchange/market.h"
#include "tests/sandbox_exchange/rate_limits.h"
#include "tests/sandbox_exchange/sessions.h"
#include "tests/sandbox_exchange/write_log.h"

namespace sandbox {

// Rows beyond these stand in the instrument file alone, as far strikes do: no prices, no orders.
inline constexpr std::size_t kMaxLive = 2'000;

struct WorldSettings {
  std::uint64_t seed = 1;
  trading::Timestamp start;
  std::size_t instruments = 0;          // at least so many rows in the instrument file; see kMaxLive
  std::int64_t prints_per_second = 1;   // of each listing, 1 to 10
  std::string csv_folder;
  std::int64_t cash_paise = 100'000'000;
};

class World {
 public:
  static trading::Result<std::unique_ptr<World>> make(const WorldSettings& settings);

  // Plays the market up to `target`: prints, triggers, fills, the day's events, midnights.
  void advance_to(trading::Timestamp target, SteadyUs steady);
  // Decides what the gates owe by now.
  void settle(SteadyUs steady) { engine->settle(clock.now(), steady); }

  [[nodiscard]] Account* find_account(std::string_view client_code);
  [[nodiscard]] Account* account_of_key(std::string_view api_key);
  Account& add_account(std::string client_code, std::string pin, std::string totp_secret, std::string api_key,
                       std::int64_t cash_paise);
  [[nodiscard]] const std::vector<std::unique_ptr<Account>>& accounts() const { return accounts_; }
  [[nodiscard]] const DayPlan& today() const { return today_; }
  [[nodiscard]] Phase phase_of(const Listing& listing) const {
    return today_.phase(board_of(listing), clock.now());
  }

  ListingBook listings;
  std::size_t rows_in_file_alone = 0;
  RecordedBars recorded;
  std::unique_ptr<Market> market;
  std::unique_ptr<Engine> engine;
  ExchangeClock clock;
  Sessions sessions;
  RateLimits limits;
  Faults faults;
  WriteLog writes;
  GttBook gtt;

  // Set by whoever wants to know; called on the thread that plays. A tape is told once a stride,
  // with its last print.
  std::function<void(const Tape&)> on_tape;
  std::function<void(const Account&, const Order&)> on_order;
  std::function<void()> on_midnight;

  // Source addresses that may write orders; empty: every one.
  std::set<std::string> registered_addresses;
  bool does_refuse_market_orders = false;
  enum class Mismatch { kTokenWins, kSymbolWins, kRefuse };
  Mismatch on_symbol_mismatch = Mismatch::kTokenWins;
  // The exchange's side of the order book as getOrderBook showed it last: for stale answers.
  std::map<std::string, std::string> last_books;

 private:
  World(const WorldSettings& settings, ListingBook book, RecordedBars bars);

  void play_prints(trading::Timestamp from, trading::Timestamp to);
  void events_at(trading::Timestamp t, SteadyUs steady);
  void begin_date(trading::TradingDate date);
  void settle_accounts();
  [[nodiscard]] trading::Timestamp next_event(trading::Timestamp after) const;

  WorldSettings settings_;
  DayPlan today_;
  std::vector<std::unique_ptr<Account>> accounts_;
};

}  // namespace sandbox
