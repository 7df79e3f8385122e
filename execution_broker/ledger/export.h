#pragma once

// The canonical export of the journal: one canonical-JSON line a journal line, with nothing in it that differs between
// two runs of the same day: no boot, no wall time, no random id.
//   {"account","amount_e4","kind","market_ts","order_seq","price_e4","quantity","side","symbol","txn"}

#include <cstdint>
#include <string>
#include <vector>

#include "execution_broker/ledger/ledger.h"

namespace broker {

// Lines after journal line `after`, at most `limit`; `last` is the line to continue from. Empty = none left.
trading::Result<std::vector<std::string>> canonical_lines(Ledger& ledger, std::int64_t after, std::size_t limit,
                                                          std::int64_t& last);

}  // namespace broker
