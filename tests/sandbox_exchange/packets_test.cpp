#include "tests/sandbox_exchange/packets.h"

#include <gtest/gtest.h>

#include <cstring>

namespace sandbox {
namespace {

using namespace trading;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

// Reads a frame back by the offsets of the documents, not by the writer's own order.
std::int64_t i64_at(const std::string& bytes, std::size_t offset) {
  std::int64_t value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}
double f64_at(const std::string& bytes, std::size_t offset) {
  double value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}
std::int16_t i16_at(const std::string& bytes, std::size_t offset) {
  std::int16_t value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}
std::int32_t i32_at(const std::string& bytes, std::size_t offset) {
  std::int32_t value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

Price rupees(std::int64_t paise) { return Price(paise * 100); }

struct Recorded {
  Listing listing;
  Tape tape;
  Recorded() {
    // A recorded quote: RELIANCE, 24 Sep 2026 15:22:07.
    listing.token = "2885";
    listing.symbol = "RELIANCE-EQ";
    tape.listing = &listing;
    tape.sequence = 17'640'202;
    tape.feed_time = Timestamp{1'790'243'527'000'000};
    tape.last_trade = tape.feed_time;
    tape.last = rupees(122'090);
    tape.last_quantity = 1;
    tape.volume = 13'553'498;
    tape.turnover_e4 = rupees(123'000 - 2'000).value();
    tape.open = rupees(123'660);
    tape.high = rupees(124'160);
    tape.low = rupees(121'950);
    tape.previous_close = rupees(124'800);
    tape.upper_circuit = rupees(137'280);
    tape.lower_circuit = rupees(112'320);
    tape.year_high = rupees(161'140);
    tape.year_low = rupees(111'480);
    for (std::size_t i = 0; i < kLadderDepth; ++i) {
      const auto step = static_cast<std::int64_t>(i);
      tape.buys[i] = {rupees(122'080 - 10 * step), 100 + step, 3};
      tape.sells[i] = {rupees(122'100 + 10 * step), 200 + step, 4};
    }
  }
};

TEST(Packets, LtpFrameIsTheRecordedOne) {
  const Recorded r;
  const std::string expected = from_hex("0101") + "2885" + std::string(21, '\0') + from_hex("0a2b0d0100000000") +
                               from_hex("5859d4d2a0010000") + from_hex("eadc010000000000");
  EXPECT_EQ(packet_of(r.tape, StreamMode::kLtp), expected);
}

TEST(Packets, SizesAreThoseOfTheDocuments) {
  const Recorded r;
  for (const auto& [mode, size] : {std::pair(StreamMode::kLtp, 51U), std::pair(StreamMode::kQuote, 123U),
                                   std::pair(StreamMode::kSnapQuote, 379U), std::pair(StreamMode::kDepth, 443U)})
    EXPECT_EQ(packet_of(r.tape, mode).size(), size);
}

TEST(Packets, QuoteFieldsStandAtTheirOffsets) {
  Recorded r;
  r.tape.turnover_e4 = rupees(122'966).value() * r.tape.volume;
  const std::string frame = packet_of(r.tape, StreamMode::kQuote);
  // From byte 51: last quantity, average and volume of the recorded frame.
  EXPECT_EQ(frame.substr(51, 24), from_hex("0100000000000000" "56e0010000000000" "5acfce0000000000"));
  EXPECT_EQ(frame.substr(91), from_hex("0ce3010000000000" "00e5010000000000" "5edc010000000000" "80e7010000000000"));
  EXPECT_DOUBLE_EQ(f64_at(frame, 75), static_cast<double>(r.tape.total(r.tape.buys)));
  EXPECT_DOUBLE_EQ(f64_at(frame, 83), static_cast<double>(r.tape.total(r.tape.sells)));
}

TEST(Packets, SnapQuoteFlagsItsSides) {
  const Recorded r;
  const std::string frame = packet_of(r.tape, StreamMode::kSnapQuote);
  EXPECT_EQ(i64_at(frame, 123), 1'790'243'527);  // seconds, where the others are milliseconds
  for (std::size_t level = 0; level < 10; ++level) {
    const std::size_t at = 147 + 20 * level;
    const auto step = static_cast<std::int64_t>(level % 5);
    const bool is_buy = level < 5;
    EXPECT_EQ(i16_at(frame, at), is_buy ? 1 : 0);
    EXPECT_EQ(i64_at(frame, at + 2), (is_buy ? 100 : 200) + step);
    EXPECT_EQ(i64_at(frame, at + 10), is_buy ? 122'080 - 10 * step : 122'100 + 10 * step);
    EXPECT_EQ(i16_at(frame, at + 18), is_buy ? 3 : 4);
  }
  EXPECT_EQ(i64_at(frame, 347), 137'280);
  EXPECT_EQ(i64_at(frame, 355), 112'320);
  EXPECT_EQ(i64_at(frame, 363), 161'140);
  EXPECT_EQ(i64_at(frame, 371), 111'480);
}

TEST(Packets, DepthHasTwentyLevelsASide) {
  const Recorded r;
  const std::string frame = packet_of(r.tape, StreamMode::kDepth);
  EXPECT_EQ(i64_at(frame, 27), 1'790'243'527'000);
  EXPECT_EQ(i32_at(frame, 43 + 19 * 10), 119);
  EXPECT_EQ(i32_at(frame, 43 + 19 * 10 + 4), 122'080 - 190);
  EXPECT_EQ(i32_at(frame, 243), 200);
  EXPECT_EQ(i16_at(frame, 243 + 8), 4);
}

TEST(Packets, EmptyLevelsAreZerosAndTakenOnesCloseUp) {
  Recorded r;
  r.tape.buys[0] = Level{};
  r.tape.sells = Ladder{};
  const std::string frame = packet_of(r.tape, StreamMode::kSnapQuote);
  EXPECT_EQ(i64_at(frame, 147 + 10), 122'070);
  for (std::size_t level = 5; level < 10; ++level) EXPECT_EQ(i64_at(frame, 147 + 20 * level + 10), 0);
}

TEST(Packets, AnIndexHasNoSequence) {
  Recorded r;
  r.listing.instrument_type = "AMXIDX";
  EXPECT_EQ(i64_at(packet_of(r.tape, StreamMode::kLtp), 27), 0);
}

}  // namespace
}  // namespace sandbox
