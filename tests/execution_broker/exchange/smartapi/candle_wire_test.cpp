#include "execution_broker/exchange/smartapi/wire/candle_wire.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/execution_broker/exchange/smartapi/payloads.h"

namespace broker::smartapi {
namespace {

using payloads::json;
using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

const Timestamp kFrom = timestamp_of(TradingDate::from_civil(2026, 11, 23), trading::at(9, 15));
const Timestamp kUntil = timestamp_of(TradingDate::from_civil(2026, 11, 23), trading::at(15, 30));

CandleReply read(std::string_view rows) {
  const auto reply = read_candles(Timeframe::kOneMinute, kFrom, kUntil, json(rows));
  EXPECT_TRUE(reply);
  return reply ? *reply : CandleReply{};
}

TEST(CandleWire, RequestsStayBelowTheSilentLimits) {
  const std::map<Timeframe, int> most = {{Timeframe::kOneMinute, 30}, {Timeframe::kFiveMinute, 100}, {Timeframe::kTenMinute, 100}, {Timeframe::kFifteenMinute, 200},
                                         {Timeframe::kThirtyMinute, 200}, {Timeframe::kOneHour, 400}, {Timeframe::kOneDay, 2'000}};
  const TradingDate from = TradingDate::from_civil(2016, 10, 3);
  const TradingDate to = TradingDate::from_civil(2026, 11, 23);
  for (const auto& [timeframe, days] : most) {
    TradingDate next = from;
    for (const CandleChunk& chunk : plan_candles(timeframe, from, to)) {
      EXPECT_EQ(chunk.from, next) << "no day is left out";
      EXPECT_LT(chunk.to.days - chunk.from.days + 1, days);
      next = chunk.to + 1;
    }
    EXPECT_EQ(next, to + 1);
  }
  EXPECT_TRUE(plan_candles(Timeframe::kOneDay, to, from).empty());
  EXPECT_EQ(candle_request("NSE", "3045", Timeframe::kFiveMinute, kFrom, kUntil).body,
            R"({"exchange":"NSE","symboltoken":"3045","interval":"FIVE_MINUTE","fromdate":"2026-11-23 09:15","todate":"2026-11-23 15:30"})");
}

TEST(CandleWire, TheDocumentedBar) {
  const CandleReply reply = read(R"([["2026-11-23T09:15:00+05:30",810,811.5,809.2,811,55210],["2026-11-23T09:16:00+05:30","811","811.5","809.2","811","0"]])");
  ASSERT_EQ(reply.bars.size(), 2U);
  EXPECT_EQ(reply.bars.at(0).high, trading::Price(8'115'000));
  EXPECT_EQ(reply.bars.at(0).ts, kFrom);
  EXPECT_EQ(reply.bars.at(1).volume, 0);
}

TEST(CandleWire, BarsThatCannotBeTrueAreLeftOutAndTold) {
  for (const char* bad : {R"(["2026-11-23T09:16:00+05:30",810,809.2,811.5,811,1])", R"(["2026-11-23T09:16:00+05:30",810,811.5,809.2,811,-5])",
                          R"(["2026-11-23T09:16:00+05:30",0,811.5,0,811,5])", R"(["2026-11-23T09:16:00+05:30",810,811.5,809.2,812,5])",
                          R"(["2026-11-23T09:16:00+05:30",null,811.5,809.2,811,5])", R"(["2026-11-23T09:16:00+05:30",810,811.5,809.2,811])",
                          R"(["2026-11-23T09:15:00+05:30",810,811.5,809.2,811,5])", R"(["2026-11-22T09:16:00+05:30",810,811.5,809.2,811,5])",
                          R"(["yesterday",810,811.5,809.2,811,5])", "{}", "null"}) {
    const CandleReply reply = read(std::string(R"([["2026-11-23T09:15:00+05:30",810,811.5,809.2,811,55210],)") + bad +
                                   R"(,["2026-11-23T09:17:00+05:30",810,811.5,809.2,811,55210]])");
    EXPECT_EQ(reply.bars.size(), 2U) << bad;
    EXPECT_EQ(reply.left_out, 1U) << bad;
    ASSERT_EQ(reply.findings.size(), 1U);
    EXPECT_EQ(reply.findings.at(0).find("candle 2 left out: "), 0U) << reply.findings.at(0);
  }
  EXPECT_FALSE(read_candles(Timeframe::kOneDay, kFrom, kUntil, json("{}")));
}

}  // namespace
}  // namespace broker::smartapi
