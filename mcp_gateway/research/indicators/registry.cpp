#include "mcp_gateway/research/indicators/registry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "mcp_gateway/research/indicators/running.h"

namespace research {
namespace {

using trading::make_error;
using trading::Result;
using trading::Retry;

std::string number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

// Edits that make one name of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, change});
      diagonal = above;
    }
  }
  return row[b.size()];
}

constexpr std::size_t kLongestName = 40;  // what is quoted back of a name that came from outside

std::string quoted(std::string_view name) {
  std::string out = "'";
  for (const char c : name.substr(0, kLongestName)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out + (name.size() > kLongestName ? "...'" : "'");
}

std::vector<std::string_view> near(std::string_view name) {
  std::vector<std::string_view> found;
  if (name.size() > kLongestName) return found;
  for (const IndicatorSpec& spec : indicators()) {
    const bool is_part = name.size() >= 2 && spec.name.find(name) != std::string_view::npos;
    if (is_part || distance(name, spec.name) <= std::max<std::size_t>(1, name.size() / 3))
      found.push_back(spec.name);
  }
  return found;
}

std::vector<std::string_view> names_of(const IndicatorSpec& spec) {
  std::vector<std::string_view> names;
  for (const ParameterSpec& parameter : spec.parameters) names.push_back(parameter.name);
  return names;
}

// Gathers what is wrong.
class Faults {
 public:
  void add(std::string_view field, const std::string& what, const std::string& fix) {
    if (field_.empty()) field_ = field;
    what_ += (what_.empty() ? "" : "; ") + what;
    if (fix_.find(fix) == std::string::npos) fix_ += (fix_.empty() ? "" : "; ") + fix;
  }
  [[nodiscard]] bool none() const { return what_.empty(); }
  [[nodiscard]] trading::Error error(std::string_view indicator) const {
    return make_error("BAD_INDICATOR_PARAMETER", std::string(indicator) + ": " + what_, fix_,
                      Retry::kNo, field_);
  }

 private:
  std::string field_, what_, fix_;
};

void check_value(const ParameterSpec& spec, double value, Faults& faults) {
  const std::string name(spec.name);
  const std::string range = "give " + name + " as a " + (spec.is_whole ? "whole " : "") +
                            "number from " + number(spec.minimum) + " to " + number(spec.maximum);
  if (!std::isfinite(value)) {
    faults.add(name, name + " is not a finite number", range);
  } else if (value < spec.minimum || value > spec.maximum) {
    faults.add(name, name + " is " + number(value), range);
  } else if (spec.is_whole && value != std::trunc(value)) {
    faults.add(name, name + " is " + number(value) + ", not whole", range);
  }
}

void check_order(const IndicatorSpec& spec, const Parameters& values, Faults& faults) {
  const auto names = names_of(spec);
  const auto value_of = [&](std::string_view name) {
    return values[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                           names.begin())];
  };
  for (std::size_t i = 1; i < spec.ascending.size(); ++i) {
    const std::string_view low = spec.ascending[i - 1];
    const std::string_view high = spec.ascending[i];
    if (value_of(low) < value_of(high)) continue;
    faults.add(low,
               std::string(low) + " is " + number(value_of(low)) + " and " + std::string(high) +
                   " " + number(value_of(high)),
               "make " + std::string(low) + " less than " + std::string(high));
  }
}

}  // namespace

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::kPrice: return "price";
    case Unit::kPercent: return "percent";
    case Unit::kRatio: return "ratio";
    case Unit::kShares: return "shares";
    case Unit::kBars: return "bars";
    case Unit::kDirection: return "direction";
  }
  return "";
}

const std::vector<IndicatorSpec>& indicators() {
  static const std::vector<IndicatorSpec> all = [] {
    std::vector<IndicatorSpec> out;
    for (auto rows : {moving_average_specs, momentum_specs, trend_specs, volatility_specs,
                      volume_specs, statistics_specs, level_specs}) {
      for (IndicatorSpec& spec : rows()) out.push_back(std::move(spec));
    }
    return out;
  }();
  return all;
}

Result<const IndicatorSpec*> find_indicator(std::string_view name) {
  for (const IndicatorSpec& spec : indicators()) {
    if (spec.name == name) return &spec;
  }
  const auto candidates = near(name);
  return make_error("UNKNOWN_INDICATOR", "there is no indicator " + quoted(name),
                    candidates.empty() ? "see list_indicators for the names"
                                       : "did you mean " + joined(candidates) +
                                             "? list_indicators has all names",
                    Retry::kNo, "name");
}

Result<Parameters> check_parameters(const IndicatorSpec& spec, const NamedParameters& given) {
  Parameters values;
  for (const ParameterSpec& parameter : spec.parameters) values.push_back(parameter.default_value);
  const auto names = names_of(spec);
  std::vector<bool> is_given(names.size());
  Faults faults;
  for (const auto& [name, value] : given) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      faults.add("params", "there is no parameter " + quoted(name),
                 names.empty() ? "leave params out, it takes none"
                               : "its parameters are " + joined(names));
      continue;
    }
    const auto at = static_cast<std::size_t>(found - names.begin());
    if (is_given[at]) faults.add(name, name + " is given twice", "give " + name + " once");
    is_given[at] = true;
    values[at] = value;
    check_value(spec.parameters[at], value, faults);
  }
  if (faults.none()) check_order(spec, values, faults);
  if (!faults.none()) return faults.error(spec.name);
  return values;
}

}  // namespace research
