#include "execution_broker/exchange/smartapi/wire/market_packet.h"

#include <gtest/gtest.h>

#include <random>

#include "execution_broker/exchange/smartapi/wire/stream_messages.h"
#include "tests/execution_broker/exchange/smartapi/build_packet.h"

namespace broker::smartapi {
namespace {

using trading::Price;

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

// The published vectors: RELIANCE, 24 Sep 2026 15:22:07.
const std::string kLtpVector = from_hex("0101") + "2885" + std::string(21, '\0') + from_hex("0a2b0d0100000000" "5859d4d2a0010000" "eadc010000000000");
const std::string kQuoteTail = from_hex("0100000000000000" "56e0010000000000" "5acfce0000000000" "00000000ce322441" "00000000098c3141"
                                        "0ce3010000000000" "00e5010000000000" "5edc010000000000" "80e7010000000000");

TEST(MarketPacket, ThePublishedLtpVector) {
  MarketPacket packet;
  ASSERT_EQ(parse_packet(kLtpVector, packet), PacketFault::kNone);
  EXPECT_EQ(packet.token(), "2885");
  EXPECT_EQ(packet.sequence, 17'640'202);
  EXPECT_EQ(packet.exchange_time.us, 1'790'243'527'000'000);
  EXPECT_EQ(packet.last, Price(12'209'000));
}

TEST(MarketPacket, ThePublishedQuoteVector) {
  std::string frame = kLtpVector + kQuoteTail;
  frame[0] = 2;
  MarketPacket packet;
  ASSERT_EQ(parse_packet(frame, packet), PacketFault::kNone);
  EXPECT_EQ(packet.last_quantity, 1);
  EXPECT_EQ(packet.total_buy, 661'863);
  EXPECT_EQ(packet.total_sell, 1'149'961);
  EXPECT_EQ(packet.open, Price(12'366'000));
  EXPECT_EQ(packet.previous_close, Price(12'480'000));
}

TEST(MarketPacket, EveryModeBuiltAndReadBack) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    for (const int mode : {1, 2, 3, 4}) {
      const PacketFields fields = random_fields(mode, random);
      MarketPacket packet;
      ASSERT_EQ(parse_packet(build_packet(fields), packet), PacketFault::kNone);
      EXPECT_EQ(packet.token(), fields.token);
      EXPECT_EQ(packet.exchange_time.us, fields.time_ms * 1'000);
      if (mode == 4) {
        ASSERT_TRUE(packet.is_depth_good);
        EXPECT_EQ(packet.bids20[19].price.value(), fields.bids[19].second * 100);
        EXPECT_EQ(packet.asks20[7].quantity.value(), fields.asks[7].first);
        continue;
      }
      EXPECT_EQ(packet.last.value(), fields.last * 100);
      if (mode == 1) continue;
      EXPECT_EQ(packet.day_volume, fields.volume);
      EXPECT_EQ(packet.high.value(), fields.high * 100);
      if (mode == 2) continue;
      ASSERT_TRUE(packet.is_depth_good);
      for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(packet.bids[i].price.value(), fields.bids[i].second * 100);
        EXPECT_EQ(packet.asks[i].quantity.value(), fields.asks[i].first);
      }
      EXPECT_EQ(packet.band.upper.value(), fields.upper * 100);
    }
  }
}

TEST(MarketPacket, FramesThatAreNotPacketsAreNamed) {
  std::mt19937_64 random(1);
  const std::string snap = build_packet(random_fields(3, random));
  MarketPacket packet;
  for (std::size_t cut = 0; cut < snap.size(); ++cut) EXPECT_EQ(parse_packet(snap.substr(0, cut), packet), PacketFault::kWrongLength) << cut;
  EXPECT_EQ(parse_packet(snap + "x", packet), PacketFault::kWrongLength);
  const auto changed = [&](std::size_t at, char to) {
    std::string frame = snap;
    frame[at] = to;
    return frame;
  };
  for (const int mode : {0, 5, 127, -1}) EXPECT_EQ(parse_packet(changed(0, static_cast<char>(mode)), packet), PacketFault::kUnknownMode);
  for (const int exchange : {0, 6, 8, 14}) EXPECT_EQ(parse_packet(changed(1, static_cast<char>(exchange)), packet), PacketFault::kUnknownExchange);
  EXPECT_EQ(parse_packet(changed(2, '\0'), packet), PacketFault::kBadToken);
  EXPECT_EQ(parse_packet(changed(3, 'x'), packet), PacketFault::kBadToken);
  EXPECT_EQ(parse_packet(changed(26, ' '), packet), PacketFault::kBadToken) << "padded with blanks";
  EXPECT_EQ(parse_packet(changed(50, -1), packet), PacketFault::kBadPrice) << "a negative price";
  EXPECT_EQ(parse_packet(changed(42, 127), packet), PacketFault::kBadTime);
  std::string zero = snap;
  zero.replace(43, 8, std::string(8, '\0'));
  EXPECT_EQ(parse_packet(zero, packet), PacketFault::kBadPrice) << "a last price of zero is no price";
  std::string nan = snap;
  nan.replace(75, 8, from_hex("000000000000f87f"));
  EXPECT_EQ(parse_packet(nan, packet), PacketFault::kBadPrice);
}

TEST(MarketPacket, TheFlagSaysTheSideAndAnImpossibleBookIsNone) {
  std::mt19937_64 random(2);
  PacketFields fields = random_fields(3, random);
  std::string frame = build_packet(fields);
  // Sells first, buys behind: the flags still say which is which.
  frame.replace(147, 200, frame.substr(247, 100) + frame.substr(147, 100));
  MarketPacket packet;
  ASSERT_EQ(parse_packet(frame, packet), PacketFault::kNone);
  EXPECT_TRUE(packet.is_depth_good);
  EXPECT_EQ(packet.bids[0].price.value(), fields.bids[0].second * 100);
  // Sides swapped: bids above asks cannot be.
  std::swap(fields.bids, fields.asks);
  ASSERT_EQ(parse_packet(build_packet(fields), packet), PacketFault::kNone);
  EXPECT_FALSE(packet.is_depth_good);
  EXPECT_TRUE(packet.bids[0].quantity.is_zero());
  EXPECT_TRUE(packet.asks[0].quantity.is_zero());
}

TEST(MarketPacket, CurrencyPricesAreTenMillionths) {
  std::mt19937_64 random(3);
  PacketFields fields = random_fields(1, random);
  fields.exchange = 13;
  fields.last = 842'525'000;  // 84.2525
  MarketPacket packet;
  ASSERT_EQ(parse_packet(build_packet(fields), packet), PacketFault::kNone);
  EXPECT_EQ(packet.last, Price(842'525));
}

TEST(StreamMessages, SubscriptionsInBatches) {
  const auto one = subscription_messages(true, StreamMode::kSnapQuote, {{ExchangeType::kNseCash, "2885"}, {ExchangeType::kNseCash, "3045"}});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one.at(0), R"({"action":1,"params":{"mode":3,"tokenList":[{"exchangeType":1,"tokens":["2885","3045"]}]}})");
  EXPECT_EQ(subscription_messages(false, StreamMode::kLtp, std::vector<StreamToken>(1'000, {ExchangeType::kNseCash, "1"})).size(), 10U);
  EXPECT_TRUE(subscription_messages(true, StreamMode::kLtp, {}).empty());
}

TEST(StreamMessages, TextsThatComeBack) {
  EXPECT_EQ(read_stream_text("pong").kind, StreamText::Kind::kHeartbeat);
  const StreamText error = read_stream_text(R"({"correlationID":"abc","errorCode":"E1002","errorMessage":"Subscription Limit Exceeded."})");
  EXPECT_EQ(error.kind, StreamText::Kind::kError);
  EXPECT_EQ(error.code, "E1002");
  EXPECT_EQ(read_stream_text("hello").kind, StreamText::Kind::kOther);
}

}  // namespace
}  // namespace broker::smartapi
