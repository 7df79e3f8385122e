#include "proto/convert/market_values.h"

#include <gtest/gtest.h>

namespace wire {
namespace {

namespace v1 = broker::v1;

trading::BarSeries series(std::size_t rows) {
  trading::BarSeries bars;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto n = static_cast<std::int64_t>(i) + 1;
    bars.push_back({{n},
                    trading::Price(n + 1),
                    trading::Price(n + 2),
                    trading::Price(n),
                    trading::Price(n + 1),
                    n * 7});
  }
  return bars;
}

TEST(BarChunks, ComeBackAsTheyWentOut) {
  const trading::BarSeries sent = series(100);
  trading::BarSeries back;
  for (std::size_t begin = 0; begin < 100; begin += 40) {
    v1::BarChunk chunk;
    write_rows(sent, begin, std::min<std::size_t>(begin + 40, 100), chunk);
    ASSERT_TRUE(append_rows(chunk, back));
  }
  EXPECT_EQ(back.ts_us, sent.ts_us);
  EXPECT_EQ(back.open_e4, sent.open_e4);
  EXPECT_EQ(back.high_e4, sent.high_e4);
  EXPECT_EQ(back.low_e4, sent.low_e4);
  EXPECT_EQ(back.close_e4, sent.close_e4);
  EXPECT_EQ(back.volume, sent.volume);
}

TEST(BarChunks, UnevenColumnsAndUnorderedTimesAreRefused) {
  trading::BarSeries bars = series(5);
  v1::BarChunk chunk;
  write_rows(series(10), 5, 10, chunk);
  v1::BarChunk uneven = chunk;
  uneven.add_volume(1);
  EXPECT_EQ(append_rows(uneven, bars).error().code, "BROKER_ANSWER_INVALID");
  v1::BarChunk backwards = chunk;
  backwards.set_ts_us(1, 6);
  EXPECT_EQ(append_rows(backwards, bars).error().code, "BROKER_ANSWER_INVALID");
  v1::BarChunk again;
  write_rows(series(10), 4, 10, again);
  EXPECT_EQ(append_rows(again, bars).error().code, "BROKER_ANSWER_INVALID");
  EXPECT_EQ(bars.size(), 5U);
  EXPECT_TRUE(append_rows(chunk, bars));
}

TEST(Quotes, EmptyLevelsAreLeftOut) {
  trading::MarketSlice slice;
  slice.symbol = "SBIN";
  slice.bids[0] = {trading::Price(1), trading::Quantity(2)};
  v1::FetchLivePriceReply reply;
  write(slice, reply);
  EXPECT_EQ(reply.bids_size(), 1);
  EXPECT_EQ(reply.asks_size(), 0);
}

TEST(Charges, ZeroLinesAreLeftOut) {
  trading::ChargeLines charges;
  charges[trading::ChargeKind::kStt] = trading::Accrual(5);
  v1::Order order;
  write(charges, *order.mutable_charge_lines());
  ASSERT_EQ(order.charge_lines_size(), 1);
  EXPECT_EQ(order.charge_lines(0).kind(), "stt");
}

}  // namespace
}  // namespace wire
