// The virtual clock: pace, skipping of closed spans, and never back.

#include "execution_broker/clock/virtual_clock.h"

#include <gtest/gtest.h>

#include "execution_broker/clock/open_span.h"
#include "execution_broker/clock/real_clock.h"
#include "tests/support/fake_clock.h"

namespace broker {
namespace {

using trading::at;
using trading::ExchangeCalendar;
using trading::hours;
using trading::minutes;
using trading::seconds;
using trading::Timestamp;
using trading::TradingDate;

constexpr std::int64_t kSecondUs = 1'000'000;

Timestamp when(int month, int day, int hour, int minute, int second = 0) {
  return timestamp_of(TradingDate::from_civil(2026, month, day), at(hour, minute, second));
}

VirtualClock clock_at(Timestamp start, Pace pace) {
  return VirtualClock(ExchangeCalendar::nse(), start, pace, 0);
}

TEST(VirtualClock, StandsStillUntilItsWriterMovesIt) {
  VirtualClock clock(ExchangeCalendar::nse(), when(11, 23, 9, 15), Pace{});
  EXPECT_EQ(clock.market_now(), when(11, 23, 9, 15));
  clock.set_market(when(11, 23, 9, 16));
  EXPECT_EQ(clock.market_now(), when(11, 23, 9, 16));
  clock.set_market(when(11, 23, 9, 16));  // the same instant is not back
}

TEST(VirtualClockDeathTest, NeverGoesBack) {
  VirtualClock clock(ExchangeCalendar::nse(), when(11, 23, 9, 15), Pace{});
  EXPECT_DEATH(clock.set_market(when(11, 23, 9, 14)), "market time went back");
}

TEST(VirtualClock, FollowsRealTimeTimesSpeed) {
  const VirtualClock one = clock_at(when(11, 23, 9, 15), Pace{.speed_e4 = 10'000});
  EXPECT_EQ(one.target(90 * kSecondUs), when(11, 23, 9, 16, 30));
  const VirtualClock sixty = clock_at(when(11, 23, 9, 15), Pace{.speed_e4 = 600'000});
  EXPECT_EQ(sixty.target(10 * kSecondUs), when(11, 23, 9, 25));
  const VirtualClock half = clock_at(when(11, 23, 9, 15), Pace{.speed_e4 = 5'000});
  EXPECT_EQ(half.target(10 * kSecondUs), when(11, 23, 9, 15, 5));
}

TEST(VirtualClock, StepClockHasNoTargetOfItsOwn) {
  const VirtualClock clock = clock_at(when(11, 23, 9, 15), Pace{.speed_e4 = 0});
  EXPECT_TRUE(clock.pace().is_step());
  EXPECT_EQ(clock.target(1'000 * kSecondUs), when(11, 23, 9, 15));
}

TEST(VirtualClock, SkipsFromTheLastPhaseToTheNextPreOpen) {
  // 23 Nov 2026 is a Monday, the 24th a holiday: the next trading day is Wednesday.
  const VirtualClock clock = clock_at(when(11, 23, 15, 59), Pace{});
  EXPECT_EQ(clock.target(60 * kSecondUs), when(11, 23, 16, 0));
  EXPECT_EQ(clock.target(61 * kSecondUs), when(11, 25, 9, 0, 1));
  EXPECT_EQ(clock.advanced_by(when(11, 23, 15, 59), minutes(2)), when(11, 25, 9, 0));
  EXPECT_EQ(clock.advanced_by(when(11, 23, 10, 0), hours(24)), when(11, 25, 9, 0)) << "over a holiday";
  EXPECT_EQ(clock.advanced_by(when(11, 25, 10, 0), hours(24)), when(11, 26, 10, 0)) << "a day is a day";
  EXPECT_EQ(clock.advanced_by(when(11, 21, 12, 0), minutes(15)), when(11, 23, 9, 0))
      << "from a Saturday";
  EXPECT_EQ(clock.advanced_by(when(11, 23, 3, 0), seconds(1)), when(11, 23, 9, 0))
      << "from the night";
}

TEST(VirtualClock, WithoutSkippingTimeIsPlain) {
  const VirtualClock clock =
      clock_at(when(11, 23, 15, 59), Pace{.speed_e4 = 10'000, .skips_closed = false});
  EXPECT_EQ(clock.target(3'600 * kSecondUs), when(11, 23, 16, 59));
  EXPECT_EQ(clock.advanced_by(when(11, 23, 15, 59), hours(24)), when(11, 24, 15, 59));
}

TEST(VirtualClock, RunsOnPastTheEndOfTheCalendar) {
  const ExchangeCalendar& nse = ExchangeCalendar::nse();
  const Timestamp last = timestamp_of(nse.valid_through(), at(23, 0));
  EXPECT_FALSE(open_span_from(nse, last).has_value());
  EXPECT_EQ(walk_market_time(nse, last, hours(2), true), last + hours(2));
}

TEST(VirtualClock, TargetNeverGoesBackAndAgreesWithOneLongWalk) {
  const Timestamp start = when(11, 2, 9, 0);
  const VirtualClock asked_often = clock_at(start, Pace{.speed_e4 = 60 * 10'000});
  const VirtualClock asked_once = clock_at(start, Pace{.speed_e4 = 60 * 10'000});
  Timestamp last = start;
  std::int64_t steady = 0;
  for (int i = 0; i < 5'000; ++i) {
    steady += 137'911;
    const Timestamp now = asked_often.target(steady);
    ASSERT_GE(now, last);
    last = now;
  }
  EXPECT_EQ(last, asked_once.target(steady));
  EXPECT_GE(asked_often.target(0), start) << "never before market_now()";
}

TEST(VirtualClock, StepsNeverStandStillAndNeverEndInAClosedSpan) {
  const VirtualClock clock = clock_at(when(11, 2, 9, 0), Pace{.speed_e4 = 0});
  Timestamp t = when(11, 2, 9, 0);
  for (int i = 0; i < 1'000; ++i) {
    const Timestamp next = clock.advanced_by(t, minutes(7));
    ASSERT_GE(next, t + minutes(7));
    ASSERT_LE(open_span_from(ExchangeCalendar::nse(), next)->begin, next);
    t = next;
  }
}

TEST(VirtualClock, SpeedIsReadFromText) {
  EXPECT_EQ(*parse_speed("step"), 0);
  EXPECT_EQ(*parse_speed("1"), 10'000);
  EXPECT_EQ(*parse_speed("0.5"), 5'000);
  EXPECT_EQ(*parse_speed("100000"), 1'000'000'000);
  for (const char* bad : {"", "0", "-1", "fast", "100001", "1e9", "0.00001", "nan"})
    EXPECT_FALSE(parse_speed(bad)) << bad;
  EXPECT_EQ(parse_speed("0").error().field, "SIM_SPEED");
}

TEST(RealClock, ReadsTheMachine) {
  const RealClock clock;
  const std::int64_t before = clock.steady_us();
  EXPECT_GT(clock.market_now().us, 0);
  EXPECT_GE(clock.steady_us(), before);
}

TEST(FakeClock, MovesWhenTold) {
  FakeClock clock(when(11, 23, 9, 15));
  const std::int64_t steady = clock.steady_us();
  clock.advance(minutes(1));
  EXPECT_EQ(clock.market_now(), when(11, 23, 9, 16));
  EXPECT_EQ(clock.steady_us() - steady, 60 * kSecondUs);
}

}  // namespace
}  // namespace broker
