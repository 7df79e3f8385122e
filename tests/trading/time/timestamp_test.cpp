#include "trading/time/timestamp.h"

#include "tests/trading/support/seeded.h"

namespace trading {
namespace {

TEST(Timestamp, IsIstWithoutAZone) {
  const Timestamp open = parse_timestamp("2026-11-23T09:15:00").value();
  EXPECT_EQ(open, parse_timestamp("2026-11-23T03:45:00Z").value());
  EXPECT_EQ(open, timestamp_of(TradingDate::from_civil(2026, 11, 23), at(9, 15)));
  EXPECT_EQ(format_ist(open), "2026-11-23T09:15:00+05:30");
  EXPECT_EQ(date_of(parse_timestamp("2026-11-22T18:29:59Z").value()).iso(), "2026-11-22");
  EXPECT_EQ(date_of(parse_timestamp("2026-11-22T18:30:00Z").value()).iso(), "2026-11-23");
  for (const char* text : {"", "2026-02-30", "2026-11-23T25:00", "2026-11-23T09:15:00+15:00",
                           "23-11-2026", "2026-11-23T9:15"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(Timestamp, RoundTrips) {
  SEEDED_RANDOM(random, 21);
  for (int i = 0; i < 50'000; ++i) {
    const Timestamp t{random.between(0, 4'000'000'000'000'000)};
    ASSERT_EQ(parse_timestamp(format_ist(t)).value(), t) << format_ist(t);
    ASSERT_EQ(timestamp_of(date_of(t), time_of(t)).us, t.us - t.us % 1'000'000);
  }
}

TEST(TradingDate, KnowsItsWeekday) {
  EXPECT_EQ(TradingDate::from_civil(2026, 11, 23).weekday(), 1);
  EXPECT_EQ(TradingDate::from_civil(2026, 11, 22).weekday(), 0);
  EXPECT_EQ(TradingDate::from_civil(1969, 12, 31).weekday(), 3);
  EXPECT_EQ(TradingDate::from_civil(1970, 1, 1).weekday(), 4);
}

TEST(Duration, ReadsUnits) {
  EXPECT_EQ(parse_duration("1h30m").value(), minutes(90));
  EXPECT_EQ(parse_duration("90s").value(), seconds(90));
  for (const char* text : {"", "5", "m", "0s", "-5m", "5x", "1.5h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace trading
