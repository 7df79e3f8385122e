#pragma once

// What is listed on this exchange: one row of the instrument file. The list is made here or read
// from a file of prices; ticks, bands and freeze quantities are facts of this exchange, written out
// rather than computed by the code under test.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sandbox_exchange/json.h"
#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace sandbox {

struct Listing {
  std::string token;
  std::string symbol;           // SBIN-EQ
  std::string name;             // SBIN
  std::string segment = "NSE";  // exch_seg: NSE, BSE, NFO
  std::string expiry;           // 24DEC2026, empty for cash
  std::string strike = "-1.000000";
  std::string instrument_type;  // "" cash, AMXIDX, FUTSTK, OPTIDX ...
  std::string isin;
  std::int64_t lot_size = 1;
  std::int64_t freeze_quantity = 0;
  trading::Price tick;
  trading::Price anchor;  // close of the day before the market starts
  std::int64_t band_bps = 1'000;
  bool is_cas_enabled = false;  // closing auction: continuous trading ends 15:15
  bool is_cautionary = false;   // needs scripconsent "yes"

  [[nodiscard]] bool is_index() const { return instrument_type == "AMXIDX"; }
  [[nodiscard]] bool is_cash() const { return instrument_type.empty(); }
  [[nodiscard]] std::string series() const;  // "EQ", "" where the symbol has none
  [[nodiscard]] int exchange_type() const;   // of the market stream: 1 nse_cm, 2 nse_fo ...
};

class ListingBook {
 public:
  // Well-known NSE names with their published tokens and several series each, indices, a few
  // derivatives and BSE rows, and made-up names up to `at_least` rows.
  static ListingBook standard(std::size_t at_least, trading::TradingDate date);

  Listing& add(Listing listing);
  [[nodiscard]] const Listing* find(std::string_view segment, std::string_view token) const;
  [[nodiscard]] const Listing* find_symbol(std::string_view segment, std::string_view symbol) const;
  [[nodiscard]] const std::deque<Listing>& all() const { return listings_; }
  [[nodiscard]] Listing* writable(std::string_view segment, std::string_view token);

 private:
  std::deque<Listing> listings_;  // addresses stay
  std::map<std::pair<std::string, std::string>, Listing*, std::less<>> by_token_;
};

// A row as the instrument file has it.
Json row_of(const Listing& listing);
// Tick of a cash stock by NSE's tiers since 15 Apr 2025 for the close of the month before.
trading::Price tick_for(trading::Price reference);

}  // namespace sandbox
