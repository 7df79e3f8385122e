#pragma once

// A market slice as canonical JSON and back, so that a recorded day can be replayed. Depth is [price_e4, quantity]
// pairs; what is absent is left out.

#include <string>
#include <string_view>

#include "trading/bars/bar.h"
#include "trading/base/result.h"

namespace broker {

std::string slice_text(const trading::MarketSlice& slice);
trading::Result<trading::MarketSlice> parse_slice(std::string_view text);

}  // namespace broker
