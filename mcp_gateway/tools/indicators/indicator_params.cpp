#include "mcp_gateway/tools/indicators/indicator_params.h"

#include "mcp_gateway/research/indicators/columns.h"

namespace tools {

mcp::Param method() {
  return mcp::enum_param("method", "Seed of recursive averages, e.g. ewm", {"ewm", "talib"})
      .or_default("ewm");
}

mcp::Param max_rows() {
  return mcp::integer_param("max_rows", "Newest values, above 1 as series, e.g. 1")
      .between(1, kMostIndicatorRows)
      .or_default(1);
}

mcp::Param period(int default_value) {
  return mcp::integer_param("period", "Bars, e.g. " + std::to_string(default_value))
      .between(1, static_cast<double>(research::kMostPeriod))
      .or_default(default_value);
}

research::Seeding method_of(const Arguments& arguments) {
  return arguments.text("method") == "talib" ? research::Seeding::kTalib : research::Seeding::kEwm;
}

}  // namespace tools
