// One tool for each of the indicators that everybody knows: a table, and one handler for all.

#include <string_view>

#include "mcp_gateway/research/indicators/calculate.h"
#include "mcp_gateway/tools/indicators/finished_bars.h"
#include "mcp_gateway/tools/indicators/indicator_params.h"
#include "mcp_gateway/tools/indicators/indicator_reply.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

struct SingleTool {
  const char* tool;
  const char* title;
  const char* indicator;            // of the library
  std::vector<const char*> params;  // of the tool that are the indicator's, by the same name
  const char* description;
};

mcp::ToolResult run(const SingleTool& row, const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  const auto spec = research::find_indicator(row.indicator);
  if (!spec) return broker_error(spec.error());
  research::NamedParameters named;
  for (const char* name : row.params)
    named.emplace_back(name, static_cast<double>(arguments.whole(name)));
  const auto parameters = research::check_parameters(**spec, named);
  if (!parameters) return broker_error(parameters.error());
  const auto rows = static_cast<std::size_t>(arguments.whole("max_rows"));
  const research::Seeding seeding = method_of(arguments);
  const auto history =
      finished_bars({arguments.text("symbol"), arguments.text("timeframe"), row.tool},
                    bars_to_ask(**spec, *parameters, seeding, rows), context);
  if (!history) return broker_error(history.error());
  const auto calculation =
      research::calculate(history->bars, nullptr, {row.indicator, named, seeding, rows});
  if (!calculation) return broker_error(calculation.error());
  return indicator_reply(arguments.text("symbol"), *history, *calculation);
}

mcp::Tool make(const SingleTool& row, std::vector<mcp::Param> params,
               std::vector<mcp::Param> output) {
  std::vector<mcp::Param> input = {symbol(), timeframe()};
  for (mcp::Param& param : params) input.push_back(std::move(param));
  input.push_back(method());
  input.push_back(max_rows());
  output.push_back(mcp::out::integer("bars_used"));
  output.push_back(mcp::out::boolean("warming_up"));
  output.push_back(mcp::out::string("as_of"));
  return {.name = row.tool,
          .title = row.title,
          .description = row.description,
          .toolsets = {"indicators"},
          .annotations = mcp::kReads,
          .input = std::move(input),
          .output = std::move(output),
          .handler = [row](const json& arguments, mcp::ToolContext& context) {
            return run(row, arguments, context);
          }};
}

std::vector<mcp::Param> one_value() { return {mcp::out::number("value").nullable()}; }

mcp::Param span(const char* name, int default_value) {
  return mcp::integer_param(name, "Bars, e.g. " + std::to_string(default_value))
      .between(1, static_cast<double>(research::kMostPeriod))
      .or_default(default_value);
}

}  // namespace

mcp::Tool calculate_sma() {
  return make({"calculate_sma", "Simple moving average", "sma", {"period"},
               "Simple moving average of the close, in rupees."},
              {period(20)}, one_value());
}

mcp::Tool calculate_ema() {
  return make({"calculate_ema", "Exponential moving average", "ema", {"period"},
               "Exponential moving average of the close, in rupees."},
              {period(20)}, one_value());
}

mcp::Tool calculate_rsi() {
  return make({"calculate_rsi", "Relative strength index", "rsi", {"period"},
               "Relative strength index, Wilder's smoothing, 0 to 100."},
              {period(14)}, one_value());
}

mcp::Tool calculate_atr() {
  return make({"calculate_atr", "Average true range", "atr", {"period"},
               "Average true range, Wilder's smoothing, in rupees."},
              {period(14)}, one_value());
}

mcp::Tool calculate_macd() {
  return make({"calculate_macd", "MACD", "macd", {"fast", "slow", "signal"},
               "MACD of the close: fast less slow average, its signal line and histogram."},
              {span("fast", 12), span("slow", 26), span("signal", 9)},
              {mcp::out::number("macd").nullable(), mcp::out::number("signal").nullable(),
               mcp::out::number("histogram").nullable()});
}

mcp::Tool calculate_bollinger_bands() {
  return make({"calculate_bollinger_bands", "Bollinger bands", "bbands", {"period"},
               "Bollinger bands at 2 standard deviations of the population, %b and width."},
              {mcp::integer_param("period", "Bars, e.g. 20")
                   .between(2, static_cast<double>(research::kMostPeriod))
                   .or_default(20)},
              {mcp::out::number("upper").nullable(), mcp::out::number("middle").nullable(),
               mcp::out::number("lower").nullable()});
}

}  // namespace tools
