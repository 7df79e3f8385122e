#include "trading/base/canonical_json.h"

#include <algorithm>

#include "tests/trading/support/seeded.h"

namespace trading {
namespace {

using test::Random;

std::string written(const CanonicalJson& value) {
  return value.write();
}

TEST(CanonicalJson, WritesOneSpelling) {
  EXPECT_EQ(written(CanonicalJson()), "null");
  EXPECT_EQ(written(true), "true");
  EXPECT_EQ(written(-42), "-42");
  EXPECT_EQ(written(CanonicalJson::integer(CanonicalJson::kMaxInteger)), "9007199254740991");
  EXPECT_EQ(written(CanonicalJson::integer_as_string(INT64_MIN)), "\"-9223372036854775808\"");
  EXPECT_EQ(written(CanonicalJson::array()), "[]");
  EXPECT_EQ(written(CanonicalJson::object()), "{}");
  EXPECT_EQ(
      written(CanonicalJson::object({{"b", 1}, {"a", CanonicalJson::array({true, nullptr, "x"})}})),
      R"({"a":[true,null,"x"],"b":1})");
  EXPECT_EQ(written(CanonicalJson::object({{"only", "one"}})), R"({"only":"one"})");
}

TEST(CanonicalJson, EscapesOnlyWhatTheStandardSays) {
  EXPECT_EQ(written(std::string("\"\\\b\t\n\f\r\x01\x1f\x7f/é€😀")),
            "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f\x7f/é€😀\"");
}

// RFC 8785 section 3.2.3: the order is that of UTF-16 code units, where U+1F600 comes before
// U+FB33.
TEST(CanonicalJson, SortsKeysByUtf16) {
  const CanonicalJson value = CanonicalJson::object({{"€", 1},
                                                     {"\r", 2},
                                                     {"\xEF\xAC\xB3", 3},
                                                     {"1", 4},
                                                     {"😀", 5},
                                                     {"\xC2\x80", 6},
                                                     {"ö", 7},
                                                     {"", 8},
                                                     {"1a", 9}});
  EXPECT_EQ(value.write(),
            "{\"\":8,\"\\r\":2,\"1\":4,\"1a\":9,\"\xC2\x80\":6,\"ö\":7,\"€\":1,\"😀\":5,"
            "\"\xEF\xAC\xB3\":3}");
  const auto again = CanonicalJson::parse(value.write());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(*again == value);
}

TEST(CanonicalJson, RefusesEverySpellingButTheCanonicalOne) {
  const char* refused[] = {
      "",
      " null",
      "null ",
      "nul",
      "NaN",
      "-",
      "-0",
      "00",
      "01",
      "+1",
      "1.0",
      "1e3",
      "1E3",
      ".5",
      "0x1",
      "9007199254740992",
      "-9007199254740992",
      "99999999999999999999999",
      "\"",
      "\"a",
      "\"\\/\"",
      "\"\\u0041\"",
      "\"\\u000A\"",
      "\"\\u000a\"",
      "\"\\u001F\"",
      "\"\\u007f\"",
      "\"\\x\"",
      "\"\t\"",
      "\"\\",
      "\"\\u00\"",
      "\"\x80\"",
      "\"\xC0\xAF\"",
      "\"\xED\xA0\x80\"",
      "\"\xF4\x90\x80\x80\"",
      "\"\xE2\x82\"",
      "[1,]",
      "[,1]",
      "[1 ]",
      "[1",
      "[1,2",
      "]",
      "{",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{\"a\":1",
      "{a:1}",
      "{1:1}",
      "{\"a\":1,\"a\":1}",
      "{\"b\":1,\"a\":2}",
      "{\"a\" :1}",
      "{\"a\": 1}",
      "true false",
      "truefalse",
      "nullnull",
      "\xEF\xBB\xBFnull",
      "'a'",
      "[1]]",
  };
  for (const char* text : refused) {
    const auto result = CanonicalJson::parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, "CANONICAL_JSON_INVALID") << text;
  }
}

TEST(CanonicalJson, LimitsDepthAndSize) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  const auto deepest = CanonicalJson::parse(nested(32));
  ASSERT_TRUE(deepest);
  EXPECT_EQ(deepest->depth(), 32U);
  EXPECT_EQ(deepest->write(), nested(32));
  EXPECT_FALSE(CanonicalJson::parse(nested(33)));
  EXPECT_FALSE(CanonicalJson::parse(nested(400'000)));
  EXPECT_TRUE(CanonicalJson::parse("[1,2]", 5));
  EXPECT_FALSE(CanonicalJson::parse("[1,2]", 4));
}

TEST(CanonicalJson, ReadsTypedFields) {
  const auto value = CanonicalJson::parse(R"({"flag":true,"n":7,"s":"x"})");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->integer_at("n").value(), 7);
  EXPECT_EQ(value->string_at("s").value(), "x");
  EXPECT_TRUE(value->bool_at("flag").value());
  EXPECT_EQ(value->integer_at("s").error().code, "CANONICAL_JSON_FIELD");
  EXPECT_EQ(value->string_at("missing").error().field, "missing");
  EXPECT_EQ(value->find("missing"), nullptr);
}

TEST(CanonicalJson, ReplacesMalformedUtf8) {
  EXPECT_EQ(written(std::string("a\xFF"
                                "b\xE2\x82")),
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_TRUE(is_valid_utf8("é€😀"));
  EXPECT_FALSE(is_valid_utf8("\xC0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xF8\x88\x80\x80\x80"));
}

TEST(CanonicalJsonDeathTest, AbortsWhenTheProgramBreaksItsOwnRules) {
  EXPECT_DEATH(CanonicalJson::integer(CanonicalJson::kMaxInteger + 1), "2\\^53");
  EXPECT_DEATH(CanonicalJson::object({{"a", 1}, {"a", 2}}), "twice");
  EXPECT_DEATH(CanonicalJson(1).set("a", 1), "no object");
  CanonicalJson deep = CanonicalJson::array();
  for (int i = 0; i < 32; ++i) deep = CanonicalJson::array({deep});
  EXPECT_EQ(deep.depth(), 33U);
  EXPECT_DEATH((void)deep.write(), "deeper than 32");
}

std::string random_text(Random& random) {
  static const char* const kPieces[] = {"a",    "Z", "0", "\"", "\\",           "\n", "\t", "\x01",
                                        "\x1f", "é", "€", "😀",  "\xEF\xAC\xB3", "/",  " "};
  std::string out;
  for (std::int64_t n = random.between(0, 6); n > 0; --n) out += kPieces[random.between(0, 14)];
  return out;
}

CanonicalJson random_value(Random& random, int depth) {
  switch (random.between(0, depth > 4 ? 3 : 5)) {
    case 0:
      return {};
    case 1:
      return random.chance(50);
    case 2:
      return CanonicalJson::integer(
          random.between(-CanonicalJson::kMaxInteger, CanonicalJson::kMaxInteger));
    case 3:
      return random_text(random);
    case 4: {
      CanonicalJson out = CanonicalJson::array();
      for (std::int64_t n = random.between(0, 4); n > 0; --n)
        out.push_back(random_value(random, depth + 1));
      return out;
    }
    default: {
      CanonicalJson out = CanonicalJson::object();
      for (std::int64_t n = random.between(0, 4); n > 0; --n)
        out.set(random_text(random), random_value(random, depth + 1));
      return out;
    }
  }
}

TEST(CanonicalJson, RoundTripsBothWays) {
  SEEDED_RANDOM(random, 20261123);
  for (int i = 0; i < 20'000; ++i) {
    const CanonicalJson value = random_value(random, 0);
    const std::string bytes = value.write();
    const auto parsed = CanonicalJson::parse(bytes);
    ASSERT_TRUE(parsed) << bytes << "\n" << parsed.error().text();
    ASSERT_TRUE(*parsed == value) << bytes;
    ASSERT_EQ(parsed->write(), bytes);
  }
}

// Whatever the parser takes is canonical: a changed byte is either refused or gives exactly those
// bytes back.
TEST(CanonicalJson, TakesNothingThatItWouldWriteOtherwise) {
  SEEDED_RANDOM(random, 7);
  int taken = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes = random_value(random, 1).write();
    const auto place =
        static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(bytes.size()) - 1));
    bytes[place] = static_cast<char>(random.between(0, 255));
    const auto parsed = CanonicalJson::parse(bytes);
    if (!parsed) continue;
    ++taken;
    ASSERT_EQ(parsed->write(), bytes);
  }
  EXPECT_GT(taken, 500);
}

}  // namespace
}  // namespace trading
