// docs/indicators.md is printed from the registry.

#include <gtest/gtest.h>

#include <charconv>
#include <string>

#include "mcp_gateway/research/indicators/registry.h"
#include "tests/support/generated_page.h"

namespace research {
namespace {

std::string number(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string needs(Needs needs) {
  switch (needs) {
    case Needs::kClose: return "close";
    case Needs::kHighLow: return "high, low";
    case Needs::kHighLowClose: return "high, low, close";
    case Needs::kOpenHighLowClose: return "open, high, low, close";
    case Needs::kVolume: return "volume";
    case Needs::kCloseVolume: return "close, volume";
    case Needs::kHighLowCloseVolume: return "high, low, close, volume";
    case Needs::kTimeHighLowClose: return "time, high, low, close";
    case Needs::kTimeHighLowCloseVolume: return "time, high, low, close, volume";
    case Needs::kTwoCloses: return "close of two series";
  }
  return "";
}

// "first value / settled", of both methods where they differ.
std::string bars(const IndicatorSpec& spec) {
  const Parameters defaults = *check_parameters(spec, {});
  const auto told = [&](Seeding method) {
    const WarmUp warm_up = spec.make(defaults, method)->warm_up();
    return std::to_string(warm_up.first) + " / " + std::to_string(warm_up.settled);
  };
  const std::string ewm = told(Seeding::kEwm);
  return spec.differs_by_method ? ewm + "; talib " + told(Seeding::kTalib) : ewm;
}

std::string page() {
  std::string out =
      "# Indicators\n\n"
      "Printed from the library's registry (`TRADING_MCP_UPDATE_PAGES=1 build/tests/research_test`). "
      "Prices in rupees. Where a\nrecursive average has to begin somewhere there are two methods: "
      "`ewm`, from the first value on, as pandas'\n`ewm(adjust=False)`; `talib`, from the mean of the "
      "first `period` values, as TA-Lib. Bars, with the default parameters:\nthe one with the first "
      "value / the one from which on nothing is warming up.\n\n"
      "| name | what | from | parameters (default, bounds) | gives | bars |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (const IndicatorSpec& spec : indicators()) {
    std::string parameters;
    for (const ParameterSpec& p : spec.parameters) {
      parameters += (parameters.empty() ? "" : "; ") + std::string(p.name) + " " +
                    number(p.default_value) + " (" + number(p.minimum) + " to " +
                    number(p.maximum) + ")";
    }
    std::string outputs;
    for (const OutputSpec& o : spec.outputs) {
      outputs += (outputs.empty() ? "" : ", ") + std::string(o.name);
      if (o.unit != Unit::kPrice) outputs += " (" + std::string(name_of(o.unit)) + ")";
    }
    out += "| " + std::string(spec.name) + " | " + std::string(spec.meaning) + " | " +
           needs(spec.needs) + " | " + parameters + " | " + outputs + " | " + bars(spec) + " |\n";
  }
  return out;
}

TEST(IndicatorsPage, IsTheRegistry) {
  EXPECT_EQ(broker::test::page_on_disk(INDICATORS_PAGE, page()), page())
      << "print it again: TRADING_MCP_UPDATE_PAGES=1 build/tests/research_test";
}

}  // namespace
}  // namespace research
