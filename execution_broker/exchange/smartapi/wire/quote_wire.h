#pragma once

// Quotes by REST. Every token asked for gets a verdict: a price, or why there is none. A row counts
// only when its trading symbol is the one that the instrument file gives its token.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/endpoint.h"
#include "execution_broker/exchange/smartapi/wire/fields.h"
#include "trading/bars/bar.h"
#include "trading/base/money.h"

namespace broker::smartapi {

inline constexpr std::size_t kMostQuoteTokens = 50;

enum class QuoteMode { kLtp, kOhlc, kFull };

struct QuoteWanted {
  std::string exchange;  // "NSE"
  std::string token;
  std::string trading_symbol;
};

// WIRE_REQUEST_INVALID outside 1..kMostQuoteTokens.
trading::Result<WireRequest> quote_request(QuoteMode mode, const std::vector<QuoteWanted>& wanted);

struct QuoteRow {
  std::string exchange;
  std::string token;
  std::string trading_symbol;
  trading::Price last;  // above zero
  // OHLC and FULL; zero where the day has not traded.
  trading::Price open, high, low, previous_close;
  // FULL.
  std::int64_t day_volume = 0;
  trading::PriceBand band;
  std::optional<trading::Timestamp> feed_time;   // when the exchange last spoke of it
  std::optional<trading::Timestamp> trade_time;
  std::array<trading::DepthLevel, trading::kDepthLevels> bids{}, asks{};
  std::string depth_fault;  // why the depth is not given; empty = it is what was sent
};

struct QuoteMissing {
  std::string token;
  std::string why;
};

struct QuoteReply {
  std::vector<QuoteRow> rows;
  std::vector<QuoteMissing> missing;  // every token of `wanted` stands here or in `rows`
};

trading::Result<QuoteReply> read_quotes(QuoteMode mode, const std::vector<QuoteWanted>& wanted,
                                        const Json& data);

// getLtpData, for one instrument.
WireRequest ltp_request(const QuoteWanted& wanted);
trading::Result<QuoteRow> read_ltp(const QuoteWanted& wanted, const Json& data);

// Levels that can be believed: buys descend, sells ascend, none crosses; empty levels only behind
// filled ones. Empty = good, else what is wrong.
std::string fault_of_depth(const std::array<trading::DepthLevel, trading::kDepthLevels>& bids,
                           const std::array<trading::DepthLevel, trading::kDepthLevels>& asks);

}  // namespace broker::smartapi
