#pragma once

// The library's table of contents: every indicator by name, what it takes, what it gives. What
// list_indicators shows and calculate() accepts is this table and nothing else.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mcp_gateway/research/indicators/indicator.h"
#include "trading/base/result.h"

namespace research {

// In a fixed order; made once.
const std::vector<IndicatorSpec>& indicators();

// UNKNOWN_INDICATOR, with the names that come near.
trading::Result<const IndicatorSpec*> find_indicator(std::string_view name);

using NamedParameters = std::vector<std::pair<std::string, double>>;

// The spec's parameters in its order, defaults filled in. BAD_INDICATOR_PARAMETER for a name that
// does not exist or comes twice, a value that is no number, not whole where it must be, or out of
// its bounds, and for two that must ascend and do not; all faults at once, `field` the first.
trading::Result<Parameters> check_parameters(const IndicatorSpec& spec,
                                             const NamedParameters& given);

}  // namespace research
