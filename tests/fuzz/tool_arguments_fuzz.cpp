// The arguments of a tool call against a table that has every kind of parameter and every bound.
// Input: the JSON text of the arguments.

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/jsonrpc/parse.h"
#include "mcp_gateway/mcp/check.h"
#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/mcp/schema.h"
#include "tests/fuzz/fuzz.h"

namespace {

using nlohmann::json;

std::vector<mcp::Param> table() {
  return {mcp::string_param("symbol", "Required text").required().length(1, 8),
          mcp::string_param("note", "Text of several lines").multiline(),
          mcp::enum_param("side", "One of two", {"BUY", "SELL"}).or_default("BUY"),
          mcp::integer_param("quantity", "Whole number").between(1, 1e8).or_default(1),
          mcp::number_param("price", "Above zero").above(0).at_most(1e10),
          mcp::number_param("offset", "Bounded").at_least(-1).at_most(1).or_default(0.5),
          mcp::boolean_param("adjusted", "Yes or no").or_default(true),
          mcp::string_list_param("names", "A few names").length(0, 3).only({"open", "close"}),
          mcp::object_param("rule", "A free object")};
}

// What the table promises to a handler, said once more and differently.
void check_accepted(const json& arguments) {
  FUZZ_EXPECT(arguments.is_object(), "arguments are an object");
  for (const auto& [name, value] : arguments.items()) {
    if (name == "symbol") {
      FUZZ_EXPECT(value.is_string() && !value.get_ref<const std::string&>().empty(), "symbol");
      for (const char c : value.get_ref<const std::string&>())
        FUZZ_EXPECT(static_cast<unsigned char>(c) >= 0x20, "no control characters in a text");
    } else if (name == "note") {
      FUZZ_EXPECT(value.is_string(), "note");
    } else if (name == "side") {
      FUZZ_EXPECT(value == "BUY" || value == "SELL", "side");
    } else if (name == "quantity") {
      // 1e5 and 2.0 are integers to JSON Schema; a handler must get the same number from both.
      FUZZ_EXPECT(value.is_number_integer() || value.get<double>() == std::trunc(value.get<double>()),
                  "quantity is whole");
      FUZZ_EXPECT(value.get<double>() == static_cast<double>(value.get<std::int64_t>()),
                  "a whole number is one number");
      FUZZ_EXPECT(value.get<std::int64_t>() >= 1 && value.get<std::int64_t>() <= 100'000'000,
                  "quantity is within its bounds");
      if (kBugIsPlanted) FUZZ_EXPECT(value.get<std::int64_t>() <= 1000, "planted: above 1000");
    } else if (name == "price") {
      FUZZ_EXPECT(value.is_number() && value.get<double>() > 0, "price is above zero");
      FUZZ_EXPECT(value.get<double>() <= 1e10, "price is at most its maximum");
    } else if (name == "offset") {
      FUZZ_EXPECT(value.is_number() && std::abs(value.get<double>()) <= 1, "offset");
    } else if (name == "adjusted") {
      FUZZ_EXPECT(value.is_boolean(), "adjusted");
    } else if (name == "names") {
      FUZZ_EXPECT(value.is_array() && value.size() <= 3, "names are few");
      for (const json& item : value) FUZZ_EXPECT(item == "open" || item == "close", "a known name");
    } else {
      FUZZ_EXPECT(name == "rule" && value.is_object(), "no other name is let through");
    }
  }
  FUZZ_EXPECT(arguments.contains("symbol"), "what is required is there");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<mcp::Param> params = table();
  static const bool has_schemas = [] {
    json schema;
    return !jsonrpc::parse_text(mcp::input_schema(params), schema) && schema.is_object();
  }();
  FUZZ_EXPECT(has_schemas, "the schema is strict JSON");

  json arguments;
  if (jsonrpc::parse_text(fuzz::text_of(data, size), arguments)) return 0;
  const auto faults = mcp::check_arguments(params, arguments);
  for (const mcp::Fault& fault : faults) FUZZ_EXPECT(!fault.problem.empty(), "a fault says what");
  static_cast<void>(mcp::check_output(params, arguments));  // must survive any value too
  if (!faults.empty()) return 0;

  check_accepted(arguments);
  mcp::fill_defaults(params, arguments);
  FUZZ_EXPECT(mcp::check_arguments(params, arguments).empty(), "defaults pass the same check");
  for (const char* name : {"side", "quantity", "offset", "adjusted"})
    FUZZ_EXPECT(arguments.contains(name), "every default is filled in");
  return 0;
}
