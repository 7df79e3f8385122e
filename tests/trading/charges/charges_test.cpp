#include "trading/charges/charges.h"

#include "tests/trading/support/seeded.h"
#include "trading/data/charge_rates.h"

namespace trading {
namespace {

TradingDate date(const char* text) {
  return parse_date(text).value();
}
Accrual e4(const char* rupees) {
  return Accrual(Price::parse_rupees(rupees)->value());
}

FillForCharges fill(Side side, Product product, std::int64_t quantity, const char* price,
                    const char* day = "2026-11-23") {
  FillForCharges out;
  out.date = date(day);
  out.side = side;
  out.product = product;
  out.quantity = Quantity(quantity);
  out.price = Price::parse_rupees(price).value();
  out.is_first_delivery_sell = side == Side::kSell && product == Product::kDelivery;
  return out;
}

void expect_paise(Accrual actual, const char* rupees, const char* what) {
  EXPECT_EQ(actual.money(Rounding::kHalfUp), Money::parse_rupees(rupees).value())
      << what << " " << actual.rupees();
}

// The worked examples: NSE, 100 shares, bought at 1500.00 and sold at 1510.00.
TEST(Charges, IntradayRoundTripIsTheWorkedExample) {
  const ChargeLines sum = charges_of(fill(Side::kBuy, Product::kIntraday, 100, "1500")) +
                          charges_of(fill(Side::kSell, Product::kIntraday, 100, "1510"));
  EXPECT_EQ(sum[ChargeKind::kBrokerage], e4("40"));
  EXPECT_EQ(sum[ChargeKind::kStt], e4("37.75"));
  EXPECT_EQ(sum[ChargeKind::kTransaction], e4("9.2404"));
  EXPECT_EQ(sum[ChargeKind::kSebi], e4("0.301"));
  EXPECT_EQ(sum[ChargeKind::kStamp], e4("4.50"));
  EXPECT_EQ(sum[ChargeKind::kDp], e4("0"));
  expect_paise(sum[ChargeKind::kGst], "8.92", "gst");
  expect_paise(sum.total(), "100.71", "total");
}

TEST(Charges, DeliveryRoundTripIsTheWorkedExample) {
  const ChargeLines sum = charges_of(fill(Side::kBuy, Product::kDelivery, 100, "1500")) +
                          charges_of(fill(Side::kSell, Product::kDelivery, 100, "1510"));
  EXPECT_EQ(sum[ChargeKind::kBrokerage], e4("40"));
  EXPECT_EQ(sum[ChargeKind::kStt], e4("301"));
  EXPECT_EQ(sum[ChargeKind::kTransaction], e4("9.2404"));
  EXPECT_EQ(sum[ChargeKind::kSebi], e4("0.301"));
  EXPECT_EQ(sum[ChargeKind::kStamp], e4("22.50"));
  EXPECT_EQ(sum[ChargeKind::kDp], e4("20"));
  expect_paise(sum[ChargeKind::kGst], "12.52", "gst");
  expect_paise(sum.total(), "405.56", "total");
}

TEST(Charges, BrokerageHasACapAndAMinimum) {
  EXPECT_EQ(charges_of(fill(Side::kBuy, Product::kIntraday, 1, "100"))[ChargeKind::kBrokerage],
            e4("5"));
  EXPECT_EQ(charges_of(fill(Side::kBuy, Product::kIntraday, 100, "100"))[ChargeKind::kBrokerage],
            e4("10"));
  EXPECT_EQ(charges_of(fill(Side::kBuy, Product::kIntraday, 1000, "100"))[ChargeKind::kBrokerage],
            e4("20"));
}

TEST(Charges, DpIsOnlyTheFirstDeliverySell) {
  FillForCharges second = fill(Side::kSell, Product::kDelivery, 10, "100");
  second.is_first_delivery_sell = false;
  EXPECT_TRUE(charges_of(second)[ChargeKind::kDp].is_zero());
  FillForCharges intraday = fill(Side::kSell, Product::kIntraday, 10, "100");
  intraday.is_first_delivery_sell = true;
  EXPECT_TRUE(charges_of(intraday)[ChargeKind::kDp].is_zero());
}

TEST(Charges, RatesFollowTheDate) {
  const auto transaction = [](const char* day) {
    return charges_of(
        fill(Side::kBuy, Product::kDelivery, 1'000, "1000", day))[ChargeKind::kTransaction];
  };
  EXPECT_EQ(transaction("2026-03-01"), e4("30.699"));
  EXPECT_EQ(transaction("2026-02-28"), e4("29.70"));
  EXPECT_EQ(transaction("2024-09-30"), e4("32.20"));
  EXPECT_EQ(transaction("2023-07-03"), e4("32.50"));
  const auto brokerage = [](const char* day) {
    return charges_of(
        fill(Side::kBuy, Product::kDelivery, 1'000, "1000", day))[ChargeKind::kBrokerage];
  };
  EXPECT_TRUE(brokerage("2024-10-31").is_zero()) << "delivery was free";
  EXPECT_EQ(brokerage("2024-11-01"), e4("20"));
  const auto ipft = [](const char* day) {
    return charges_of(fill(Side::kBuy, Product::kDelivery, 1'000, "1000", day))[ChargeKind::kIpft];
  };
  EXPECT_EQ(ipft("2024-07-01"), e4("1"));
  EXPECT_EQ(ipft("2026-11-23"), e4("0.001"));
}

TEST(Charges, BasisSaysWhenANearbyTableStoodIn) {
  EXPECT_TRUE(charges_basis(date("2026-11-23")).is_exact);
  EXPECT_EQ(charges_basis(date("2026-11-23")).rates_from, date("2026-03-01"));
  EXPECT_EQ(charges_basis(date("2023-07-03")).rates_from, date("2023-04-01"));
  EXPECT_EQ(charges_basis(date("2023-07-03")).note, "");
  const ChargesBasis old = charges_basis(date("2012-05-04"));
  EXPECT_FALSE(old.is_exact);
  EXPECT_EQ(old.note, "rates of 2021-04-01 stood in for 2012-05-04");
}

TEST(Charges, TablesAscendAndNameTheirSource) {
  const auto check = [](const auto& table) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      EXPECT_FALSE(table[i].source.empty());
      if (i > 0) {
        EXPECT_LT(table[i - 1].since, table[i].since);
      }
    }
  };
  check(data::kStt);
  check(data::kTransaction);
  check(data::kSebi);
  check(data::kIpft);
  check(data::kStamp);
  check(data::kGst);
  check(data::kBrokerage);
  check(data::kDp);
}

TEST(Charges, ContractNoteRoundsTaxesToTheRupee) {
  ChargeLines day;
  for (Accrual& line : day.lines) line = e4("37.505");
  const auto note = contract_note(day);
  EXPECT_EQ(note[static_cast<std::size_t>(ChargeKind::kStt)], Money(3'800));
  EXPECT_EQ(note[static_cast<std::size_t>(ChargeKind::kStamp)], Money(3'800));
  EXPECT_EQ(note[static_cast<std::size_t>(ChargeKind::kGst)], Money(3'751));
  EXPECT_EQ(note[static_cast<std::size_t>(ChargeKind::kBrokerage)], Money(3'751));
}

TEST(Charges, NamesAreStable) {
  EXPECT_EQ(name_of(ChargeKind::kStt), "stt");
  EXPECT_EQ(name_of(ChargeKind::kDp), "dp");
}

// One order in any number of parts: the brokerage of the whole, every line within a rounding of
// each part, none negative.
TEST(Charges, PartsOfAnOrderCostTheWhole) {
  SEEDED_RANDOM(random, 61);
  for (int run = 0; run < 20'000; ++run) {
    FillForCharges whole;
    whole.date = date("2023-01-02") + static_cast<std::int32_t>(random.between(0, 1'420));
    whole.side = random.chance(50) ? Side::kBuy : Side::kSell;
    whole.product = random.chance(50) ? Product::kIntraday : Product::kDelivery;
    whole.price = Price(random.between(500, 50'000'000));
    whole.quantity = Quantity(random.between(1, 3'000));
    const ChargeLines once = charges_of(whole);

    ChargeLines sum;
    std::int64_t parts = 0;
    FillForCharges part = whole;
    for (Quantity left = whole.quantity; left.is_positive(); left -= part.quantity) {
      part.quantity = Quantity(random.between(1, left.value()));
      const ChargeLines lines = charges_of(part);
      for (const Accrual line : lines.lines) ASSERT_FALSE(line.is_negative());
      sum = sum + lines;
      part.executed_before += value_of(part.price, part.quantity);
      ++parts;
    }
    ASSERT_EQ(sum[ChargeKind::kBrokerage], once[ChargeKind::kBrokerage]);
    for (std::size_t i = 0; i < kChargeKinds; ++i)
      ASSERT_LE(abs(sum.lines[i] - once.lines[i]).value(), parts + 1)
          << name_of(static_cast<ChargeKind>(i));
  }
}

}  // namespace
}  // namespace trading
