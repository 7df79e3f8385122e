#include "execution_broker/market/smartapi/quote_cache.h"

#include <gtest/gtest.h>

#include "tests/execution_broker/exchange/smartapi/build_packet.h"
#include "tests/support/fake_clock.h"

namespace broker {
namespace {

using trading::Timestamp;

const Timestamp kNow = timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(10, 0));

InstrumentMaster master_of_one() {
  trading::Instrument sbin;
  sbin.symbol = "SBIN";
  sbin.trading_symbol = "SBIN-EQ";
  sbin.token = "3045";
  return InstrumentMaster({sbin});
}

struct Cache {
  InstrumentMaster master = master_of_one();
  QuoteCache quotes{master, trading::ExchangeCalendar::nse(), nullptr};
  std::int64_t sequence = 0;

  void packet(Timestamp exchange_time, Timestamp received, std::int64_t last = 81'300, std::int64_t volume = 1'000, std::int64_t seq = 0) {
    smartapi::PacketFields fields;
    fields.mode = 3;
    fields.last = last;
    fields.volume = volume;
    fields.time_ms = exchange_time.us / 1'000;
    fields.sequence = seq != 0 ? seq : ++sequence;
    smartapi::give_book(fields, 5);
    smartapi::MarketPacket parsed;
    ASSERT_EQ(smartapi::parse_packet(smartapi::build_packet(fields), parsed), smartapi::PacketFault::kNone);
    quotes.on_packet(parsed, received);
  }
};

TEST(QuoteCache, AFreshPriceWithItsDepthAndAge) {
  Cache cache;
  EXPECT_EQ(cache.quotes.quote("SBIN", kNow).error().code, "NO_MARKET_DATA");
  EXPECT_EQ(cache.quotes.quote("TCS", kNow).error().code, "UNKNOWN_SYMBOL");
  cache.packet(kNow - trading::seconds(1), kNow);
  const auto quote = cache.quotes.quote("SBIN", kNow + trading::seconds(1));
  ASSERT_TRUE(quote);
  EXPECT_FALSE(quote->is_stale);
  EXPECT_EQ(quote->age.us, 2'000'000) << "since the exchange said it, not since it came";
  EXPECT_FALSE(quote->slice.is_depth_modelled);
  EXPECT_EQ(quote->slice.bid(), trading::Price(8'129'500));
  EXPECT_EQ(quote->slice.traded_volume, 0) << "what traded before the first word is nobody's";
}

TEST(QuoteCache, ACutLineMakesEveryPriceStaleAtOnceUntilANewerWord) {
  Cache cache;
  cache.packet(kNow, kNow);
  cache.quotes.on_gap();
  const auto cut = cache.quotes.quote("SBIN", kNow);
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->is_stale) << "whatever its age";
  EXPECT_EQ(cut->age.us, 0);
  EXPECT_FALSE(cache.quotes.is_fresh("SBIN", kNow));
  cache.packet(kNow + trading::seconds(1), kNow + trading::seconds(1), 81'300, 9'000);
  const auto back = cache.quotes.quote("SBIN", kNow + trading::seconds(1));
  EXPECT_FALSE(back->is_stale);
  EXPECT_EQ(back->slice.traded_volume, 0) << "nobody saw how the volume of the gap traded";
  EXPECT_FALSE(back->slice.path_from);
}

TEST(QuoteCache, SilenceGrowsStaleAndATimeInTheFutureIsNoTime) {
  Cache cache;
  cache.packet(kNow, kNow);
  EXPECT_FALSE(cache.quotes.quote("SBIN", kNow + trading::seconds(3))->is_stale);
  EXPECT_TRUE(cache.quotes.quote("SBIN", kNow + trading::seconds(4))->is_stale);
  Cache ahead;
  ahead.packet(kNow + trading::minutes(5), kNow);
  EXPECT_TRUE(ahead.quotes.quote("SBIN", kNow)->is_stale);
}

TEST(QuoteCache, OlderAndDoubledPacketsChangeNothing) {
  Cache cache;
  cache.packet(kNow, kNow, 81'300, 1'000, 100);
  cache.packet(kNow - trading::seconds(1), kNow, 70'000, 900, 101);  // time goes back
  cache.packet(kNow, kNow, 70'000, 900, 99);                         // sequence goes back
  cache.packet(kNow, kNow, 70'000, 900, 100);                        // the same again
  EXPECT_EQ(cache.quotes.quote("SBIN", kNow)->slice.last, trading::Price(8'130'000));
  EXPECT_EQ(cache.quotes.outdated_packets(), 3);
}

TEST(QuoteCache, SlicesAscendAndAreNeverBehindAReader) {
  Cache cache;
  Timestamp after{};
  int seen = 0;
  for (int i = 0; i < 50; ++i) {
    cache.packet(kNow + trading::seconds(i / 5), kNow + trading::milliseconds(i * 200), 81'300 + i, 1'000 + 10 * i);
    // A reader that has passed this instant already.
    const Timestamp until = kNow + trading::milliseconds(i * 200 + 100);
    while (const auto slice = cache.quotes.next_slice("SBIN", after, until)) {
      EXPECT_GT(slice->ts, after);
      if (seen > 0) {
        EXPECT_EQ(slice->traded_volume, 10);
      }
      EXPECT_LE(slice->bar_low, slice->last);
      EXPECT_GE(slice->bar_high, slice->last);
      after = slice->ts;
      ++seen;
    }
    after = until;
  }
  while (const auto slice = cache.quotes.next_slice("SBIN", after, kNow + trading::minutes(1))) {
    after = slice->ts;
    ++seen;
  }
  EXPECT_EQ(seen, 50) << "none was lost behind the reader";
}

smartapi::QuoteRow row_of(Timestamp feed_time, std::int64_t last_e4) {
  smartapi::QuoteRow row;
  row.exchange = "NSE";
  row.token = "3045";
  row.last = trading::Price(last_e4);
  row.feed_time = feed_time;
  row.day_volume = 5'000;
  row.bids[0] = {trading::Price(last_e4 - 500), trading::Quantity(10)};
  row.asks[0] = {trading::Price(last_e4 + 500), trading::Quantity(10)};
  return row;
}

// With the stream down, stops are watched by what was asked for; such a print says so, and gives
// nothing of the volume of which nobody knows when it traded.
TEST(QuoteCache, ARequestedQuoteIsAPrintWhileTheStreamIsDown) {
  Cache cache;
  cache.quotes.on_line();
  cache.packet(kNow, kNow);
  const auto streamed = cache.quotes.next_slice("SBIN", {}, kNow + trading::seconds(1));
  ASSERT_TRUE(streamed && streamed->heard);
  EXPECT_EQ(streamed->heard->line, 1);
  EXPECT_EQ(streamed->heard->exchange_ts, kNow);
  cache.quotes.on_gap();
  const Timestamp later = kNow + trading::seconds(2);
  cache.quotes.on_row(row_of(later, 7'900'000), later);
  const auto asked = cache.quotes.next_slice("SBIN", streamed->ts, later);
  ASSERT_TRUE(asked && asked->heard);
  EXPECT_EQ(asked->heard->line, 0);
  EXPECT_EQ(asked->last, trading::Price(7'900'000));
  EXPECT_EQ(asked->traded_volume, 0);
  EXPECT_FALSE(asked->path_from) << "the way there was not seen";
  const auto quote = cache.quotes.quote("SBIN", later);
  EXPECT_FALSE(quote->is_stale);
  EXPECT_EQ(quote->note, "from a request, not from the stream");
  EXPECT_FALSE(cache.quotes.next_slice("SBIN", asked->ts, later + trading::seconds(9)));
  // The same answer again is no other print, and an older one neither.
  cache.quotes.on_row(row_of(later, 7'000'000), later + trading::seconds(1));
  cache.quotes.on_row(row_of(kNow, 7'000'000), later + trading::seconds(1));
  EXPECT_EQ(cache.quotes.quote("SBIN", later)->slice.last, trading::Price(7'900'000));
  // The next connection is the next line.
  cache.quotes.on_line();
  cache.packet(later + trading::seconds(1), later + trading::seconds(1));
  EXPECT_EQ(cache.quotes.quote("SBIN", later + trading::seconds(1))->slice.heard->line, 2);
}

TEST(QuoteCache, AClockThatIsSetBackMakesNothingYounger) {
  FakeClock steady{kNow};
  const InstrumentMaster master = master_of_one();
  QuoteCache quotes(master, trading::ExchangeCalendar::nse(), &steady);
  quotes.on_row(row_of(kNow, 8'000'000), kNow);
  EXPECT_FALSE(quotes.quote("SBIN", kNow)->is_stale);
  steady.advance(trading::seconds(60));
  EXPECT_TRUE(quotes.quote("SBIN", kNow)->is_stale) << "a minute passed, whatever the wall clock says";
  EXPECT_EQ(quotes.quote("SBIN", kNow)->age.us, 60'000'000);
}

TEST(QuoteCache, AnotherDaysInstrumentsKeepWhatIsStillTheSame) {
  Cache cache;
  cache.packet(kNow, kNow);
  trading::Instrument sbin = cache.master.all().front(), tcs = sbin;
  tcs.symbol = "TCS";
  tcs.token = "11536";
  const InstrumentMaster more({sbin, tcs});
  cache.quotes.adopt(more);
  EXPECT_TRUE(cache.quotes.quote("SBIN", kNow)) << "same symbol, same token";
  EXPECT_EQ(cache.quotes.quote("TCS", kNow).error().code, "NO_MARKET_DATA");
  sbin.token = "9999";
  const InstrumentMaster moved({sbin});
  cache.quotes.adopt(moved);
  EXPECT_EQ(cache.quotes.quote("SBIN", kNow).error().code, "NO_MARKET_DATA") << "a token that moved is another share";
  EXPECT_EQ(cache.quotes.quote("TCS", kNow).error().code, "UNKNOWN_SYMBOL");
}

TEST(QuoteCache, ARequestedQuoteNeedsATimeAndNeverReplacesTheStream) {
  Cache cache;
  smartapi::QuoteRow row;
  row.exchange = "NSE";
  row.token = "3045";
  row.last = trading::Price(8'000'000);
  cache.quotes.on_row(row, kNow);
  EXPECT_FALSE(cache.quotes.quote("SBIN", kNow)) << "without a time";
  row.feed_time = kNow - trading::hours(18);
  cache.quotes.on_row(row, kNow);
  EXPECT_TRUE(cache.quotes.quote("SBIN", kNow)->is_stale) << "yesterday's last price";
  cache.packet(kNow, kNow);
  row.feed_time = kNow;
  cache.quotes.on_row(row, kNow);
  EXPECT_EQ(cache.quotes.quote("SBIN", kNow)->slice.last, trading::Price(8'130'000));
}

}  // namespace
}  // namespace broker
