#include "mcp_gateway/research/indicators/calculate.h"

#include <algorithm>

namespace research {
namespace {

using trading::BarSeries;
using trading::make_error;
using trading::Result;
using trading::Retry;
using trading::Status;

constexpr std::size_t kBlock = 1'024;  // bars; the columns of a block fit the first-level cache

trading::Error bad_bars(const std::string& what) {
  return make_error("BAD_BARS", what, "fetch the bars again; if it stays, tell the operator",
                    Retry::kNo, "bars");
}

const char* fault_of(const BarSeries& bars, std::size_t i) {
  if (i > 0 && bars.ts_us[i] <= bars.ts_us[i - 1]) return "does not come after the one before";
  if (bars.low_e4[i] <= 0) return "has a price that is not above zero";
  if (bars.high_e4[i] > kMostPriceE4) return "has a price above one crore rupees";
  if (std::min(bars.open_e4[i], bars.close_e4[i]) < bars.low_e4[i] ||
      std::max(bars.open_e4[i], bars.close_e4[i]) > bars.high_e4[i])
    return "has an open or close outside its range";
  if (bars.volume[i] < 0 || bars.volume[i] > kMostVolume) return "has an impossible volume";
  return nullptr;
}

struct Joined {
  BarSeries bars;
  std::vector<std::int64_t> second_close;
};

// The bars whose start both series have.
Joined join(const BarSeries& bars, const BarSeries& second) {
  Joined out;
  std::size_t j = 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    while (j < second.size() && second.ts_us[j] < bars.ts_us[i]) ++j;
    if (j == second.size()) break;
    if (second.ts_us[j] != bars.ts_us[i]) continue;
    out.bars.push_back(bars.at(i));
    out.second_close.push_back(second.close_e4[j]);
  }
  return out;
}

Status check_enough(const IndicatorSpec& spec, const WarmUp& warm_up, std::size_t bars,
                    Seeding method) {
  const std::size_t needed = std::max<std::size_t>(2, warm_up.first);
  if (bars >= needed) return {};
  return make_error("NOT_ENOUGH_BARS",
                    std::string(spec.name) + " needs " + std::to_string(needed) +
                        " finished bars with these parameters by method " +
                        std::string(name_of(method)) + ", there are " + std::to_string(bars),
                    "ask for a longer history or a finer timeframe, or make its periods shorter",
                    Retry::kNo, "bars");
}

// Runs the whole series through and keeps the last rows.
void fill(const Columns& columns, Indicator& state, Calculation& out, std::size_t rows) {
  const std::size_t outputs = out.columns.size();
  const std::size_t first_row = columns.size - rows;
  std::vector<double> scratch(outputs * kBlock);
  std::vector<double*> into(outputs);
  for (std::size_t from = 0; from < columns.size;) {
    const bool is_kept = from >= first_row;
    const std::size_t to = std::min(from + kBlock, is_kept ? columns.size : first_row);
    for (std::size_t k = 0; k < outputs; ++k)
      into[k] = is_kept ? out.columns[k].data() + (from - first_row) : &scratch[k * kBlock];
    state.run(columns, from, to, into.data());
    from = to;
  }
}

}  // namespace

Status validate(const BarSeries& bars) {
  const std::size_t n = bars.size();
  for (const auto* column :
       {&bars.open_e4, &bars.high_e4, &bars.low_e4, &bars.close_e4, &bars.volume}) {
    if (column->size() != n) return bad_bars("the columns differ in length");
  }
  if (n > kMostBars)
    return bad_bars(std::to_string(n) + " bars are more than " + std::to_string(kMostBars));
  for (std::size_t i = 0; i < n; ++i) {
    if (const char* fault = fault_of(bars, i))
      return bad_bars("bar " + std::to_string(i + 1) + " (" +
                      trading::format_ist(trading::Timestamp{bars.ts_us[i]}) + ") " + fault);
  }
  return {};
}

Result<Calculation> calculate(const BarSeries& bars, const BarSeries* second,
                              const IndicatorRequest& request) {
  Calculation out;
  ASSIGN_OR_RETURN(out.spec, find_indicator(request.name));
  ASSIGN_OR_RETURN(out.parameters, check_parameters(*out.spec, request.parameters));
  const bool needs_second = out.spec->needs == Needs::kTwoCloses;
  if (needs_second && second == nullptr)
    return make_error("SECOND_SERIES_MISSING",
                      std::string(out.spec->name) + " compares two series, one was given",
                      "name the second symbol", Retry::kNo, "second_symbol");
  RETURN_IF_ERROR(validate(bars));

  Joined joined;
  Columns columns = columns_of(bars);
  if (needs_second) {
    RETURN_IF_ERROR(validate(*second));
    joined = join(bars, *second);
    columns = columns_of(joined.bars);
    columns.second = joined.second_close.data();
  }

  const auto state = out.spec->make(out.parameters, request.method);
  out.method = request.method;
  out.warm_up = state->warm_up();
  out.bars_used = columns.size;
  out.is_warming_up = out.bars_used < out.warm_up.settled;
  RETURN_IF_ERROR(check_enough(*out.spec, out.warm_up, columns.size, request.method));

  const std::size_t rows = std::clamp<std::size_t>(request.rows, 1, columns.size);
  out.ts_us.assign(columns.ts_us + (columns.size - rows), columns.ts_us + columns.size);
  out.columns.assign(out.spec->outputs.size(), std::vector<double>(rows));
  fill(columns, *state, out, rows);
  for (std::size_t k = 0; k < out.columns.size(); ++k) {
    if (out.spec->outputs[k].unit != Unit::kPrice) continue;
    for (double& value : out.columns[k]) value /= double{trading::kRupeeE4};
  }
  return out;
}

void run_together(const Columns& columns, std::size_t from, std::size_t to,
                  const std::vector<Indicator*>& states,
                  const std::vector<std::vector<double*>>& out) {
  std::vector<double*> into;
  for (std::size_t at = from; at < to; at += kBlock) {
    const std::size_t end = std::min(to, at + kBlock);
    for (std::size_t i = 0; i < states.size(); ++i) {
      into = out[i];
      for (double*& column : into) {
        if (column != nullptr) column += at - from;
      }
      states[i]->run(columns, at, end, into.data());
    }
  }
}

}  // namespace research
