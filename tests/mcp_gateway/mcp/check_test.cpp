#include "mcp_gateway/mcp/check.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mcp_gateway/jsonrpc/parse.h"

namespace mcp {
namespace {

using nlohmann::json;

const std::vector<Param> kTable = {
    string_param("symbol", "Symbol").length(1, 5),
    enum_param("side", "Side", {"BUY", "SELL"}),
    integer_param("limit", "Rows").between(1, 500).or_default(20),
    number_param("price", "Rupees").above(0),
    boolean_param("adjusted", "Adjusted").or_default(true),
    string_list_param("symbols", "Symbols").length(1, 3),
    object_param("params", "Free"),
    string_param("message", "Text").multiline(),
};

// "field problem" for each fault of the arguments.
std::string faults_of(const std::string& text, const std::vector<Param>& table = kTable) {
  json arguments;
  EXPECT_FALSE(jsonrpc::parse_text(text, arguments));
  std::string all;
  for (const Fault& fault : check_arguments(table, arguments)) {
    all += (all.empty() ? "" : "; ") + fault.field + " " + fault.problem;
  }
  return all;
}

TEST(CheckArguments, AcceptsWhatFits) {
  EXPECT_EQ(faults_of("{}"), "");
  EXPECT_EQ(faults_of(R"({"symbol":"M&M","side":"BUY","limit":500,"price":0.05,"adjusted":false,
                          "symbols":["A","B"],"params":{"deep":[{"x":1}]},"message":"a\nb"})"),
            "");
  EXPECT_EQ(faults_of(R"({"limit":5.0,"price":7})"), "");
}

TEST(CheckArguments, NamesTheValueAndTheLimit) {
  const struct {
    const char* arguments;
    const char* faults;
  } kCases[] = {
      {R"({"symbol":7})", "symbol must be a string, got 7"},
      {R"({"symbol":""})", "symbol must be at least 1 characters long, got 0"},
      {R"({"symbol":"₹₹₹₹₹₹"})", "symbol must be at most 5 characters long, got 6"},
      {R"({"symbol":"a\nb"})", "symbol must be one line without control characters"},
      {R"({"symbol":null})", "symbol must be a string, got null; leave it out instead"},
      {R"({"message":"a\u0000b"})", "message must not hold control characters"},
      {R"({"side":"buy"})", R"(side must be one of BUY, SELL, got "buy")"},
      {R"({"side":1})", "side must be one of BUY, SELL, got 1"},
      {R"({"limit":0})", "limit must be at least 1, got 0"},
      {R"({"limit":501})", "limit must be at most 500, got 501"},
      {R"({"limit":"5"})", R"(limit must be an integer, got "5")"},
      {R"({"limit":1.5})", "limit must be an integer, got 1.5"},
      {R"({"limit":true})", "limit must be an integer, got true"},
      {R"({"limit":12345678901234567890123})",
       "limit must be an integer, got an integer beyond 64 bits"},
      {R"({"price":0})", "price must be above 0, got 0"},
      {R"({"price":-0.05})", "price must be above 0, got -0.05"},
      {R"({"price":12345678901234567890123})",
       "price must be a number, got an integer beyond 64 bits"},
      {R"({"adjusted":"true"})", R"(adjusted must be true or false, got "true")"},
      {R"({"adjusted":1})", "adjusted must be true or false, got 1"},
      {R"({"symbols":"A"})", R"(symbols must be a list, got "A")"},
      {R"({"symbols":[]})", "symbols must hold at least 1 items, got 0"},
      {R"({"symbols":["A","B","C","D"]})", "symbols must hold at most 3 items, got 4"},
      {R"({"symbols":["A",2,""]})",
       "symbols[1] must be a string, got 2; symbols[2] must be at least 1 characters long, got 0"},
      {R"({"params":[]})", "params must be an object, got a list of 0"},
      {R"({"params":{"a":[{"b":99999999999999999999}]}})",
       "params holds an integer beyond 64 bits"},
      {R"({"Symbol":"A"})", "Symbol is not an argument of this tool"},
  };
  for (const auto& it : kCases) EXPECT_EQ(faults_of(it.arguments), it.faults) << it.arguments;
}

TEST(CheckArguments, NamesEveryFaultAtOnce) {
  const std::vector<Param> table = {string_param("symbol", "").required(),
                                    enum_param("side", "", {"BUY", "SELL"}).required(),
                                    integer_param("quantity", "").required().at_least(1)};
  EXPECT_EQ(faults_of(R"({"side":"HOLD","quantity":0,"extra":1})", table),
            "symbol is required; side must be one of BUY, SELL, got \"HOLD\"; quantity must be at "
            "least 1, got 0; extra is not an argument of this tool");
  json arguments = {{"side", "HOLD"}, {"extra", 1}};
  const auto faults = check_arguments(table, arguments);
  EXPECT_EQ(faults.at(1).allowed, (std::vector<std::string>{"BUY", "SELL"}));
  EXPECT_EQ(faults.back().allowed, (std::vector<std::string>{"symbol", "side", "quantity"}));
}

TEST(CheckArguments, BoundsThatTheTableDoesNotGiveHoldToo) {
  const json long_text = {{"message", std::string(kMaxStringLength + 1, 'x')}};
  EXPECT_EQ(check_arguments(kTable, long_text).size(), 1U);
  const json many = {{"params", {{"a", std::vector<int>(kMaxFreeValues, 1)}}}};
  EXPECT_EQ(check_arguments(kTable, many).size(), 1U);
  const std::vector<Param> table = {string_list_param("symbols", "")};
  const json long_list = {{"symbols", std::vector<std::string>(kMaxListItems + 1, "A")}};
  EXPECT_EQ(check_arguments(table, long_list).size(), 1U);
}

TEST(CheckArguments, ALongOrStrangeValueIsShortenedInTheMessage) {
  std::string strange(1000, 'x');
  strange += '\n';
  const json arguments = {{"side", strange}};
  EXPECT_LT(check_arguments(kTable, arguments).front().problem.size(), 120U);
}

TEST(FillDefaults, FillsOnlyWhatIsMissing) {
  json arguments = {{"limit", 3}};
  fill_defaults(kTable, arguments);
  EXPECT_EQ(arguments, (json{{"limit", 3}, {"adjusted", true}}));
}

TEST(CheckOutput, IsLenientAboutOtherFieldsAndStrictAboutTypes) {
  const std::vector<Param> fields = {out::string("symbol").required(),
                                     out::number("stop_loss").nullable(),
                                     out::rows("fills", {out::integer("quantity").required()}),
                                     out::object("series", {out::numbers("c")})};
  EXPECT_TRUE(
      check_output(fields, {{"symbol", "A"}, {"stop_loss", nullptr}, {"other", 1}}).empty());
  EXPECT_EQ(check_output(fields, json::object()).front().field, "symbol");
  EXPECT_EQ(check_output(fields, {{"symbol", 1}}).front().field, "symbol");
  EXPECT_EQ(check_output(fields, {{"symbol", "A"}, {"fills", {{{"quantity", 1}}, json::object()}}})
                .front()
                .field,
            "fills[1].quantity");
  EXPECT_EQ(
      check_output(fields, {{"symbol", "A"}, {"series", {{"c", {1, nullptr, "x"}}}}}).front().field,
      "series.c[2]");
  EXPECT_EQ(check_output(fields, json::array()).size(), 1U);
}

}  // namespace
}  // namespace mcp
