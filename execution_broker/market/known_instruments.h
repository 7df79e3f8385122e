#pragma once

// Instruments that the virtual sources know without an instrument file: the Nifty 50 of November
// 2026 with NSE's cash tokens, and a few names without derivatives so that their rules (20 % band,
// no shorts, close at 15:30, trade-to-trade) can be met on a simulated market. A real market takes
// its instruments from the exchange's file, never from here.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "trading/instruments/instrument.h"

namespace broker {

struct KnownInstrument {
  std::string_view symbol;
  std::string_view token;
  std::string_view name;
  std::string_view sector;  // empty: that of trading/data/sectors
  trading::Series series = trading::Series::kEq;
  bool has_derivatives = true;
  std::int64_t price_rupees =
      0;  // plausible for November 2026: where the simulated market stands then
  std::int64_t daily_volume = 0;    // plausible shares a day at that price
  std::int64_t daily_move_ppm = 0;  // plausible own (not the market's) daily movement, one sigma
  std::optional<trading::Bps> fixed_band = std::nullopt;  // narrower than the rule
};

const std::vector<KnownInstrument>& known_instruments();

// The row as an instrument; freeze quantity modelled as a twentieth of the daily volume in whole
// thousands.
trading::Instrument instrument_of(const KnownInstrument& known);

std::optional<trading::Instrument> find_known_instrument(std::string_view symbol);

}  // namespace broker
