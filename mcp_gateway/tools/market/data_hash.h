#pragma once

// Names exactly the bars a reply holds, so that an order can cite what it relied on and anybody can
// recompute it: SHA-256 in lower-case hex over the text
//
//   bars-v1 <symbol> <timeframe> <adjusted|raw> LF
//   <ts_us> <open_e4> <high_e4> <low_e4> <close_e4> <volume> LF      for each bar, oldest first
//
// with decimal integers and single spaces.

#include <string>
#include <string_view>

#include "trading/bars/bar.h"

namespace tools {

std::string data_hash(std::string_view symbol, bool is_adjusted, const trading::BarSeries& bars);

}  // namespace tools
