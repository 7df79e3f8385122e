#pragma once

// What the tests of market sources share.

#include <gtest/gtest.h>

#include <string>

#include "execution_broker/market/market_source.h"

namespace broker {

inline BarQuery query_for(std::string symbol, trading::Timeframe timeframe) {
  BarQuery query;
  query.symbol = std::move(symbol);
  query.timeframe = timeframe;
  return query;
}

// The reply, or a failed expectation and an empty one.
inline BarReply bars_of(const MarketSource& source, const BarQuery& query) {
  trading::Result<BarReply> reply = source.bars(query);
  EXPECT_TRUE(reply.has_value()) << (reply ? "" : reply.error().text());
  return reply ? *std::move(reply) : BarReply{};
}

inline trading::Timestamp when(int year, int month, int day, int hour, int minute, int second = 0) {
  return timestamp_of(trading::TradingDate::from_civil(year, month, day),
                      trading::at(hour, minute, second));
}

}  // namespace broker
