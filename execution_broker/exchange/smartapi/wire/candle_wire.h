#pragma once

// Candles. An over-long request is cut by the service to its newest days without a word, so spans
// are asked for in chunks that stay below the limits. Bars that cannot be true are left out and
// told; nothing is repaired.

#include <string>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/endpoint.h"
#include "execution_broker/exchange/smartapi/wire/json.h"
#include "trading/bars/bar.h"

namespace broker::smartapi {

struct CandleChunk {
  trading::TradingDate from;  // whole days, both included
  trading::TradingDate to;
};
// Days that one request may ask for: a tenth below what the service gives.
int days_a_request(trading::Timeframe timeframe);
// Oldest first; empty when from > to.
std::vector<CandleChunk> plan_candles(trading::Timeframe timeframe, trading::TradingDate from,
                                      trading::TradingDate to);

// `until` bounds the last chunk: a time in the future is refused. Minutes are included.
WireRequest candle_request(std::string_view exchange, std::string_view token,
                           trading::Timeframe timeframe, trading::Timestamp from,
                           trading::Timestamp until);

struct CandleReply {
  trading::BarSeries bars;            // ascending, unique
  std::vector<std::string> findings;  // bars left out and why, at most kMostFindings in full
  std::size_t left_out = 0;
};
inline constexpr std::size_t kMostCandleFindings = 20;

// Bars outside [from, until] are left out too. SMARTAPI_NO_ANSWER: no list of rows.
trading::Result<CandleReply> read_candles(trading::Timeframe timeframe, trading::Timestamp from,
                                          trading::Timestamp until, const Json& data);

}  // namespace broker::smartapi
