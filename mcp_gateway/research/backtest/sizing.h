#pragma once

// How many shares an entry asks for. The free cash is the upper bound of all of them.

#include <cstdint>
#include <optional>
#include <string_view>

#include "trading/base/money.h"
#include "trading/base/result.h"

namespace research {

enum class SizingKind {
  kAllIn,       // floor(free cash / price)
  kFixed,       // so many shares
  kPercent,     // a part of the equity
  kRisk,        // so many that the stop loses a part of the equity
  kVolatility,  // so many that one average true range (14) is a part of the equity
};
std::string_view name_of(SizingKind kind);  // "all_in"
trading::Result<SizingKind> parse_sizing(std::string_view text);

struct Sizing {
  SizingKind kind = SizingKind::kAllIn;
  trading::Quantity shares;  // kFixed
  trading::Bps part;         // of the equity: kPercent, kRisk, kVolatility
};
trading::Status check_sizing(const Sizing& sizing);

// Shares before the bound of the cash; zero when a figure that the rule needs is missing.
//   risk_e4   what a share loses at its stop (kRisk); range_e4   its average true range
trading::Quantity wanted_quantity(const Sizing& sizing, std::int64_t equity_e4,
                                  trading::Price price, std::int64_t risk_e4,
                                  std::int64_t range_e4);

}  // namespace research
