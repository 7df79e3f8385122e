#include "mcp_gateway/jsonrpc/parse.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace jsonrpc {
namespace {

using nlohmann::json;

std::optional<ParseFault> fault_of(const std::string& text) {
  json value;
  const auto error = parse_text(text, value);
  return error ? std::optional(error->fault) : std::nullopt;
}

json parsed(const std::string& text) {
  json value;
  const auto error = parse_text(text, value);
  EXPECT_FALSE(error) << text << ": " << (error ? error->detail : "");
  return value;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Parse, GivesTheSameValueAsTheLibrary) {
  for (const char* text :
       {"{}", "[]", "null", "-1", "1.5", "\"a\\u0041\\n\"", "[1,[2,{\"a\":[true,false,null]}],3]",
        "{\"b\":{\"c\":[{\"d\":1},{\"e\":2}]},\"a\":\"x\"}", "9223372036854775807",
        "-9223372036854775808", "1e3", " {\"a\" : 1 } "}) {
    EXPECT_EQ(parsed(text), json::parse(text)) << text;
  }
}

TEST(Parse, RefusesWhatIsNotJson) {
  for (const char* text : {"",       "{",   "}",     "{]",       "{\"a\":1,}",
                           "[1,]",   "nan", "NaN",   "Infinity", "-Infinity",
                           "1e999",  "01",  "+1",    "'a'",      "{a:1}",
                           "\"a",    "1 2", "{} {}", "\"\x01\"", "\xEF\xBB\xBF{}",
                           "// x\n1"}) {
    EXPECT_EQ(fault_of(text), ParseFault::kSyntax) << text;
  }
}

TEST(Parse, RefusesInvalidUtf8) {
  for (const char* bytes : {"\"\xFF\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"",
                            "\"\xE2\x82\"", "\"\\ud800\"", "\"\\udc00\\ud800\""}) {
    EXPECT_EQ(fault_of(bytes), ParseFault::kSyntax) << bytes;
  }
  EXPECT_EQ(parsed("\"\xE2\x82\xB9 \\ud83d\\ude00\""), json("\xE2\x82\xB9 \xF0\x9F\x98\x80"));
}

TEST(Parse, AllowsTheDepthLimitAndNoMore) {
  EXPECT_EQ(fault_of(nested(kMaxDepth)), std::nullopt);
  EXPECT_EQ(fault_of(nested(kMaxDepth + 1)), ParseFault::kTooDeep);
  EXPECT_EQ(fault_of(nested(10'000)), ParseFault::kTooDeep);
  EXPECT_EQ(fault_of(std::string(1'000'000, '[')), ParseFault::kTooDeep);
}

TEST(Parse, CountsNoBracketsInsideStrings) {
  EXPECT_EQ(fault_of("\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\""),
            std::nullopt);
}

TEST(Parse, RefusesAKeyNamedTwice) {
  EXPECT_EQ(fault_of(R"({"a":1,"a":2})"), ParseFault::kDuplicateKey);
  EXPECT_EQ(fault_of(R"({"x":[{"a":1,"\u0061":2}]})"), ParseFault::kDuplicateKey);
  EXPECT_EQ(fault_of(R"([{"a":1},{"a":2}])"), std::nullopt);
}

TEST(Parse, IntegersBeyond64BitsBecomeAValueNoTypeCheckAccepts) {
  for (const char* text : {"9223372036854775808", "18446744073709551615", "12345678901234567890123",
                           "-9223372036854775809"}) {
    const json value = parsed(text);
    EXPECT_TRUE(value.is_binary()) << text;
    EXPECT_FALSE(value.is_number()) << text;
  }
  EXPECT_TRUE(parsed("9007199254740992").is_number_integer());
}

}  // namespace
}  // namespace jsonrpc
