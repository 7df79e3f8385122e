#include "execution_broker/exchange/smartapi/wire/json.h"

#include <gtest/gtest.h>

#include "execution_broker/exchange/smartapi/wire/fields.h"

namespace broker::smartapi {
namespace {

TEST(WireJson, NumbersKeepTheirSpelling) {
  const auto value = parse_json(R"({"a":812.10,"b":1e3,"c":123456789012345678901234567890,"d":-0.00})");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("a")->text, "812.10");
  EXPECT_EQ(value->find("b")->text, "1e3");
  EXPECT_EQ(value->find("c")->text, "123456789012345678901234567890");
  EXPECT_EQ(value->find("d")->text, "-0.00");
}

TEST(WireJson, WhatIsNotWholeIsRefused) {
  for (const char* text : {"", "{", R"({"a":1,"a":2})", "[1,2", "nul", R"({"a":1} x)", "\xff", "[NaN]", "[1e400]"})
    EXPECT_FALSE(parse_json(text)) << text;
  EXPECT_FALSE(parse_json(std::string(40, '[') + std::string(40, ']')));
  EXPECT_TRUE(parse_json(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']')));
}

TEST(WireFields, OneFieldInEverySpellingOfItsNumber) {
  for (const char* text : {"12.50", "\"12.50\"", "12.5", "\" 12.5\"", "1.25e1"}) {
    const auto row = parse_json(std::string(R"({"p":)") + text + "}");
    ASSERT_TRUE(row);
    FieldReader fields(*row);
    EXPECT_EQ(fields.price("p").value(), 125'000) << text;
    EXPECT_TRUE(fields.is_good()) << fields.fault();
  }
}

TEST(WireFields, WhatCannotBeReadIsAFaultAndNeverZero) {
  for (const char* text : {"null", "\"\"", "\"null\"", "\"-\"", "\"12,50\"", "true", "[1]", "{}", "\"1.2.3\"", "\"NaN\"", "\"0x10\"", "\"12.50001\""}) {
    const auto row = parse_json(std::string(R"({"p":)") + text + "}");
    ASSERT_TRUE(row) << text;
    FieldReader fields(*row);
    (void)fields.price("p");
    EXPECT_FALSE(fields.is_good()) << text;
    EXPECT_NE(fields.fault().find("p "), std::string::npos) << fields.fault();
  }
  const auto row = parse_json("{}");
  FieldReader fields(*row);
  (void)fields.whole("quantity");
  (void)fields.text("orderid");
  (void)fields.money("net");
  EXPECT_EQ(fields.fault(), "quantity is missing; orderid is missing; net is missing");
}

TEST(WireFields, ABlankBehindTheSignAndANegativeZeroAreRead) {
  const auto row = parse_json(R"({"a":"- 2235.80","b":"-0.00","c":"-13.75"})");
  FieldReader fields(*row);
  EXPECT_EQ(fields.figure("a").value(), -22'358'000);
  EXPECT_EQ(fields.figure("b").value(), 0);
  EXPECT_EQ(fields.figure("c").value(), -137'500);
  EXPECT_TRUE(fields.is_good()) << fields.fault();
}

TEST(WireFields, FiguresWithMoreDecimalsAreRoundedByTheirRule) {
  using trading::Rounding;
  const auto figure = [](const char* text, int scale, Rounding rounding) {
    const auto value = parse_figure(text, scale, rounding);
    return value ? *value : std::int64_t{-999'999};
  };
  EXPECT_EQ(figure("812.4500000000001", 4, Rounding::kHalfUp), 8'124'500);
  EXPECT_EQ(figure("812.44999999999993", 4, Rounding::kHalfUp), 8'124'500);
  EXPECT_EQ(figure("81.33335", 4, Rounding::kHalfUp), 813'334);
  EXPECT_EQ(figure("937.009", 2, Rounding::kFloor), 93'700);
  EXPECT_EQ(figure("-937.001", 2, Rounding::kFloor), -93'701);
  EXPECT_EQ(figure("-0.0000000000001", 2, Rounding::kFloor), -1);
  EXPECT_EQ(figure("10.0000000000001", 2, Rounding::kUp), 1'001);
  EXPECT_EQ(figure("-10.0000000000001", 2, Rounding::kUp), -1'001);
  EXPECT_EQ(figure("10", 2, Rounding::kUp), 1'000);
  EXPECT_FALSE(parse_figure("12.3456789x", 4, Rounding::kHalfUp));
  EXPECT_FALSE(parse_figure("99999999999999999999", 4, Rounding::kHalfUp));
}

TEST(WireFields, TimesOfTheServiceAreIst) {
  const auto time = parse_wire_time("23-Nov-2026 10:15:02");
  ASSERT_TRUE(time);
  EXPECT_EQ(format_ist(*time), "2026-11-23T10:15:02+05:30");
  for (const char* text : {"", "23-11-2026 10:15:02", "31-Feb-2026 10:15:02", "23-Nov-2026 24:00:00", "23-Nov-2026 10:15", "2026-11-23T10:15:02"})
    EXPECT_FALSE(parse_wire_time(text)) << text;
  EXPECT_EQ(parse_expiry("27OCT2026")->iso(), "2026-10-27");
  EXPECT_EQ(parse_expiry("29feb2028")->iso(), "2028-02-29");
  EXPECT_FALSE(parse_expiry("29FEB2026"));
}

}  // namespace
}  // namespace broker::smartapi
