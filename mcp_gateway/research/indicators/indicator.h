#pragma once

// What the library says of an indicator, and an indicator whose type is not known at compile time:
// the form in which tools and rule documents reach the states.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"

namespace research {

// The unit of an output. kPrice values are 1/10,000 rupee in states and columns.
enum class Unit { kPrice, kPercent, kRatio, kShares, kBars, kDirection };
std::string_view name_of(Unit unit);  // "price"

struct ParameterSpec {
  std::string_view name;
  double default_value;
  double minimum;  // both bounds are allowed values
  double maximum;
  bool is_whole;
  std::string_view meaning;
};

struct OutputSpec {
  std::string_view name;
  Unit unit;
};

// A running indicator of any kind. Streaming is run() with one bar at a time.
class Indicator {
 public:
  virtual ~Indicator() = default;
  // Feeds bars [from, to); out[k] gets output k, the value of bar `from` first. The bars follow on
  // those of the call before.
  virtual void run(const Columns& columns, std::size_t from, std::size_t to,
                   double* const* out) = 0;
  [[nodiscard]] virtual WarmUp warm_up() const = 0;
};

using Parameters = std::vector<double>;  // in the order of the specs, checked

struct IndicatorSpec {
  std::string_view name;
  std::string_view meaning;  // one line
  Needs needs;
  bool differs_by_method;
  std::vector<ParameterSpec> parameters;
  std::vector<OutputSpec> outputs;
  std::function<std::unique_ptr<Indicator>(const Parameters&, Seeding)> make;
  std::vector<std::string_view> ascending = {};  // parameters each of which is below the next
};

}  // namespace research
