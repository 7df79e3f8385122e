#include "trading/instruments/instrument.h"

#include "tests/trading/support/seeded.h"

namespace trading {
namespace {

TradingDate date(const char* text) {
  return parse_date(text).value();
}
Price rupees(const char* text) {
  return Price::parse_rupees(text).value();
}

TEST(Tick, FollowsTheTierOfTheDate) {
  struct Row {
    const char* day;
    const char* reference;
    const char* tick;
  };
  const Row rows[] = {
      {"2013-04-22", "100.00", "0.05"},    {"2024-06-07", "100.00", "0.05"},
      {"2024-06-10", "249.99", "0.01"},    {"2024-06-10", "250.00", "0.05"},
      {"2025-04-14", "5000.00", "0.05"},   {"2025-04-15", "0.05", "0.01"},
      {"2025-04-15", "249.99", "0.01"},    {"2025-04-15", "250.00", "0.05"},
      {"2025-04-15", "1000.00", "0.05"},   {"2025-04-15", "1000.05", "0.10"},
      {"2025-04-15", "5000.00", "0.10"},   {"2025-04-15", "5000.10", "0.50"},
      {"2025-04-15", "10000.00", "0.50"},  {"2025-04-15", "10000.50", "1.00"},
      {"2025-04-15", "20000.00", "1.00"},  {"2025-04-15", "20001.00", "5.00"},
      {"2026-11-23", "130000.00", "5.00"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(tick_of(Instrument{}, date(row.day), rupees(row.reference)), rupees(row.tick))
        << row.day << " " << row.reference;
  Instrument fixed;
  fixed.fixed_tick = rupees("0.05");
  EXPECT_EQ(tick_of(fixed, date("2026-11-23"), rupees("3000")), rupees("0.05"));
}

TEST(Band, IsOnTickAndInward) {
  Instrument stock;
  stock.has_derivatives = true;
  const PriceBand band = band_of(stock, date("2026-11-23"), rupees("1234.50"));
  EXPECT_EQ(band.lower, rupees("1111.10"));  // 1111.05 is not on the 0.10 tick
  EXPECT_EQ(band.upper, rupees("1357.90"));
  stock.has_derivatives = false;
  EXPECT_EQ(band_of(stock, date("2026-11-23"), rupees("100")).upper, rupees("120"));
  stock.fixed_band = Bps(500);
  EXPECT_EQ(band_of(stock, date("2026-11-23"), rupees("100")).lower, rupees("95"));
}

TEST(Band, IsFivePercentOnDisasterRecoveryDays) {
  Instrument stock;
  stock.has_derivatives = true;
  EXPECT_EQ(band_of(stock, date("2024-05-18"), rupees("3000")).upper, rupees("3150"));
  EXPECT_EQ(band_of(stock, date("2024-05-17"), rupees("3000")).upper, rupees("3300"));
  stock.fixed_band = Bps(200);
  EXPECT_EQ(band_of(stock, date("2024-03-02"), rupees("3000")).upper, rupees("3060"));
}

TEST(Band, HoldsItsPropertiesForAnyPrice) {
  SEEDED_RANDOM(random, 41);
  for (int i = 0; i < 50'000; ++i) {
    Instrument stock;
    stock.has_derivatives = random.chance(50);
    if (random.chance(30)) stock.fixed_band = Bps(random.between(1, 20) * 100);
    const TradingDate day =
        date("2023-01-01") + static_cast<std::int32_t>(random.between(0, 1'460));
    const Price close(random.between(1, 30'000) * random.between(1, 10'000));
    const Price tick = tick_of(stock, day, close);
    const PriceBand band = band_of(stock, day, close);
    ASSERT_TRUE(band.lower.is_on_tick(tick) && band.upper.is_on_tick(tick));
    ASSERT_LE(band.lower, band.upper);
    ASSERT_TRUE(band.lower.is_positive());
    if (close.is_on_tick(tick)) {
      ASSERT_TRUE(band.contains(close)) << close.rupees();
    }
  }
}

TEST(Instrument, NamesAreExact) {
  EXPECT_EQ(name_of(Exchange::kNse), "NSE");
  EXPECT_EQ(parse_exchange("BSE").value(), Exchange::kBse);
  EXPECT_EQ(parse_exchange("nse").error().code, "EXCHANGE_INVALID");
  EXPECT_EQ(parse_series("BE"), Series::kBe);
  EXPECT_EQ(parse_series("GS"), Series::kOther);
}

}  // namespace
}  // namespace trading
