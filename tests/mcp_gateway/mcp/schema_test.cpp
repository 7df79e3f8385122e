#include "mcp_gateway/mcp/schema.h"

#include <gtest/gtest.h>

namespace mcp {
namespace {

TEST(Schema, NoParametersIsAnEmptyClosedObject) {
  EXPECT_EQ(input_schema({}), R"({"type":"object","additionalProperties":false})");
}

TEST(Schema, HoldsBoundsDefaultsAndEnumsInTheOrderOfTheTable) {
  EXPECT_EQ(
      input_schema({string_param("symbol", "NSE symbol").required().length(1, 32),
                    enum_param("side", "Side", {"BUY", "SELL"}).required().or_default("BUY"),
                    integer_param("limit", "Rows").between(1, 500).or_default(20),
                    number_param("risk", "Percent").above(0).at_most(2.5).or_default(1),
                    boolean_param("adjusted", "").or_default(true),
                    string_list_param("symbols", "").length(1, 10).only({"A", "B"}),
                    object_param("params", "Free")}),
      R"({"type":"object","properties":{)"
      R"("symbol":{"type":"string","description":"NSE symbol","minLength":1,"maxLength":32},)"
      R"("side":{"type":"string","description":"Side","enum":["BUY","SELL"],"default":"BUY"},)"
      R"("limit":{"type":"integer","description":"Rows","minimum":1,"maximum":500,"default":20},)"
      R"("risk":{"type":"number","description":"Percent","exclusiveMinimum":0,"maximum":2.5,"default":1},)"
      R"("adjusted":{"type":"boolean","default":true},)"
      R"("symbols":{"type":"array","items":{"type":"string","enum":["A","B"]},"minItems":1,"maxItems":10},)"
      R"("params":{"type":"object","description":"Free"}},)"
      R"("required":["symbol","side"],"additionalProperties":false})");
}

TEST(Schema, OutputIsLenientAndMayBeNull) {
  EXPECT_EQ(
      output_schema({out::number("stop_loss", "rupees").nullable(),
                     out::enumeration("mode", {"paper", "live"}).nullable(),
                     out::rows("fills", {out::integer("quantity").required()}),
                     out::object("series", {out::numbers("c")}), out::strings("notes")}),
      R"({"type":"object","properties":{)"
      R"("stop_loss":{"type":["number","null"],"description":"rupees"},)"
      R"("mode":{"type":["string","null"],"enum":["paper","live",null]},)"
      R"("fills":{"type":"array","items":{"type":"object","properties":{"quantity":{"type":"integer"}},"required":["quantity"]}},)"
      R"("series":{"type":"object","properties":{"c":{"type":"array","items":{"type":["number","null"]}}}},)"
      R"("notes":{"type":"array","items":{"type":"string"}}}})");
}

// The TypeScript SDK 1.32 holds the structure of an error result against the output schema too.
TEST(Schema, OutputRequiresNothingAtItsRootSoThatErrorsConform) {
  EXPECT_EQ(output_schema({out::string("symbol").required()}),
            R"({"type":"object","properties":{"symbol":{"type":"string"}}})");
}

}  // namespace
}  // namespace mcp
