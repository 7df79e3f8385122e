#pragma once

// The arguments of a tool and the fields of its result, as a table: one line each.
//
//   tool.input = {
//       string_param("symbol", "Exact NSE symbol, e.g. RELIANCE").required().length(1, 32),
//       enum_param("side", "BUY or SELL", {"BUY", "SELL"}).required(),
//       integer_param("limit", "Rows, e.g. 20").between(1, 500).or_default(20),
//       number_param("price", "Limit price in rupees, e.g. 2850.5").above(0),
//   };
//   tool.output = {out::string("symbol"), out::number("last_price", "rupees"),
//   out::string("as_of")};
//
// The same table gives the JSON Schema that clients see and the check that runs before the handler.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mcp {

enum class ParamKind {
  kString,
  kEnum,
  kInteger,
  kNumber,
  kBoolean,
  kStringList,
  kNumberList,  // a column of a series: numbers or null
  kObject,      // free when `fields` is empty
  kObjectList,  // rows; free when `fields` is empty
};

// Bounds that hold where the table gives none; named in the refusal, not in the schema.
inline constexpr std::size_t kMaxStringLength = 2000;  // code points
inline constexpr std::size_t kMaxListItems = 100;
inline constexpr std::size_t kMaxFreeValues = 5000;  // in a free object, at every depth

struct Param {
  ParamKind kind;
  std::string name;
  std::string description;

  bool is_required = false;
  bool is_nullable = false;  // results only: null where there is no value
  bool is_multiline = false;
  std::optional<double> minimum;
  std::optional<double> exclusive_minimum;
  std::optional<double> maximum;
  std::optional<std::size_t> min_length;  // code points of a string, items of a list
  std::optional<std::size_t> max_length;
  std::vector<std::string> allowed;  // of an enum, or of the items of a list
  std::variant<std::monostate, bool, std::int64_t, double, std::string> default_value;
  std::vector<Param> fields;  // of an object or a row

  Param required() &&;
  Param nullable() &&;
  // Newlines and tabs may stand in the text; all other control characters are refused everywhere.
  Param multiline() &&;
  Param at_least(double value) &&;
  Param above(double value) &&;
  Param at_most(double value) &&;
  Param between(double low, double high) &&;
  Param length(std::size_t least, std::size_t most) &&;
  Param only(std::vector<std::string> items) &&;
  // Put in the place of a missing argument before the handler runs, and shown in the schema.
  Param or_default(bool value) &&;
  Param or_default(int value) &&;
  Param or_default(std::int64_t value) &&;
  Param or_default(double value) &&;
  Param or_default(const char* value) &&;
};

Param string_param(std::string name, std::string description);
Param enum_param(std::string name, std::string description, std::vector<std::string> allowed);
Param integer_param(std::string name, std::string description);
Param number_param(std::string name, std::string description);
Param boolean_param(std::string name, std::string description);
Param string_list_param(std::string name, std::string description);
// A free object: bounded in depth and number of values, the rest of its check is the handler's.
Param object_param(std::string name, std::string description);

// Fields of a result. Lenient: other fields may stand beside them. required() is for check_output()
// in tests and for nested fields; the schema that clients see requires nothing at its root.
namespace out {
Param string(std::string name, std::string description = {});
Param enumeration(std::string name, std::vector<std::string> allowed, std::string description = {});
Param integer(std::string name, std::string description = {});
Param number(std::string name, std::string description = {});
Param boolean(std::string name, std::string description = {});
Param strings(std::string name, std::string description = {});
Param numbers(std::string name, std::string description = {});
Param object(std::string name, std::vector<Param> fields = {}, std::string description = {});
Param rows(std::string name, std::vector<Param> fields = {}, std::string description = {});
}  // namespace out

}  // namespace mcp
