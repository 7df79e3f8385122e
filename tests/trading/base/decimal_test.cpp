#include "trading/base/decimal.h"

#include "tests/trading/support/seeded.h"
#include "trading/base/money.h"

namespace trading {
namespace {

TEST(Decimal, ReadsPlainNumbersExactly) {
  EXPECT_EQ(parse_decimal("12.5", 4).value(), 125'000);
  EXPECT_EQ(parse_decimal("-0.05", 2).value(), -5);
  EXPECT_EQ(parse_decimal("0.1", 4).value(), 1'000);
  EXPECT_EQ(parse_decimal("1e3", 2).value(), 100'000);
  EXPECT_EQ(parse_decimal("1.25E-1", 4).value(), 1'250);
  EXPECT_EQ(parse_decimal("3314.3000000", 2).value(), 331'430);
  EXPECT_EQ(parse_decimal("922337203685477.5807", 4).value(), INT64_MAX);
}

TEST(Decimal, RefusesWhatItCannotHold) {
  for (const char* text : {"", "-", ".5", "5.", "1.2.3", "1,000", "NaN", "inf", "0x10", " 1", "1 ",
                           "+1", "1e", "1e99", "0.00001", "922337203685477.5808", "--1", "1e-9"}) {
    const auto result = parse_decimal(text, 4);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, "DECIMAL_INVALID") << text;
  }
}

TEST(Decimal, RoundTrips) {
  SEEDED_RANDOM(random, 11);
  for (int i = 0; i < 100'000; ++i) {
    const int bits = static_cast<int>(random.between(1, 62));
    const std::int64_t value = random.between(-(std::int64_t{1} << bits), std::int64_t{1} << bits);
    const int scale = static_cast<int>(random.between(0, 6));
    const std::string text =
        format_decimal(value, scale, static_cast<int>(random.between(0, scale)));
    const auto parsed = parse_decimal(text, scale);
    ASSERT_TRUE(parsed) << text;
    ASSERT_EQ(*parsed, value) << text << " scale " << scale;
  }
}

TEST(Decimal, GroupsRupeesTheIndianWay) {
  EXPECT_EQ(format_rupees(0), "0.00");
  EXPECT_EQ(format_rupees(9'999'900), "999.99");
  EXPECT_EQ(format_rupees(1'200'000'000), "1,20,000.00");
  EXPECT_EQ(format_rupees(-1'234'567'890'050), "-12,34,56,789.01");
  EXPECT_EQ(format_rupees(50), "0.01");
}

// a * b / d, compared with the exact quotient through the definition of each rounding.
TEST(Rounding, HoldsItsDefinition) {
  SEEDED_RANDOM(random, 12);
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t a = random.between(-2'000'000, 2'000'000);
    const std::int64_t d = random.between(1, 2'000);
    const std::int64_t floor = a >= 0 ? a / d : -((-a + d - 1) / d);
    const std::int64_t rest = a - floor * d;  // 0 <= rest < d
    const std::int64_t ceil = floor + (rest != 0 ? 1 : 0);
    ASSERT_EQ(divide(a, d, Rounding::kFloor), floor);
    ASSERT_EQ(divide(a, d, Rounding::kDown), a >= 0 ? floor : ceil);
    ASSERT_EQ(divide(a, d, Rounding::kUp), a >= 0 ? ceil : floor);
    const std::int64_t away = a >= 0 ? ceil : floor;
    const std::int64_t nearest = 2 * rest < d ? floor : 2 * rest > d ? ceil : away;
    ASSERT_EQ(divide(a, d, Rounding::kHalfUp), nearest) << a << "/" << d;
    const std::int64_t even = 2 * rest != d ? nearest : floor % 2 == 0 ? floor : ceil;
    ASSERT_EQ(divide(a, d, Rounding::kHalfEven), even) << a << "/" << d;
  }
}

TEST(Price, SnapsToTheTick) {
  EXPECT_EQ(Price(1'234'567).floor_to(Price(500)), Price(1'234'500));
  EXPECT_EQ(Price(1'234'567).ceil_to(Price(500)), Price(1'235'000));
  EXPECT_EQ(Price(-1).floor_to(Price(500)), Price(-500));
  EXPECT_TRUE(Price(1'234'500).is_on_tick(Price(500)));
  EXPECT_FALSE(Price(1'234'567).is_on_tick(Price(500)));
  EXPECT_EQ(price_from_double(12.34566).value(), Price(123'457));
  EXPECT_FALSE(price_from_double(1.0e300));
}

TEST(MoneyDeathTest, OverflowAborts) {
  EXPECT_DEATH((void)(Money(INT64_MAX) + Money(1)), "overflows");
  EXPECT_DEATH((void)value_of(Price(INT64_MAX), Quantity(2)), "overflows");
}

}  // namespace
}  // namespace trading
