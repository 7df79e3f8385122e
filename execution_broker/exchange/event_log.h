#pragma once

// The numbered events of an exchange in the book's database (table exchange_event): written by the adapter in the
// transaction of what they tell of, read by the desk. Append-only; the table's triggers hold the numbers without gaps.

#include <string_view>
#include <vector>

#include "execution_broker/exchange/exchange.h"
#include "execution_broker/storage/transaction.h"

namespace broker::event_log {

std::string_view name_of(ExchangeEvent::Kind kind);  // "trigger_pending"

// `event.seq` is the next number. `slice_ts`: the market slice it came from, zero where there is none.
trading::Status append(Transaction& transaction, const ExchangeEvent& event, trading::Timestamp slice_ts = {});
trading::Result<std::vector<ExchangeEvent>> read(Database& database, std::int64_t after, std::size_t limit);
// Of the newest event; 0 = none yet.
trading::Result<std::int64_t> last_seq(Database& database);

}  // namespace broker::event_log
