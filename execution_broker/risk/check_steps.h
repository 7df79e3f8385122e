#pragma once

// Steps that several checks share.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "execution_broker/risk/check_result.h"
#include "execution_broker/risk/facts.h"
#include "trading/base/money.h"

namespace broker::risk {

bool needs_limit_price(trading::OrderType type);    // LIMIT, SL
bool needs_trigger_price(trading::OrderType type);  // SL, SL-M
bool is_modification(const Facts& facts);
bool replaces(const Facts& facts,
              const OpenOrderFact& order);  // the order is the one that is being modified
std::string key_of(Limit limit);

// The prices the order will be judged by, with the names of their arguments: limit and trigger
// where the type uses them, stop and target where given.
std::vector<std::pair<std::string_view, trading::Price>> prices_of(
    const trading::OrderRequest& order);
// How far two prices are apart, in bps of the second, rounded up.
std::int64_t distance_bps(trading::Price price, trading::Price from);

// Good passes, bad refuses with its reason.
CheckResult by_finding(const Finding& finding, std::string_view fact, DenialCode code,
                       const Facts& facts);
// The same for what only a real exchange account has.
CheckResult by_account_finding(const Finding& finding, std::string_view fact, DenialCode code,
                               const Facts& facts);

}  // namespace broker::risk
