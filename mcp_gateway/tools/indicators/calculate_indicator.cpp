#include <nlohmann/json.hpp>

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

constexpr const char* kName = "calculate_indicator";

// What is no number is told from what is no parameter.
research::NamedParameters numbers_of(Arguments& arguments, const json& params) {
  research::NamedParameters named;
  for (const auto& [name, value] : params.items()) {
    if (value.is_number())
      named.emplace_back(name, value.get<double>());
    else
      arguments.fault("params", "has a " + std::string(value.type_name()) + " as " +
                                    name.substr(0, 40) + ", a number is needed");
  }
  return named;
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  const auto spec = research::find_indicator(arguments.text("name"));
  if (!spec) return broker_error(spec.error());
  const research::NamedParameters named =
      numbers_of(arguments, values.contains("params") ? values.at("params") : json::object());
  const bool needs_second = (*spec)->needs == research::Needs::kTwoCloses;
  if (needs_second && !arguments.has("benchmark"))
    arguments.fault("benchmark", "is needed: " + std::string((*spec)->name) +
                                     " compares two symbols");
  if (!needs_second && arguments.has("benchmark"))
    arguments.fault("benchmark", "belongs to correlation and beta");
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto parameters = research::check_parameters(**spec, named);
  if (!parameters) return broker_error(parameters.error());

  const auto rows = static_cast<std::size_t>(arguments.whole("max_rows"));
  const research::Seeding seeding = method_of(arguments);
  const std::size_t count = bars_to_ask(**spec, *parameters, seeding, rows);
  const std::string frame = arguments.text("timeframe");
  const auto history = finished_bars({arguments.text("symbol"), frame, kName}, count, context);
  if (!history) return broker_error(history.error());
  broker_client::HistoricalData benchmark;
  if (needs_second) {
    auto fetched = finished_bars({arguments.text("benchmark"), frame, kName}, count, context);
    if (!fetched) return broker_error(fetched.error());
    benchmark = std::move(*fetched);
  }
  const auto calculation =
      research::calculate(history->bars, needs_second ? &benchmark.bars : nullptr,
                          {(*spec)->name, named, seeding, rows});
  if (!calculation) return broker_error(calculation.error());
  json out = indicator_reply(arguments.text("symbol"), *history, *calculation);
  if (needs_second) out["benchmark"] = arguments.text("benchmark");
  return out;
}

}  // namespace

mcp::Tool calculate_indicator() {
  return {.name = kName,
          .title = "Any indicator",
          .description = "Any indicator of the library by its name (list_indicators), with params "
                         "such as {\"period\":10}; the newest value or the newest max_rows.",
          .toolsets = {"core", "indicators"},
          .annotations = mcp::kReads,
          .input = {mcp::string_param("name", "e.g. supertrend").required(), symbol(), timeframe(),
                    mcp::object_param("params", "Numbers by name, e.g. {\"period\":10}"),
                    mcp::string_param("benchmark", "Second symbol of correlation and beta, e.g. TCS"),
                    method(), max_rows()},
          .output = {mcp::out::number("value").nullable(), mcp::out::integer("bars_used"),
                     mcp::out::boolean("warming_up"),
                     mcp::out::string("as_of")},
          .handler = run};
}

mcp::Tool list_indicators() {
  return {.name = "list_indicators",
          .title = "Indicators there are",
          .description = "The library of indicators: name, meaning, params with default and bounds, "
                         "outputs, whether method changes the values.",
          .toolsets = {"indicators"},
          .annotations = mcp::kReads,
          .input = {mcp::string_param("name", "Only this one, e.g. rsi")},
          .output = {mcp::out::rows("indicators")},
          .handler = [](const json& values, mcp::ToolContext&) -> mcp::ToolResult {
            const Arguments arguments(values);
            std::vector<const research::IndicatorSpec*> shown;
            if (arguments.has("name")) {
              const auto spec = research::find_indicator(arguments.text("name"));
              if (!spec) return broker_error(spec.error());
              shown.push_back(*spec);
            } else {
              for (const research::IndicatorSpec& spec : research::indicators())
                shown.push_back(&spec);
            }
            json list = json::array();
            for (const research::IndicatorSpec* spec : shown) {
              json params = json::object();
              for (const research::ParameterSpec& p : spec->parameters)
                params[std::string(p.name)] = {p.default_value, p.minimum, p.maximum};
              json outputs = json::array();
              for (const research::OutputSpec& o : spec->outputs) outputs.push_back(o.name);
              json row = {{"name", spec->name}, {"params", params}, {"outputs", outputs}};
              if (spec->differs_by_method) row["by_method"] = true;
              // The meanings of all would be longer than a reply should be.
              if (shown.size() == 1) {
                row["meaning"] = spec->meaning;
                for (const research::ParameterSpec& p : spec->parameters)
                  row["param_meanings"][std::string(p.name)] = p.meaning;
                for (const research::OutputSpec& o : spec->outputs)
                  row["units"][std::string(o.name)] = research::name_of(o.unit);
              }
              list.push_back(std::move(row));
            }
            return json{{"indicators", std::move(list)},
                        {"params_are", "name: [default, least, most]"}};
          }};
}

}  // namespace tools
