// Corporate actions of a file.

#include "execution_broker/market/csv/actions.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "trading/base/checked.h"

namespace broker {

namespace {

constexpr std::int64_t kOne = 10'000;
constexpr std::int64_t kDeclaredStep = 500;  // 0.05 rupee
constexpr std::int64_t kMostDividendE4 = 100'000'000'000;

struct Ratio {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  void times(std::int64_t e4) {
    const std::int64_t common = std::gcd(e4, kOne);
    numerator *= e4 / common;
    denominator *= kOne / common;
    const std::int64_t both = std::gcd(numerator, denominator);
    numerator /= both;
    denominator /= both;
  }
  // A product of many odd splits would leave 64 bits: no real share has one.
  [[nodiscard]] bool is_sane() const { return numerator < 1'000'000 && denominator < 1'000'000; }
};

// A dividend as declared: multiplied by the later splits and put on the step, when that step
// explains it.
struct Restated {
  std::int64_t e4 = 0;
  bool is_declared_multiple = false;
};
Restated restate(std::int64_t dividend_e4, const Ratio& later) {
  const std::int64_t scaled =
      trading::mul_div(dividend_e4, later.numerator, later.denominator, trading::Rounding::kHalfUp);
  const std::int64_t declared =
      trading::mul_div(scaled, 1, kDeclaredStep, trading::Rounding::kHalfUp) * kDeclaredStep;
  // What half a unit in the fourth decimal becomes after the multiplication, rounded up.
  const std::int64_t tolerance =
      (later.numerator + 2 * later.denominator - 1) / (2 * later.denominator);
  return {declared,
          declared > 0 && scaled <= kMostDividendE4 && std::abs(declared - scaled) <= tolerance};
}

}  // namespace

std::vector<CorporateAction> actions_of(std::string_view symbol, const std::vector<ActionRow>& rows,
                                        std::string_view file, std::vector<std::string>& findings) {
  std::vector<Ratio> later(rows.size());  // splits after the row's day
  Ratio running;
  for (std::size_t i = rows.size(); i-- > 0;) {
    if (i + 1 < rows.size() && rows[i + 1].ex_date == rows[i].ex_date) {
      later[i] = later[i + 1];
    } else {
      later[i] = running;
    }
    if (running.is_sane()) running.times(rows[i].split_e4);
  }
  bool as_written = true;
  bool as_of_today = running.is_sane();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].dividend_e4 == 0) continue;
    as_written = as_written && rows[i].dividend_e4 % kDeclaredStep == 0;
    as_of_today = as_of_today && later[i].is_sane() &&
                  restate(rows[i].dividend_e4, later[i]).is_declared_multiple;
  }
  const bool restates = !as_written && as_of_today;
  if (restates)
    findings.push_back(std::string(file) +
                       ": dividends are written a share of today (divided by every later split); "
                       "multiplied back to "
                       "what was declared");
  else if (!as_written)
    findings.push_back(std::string(file) +
                       ": some dividends are no multiple of 0.05, with or without the later "
                       "splits; taken as written");

  std::vector<CorporateAction> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ActionRow& row = rows[i];
    if (row.dividend_e4 == 0 && row.split_e4 == kOne) continue;
    if (out.empty() || out.back().ex_date != row.ex_date) {
      CorporateAction action;
      action.symbol = symbol;
      action.ex_date = row.ex_date;
      out.push_back(action);
    }
    CorporateAction& action = out.back();
    Ratio split{action.split_numerator, action.split_denominator};
    split.times(row.split_e4);
    if (split.is_sane()) {
      action.split_numerator = split.numerator;
      action.split_denominator = split.denominator;
    }
    const std::int64_t declared =
        restates ? restate(row.dividend_e4, later[i]).e4 : row.dividend_e4;
    action.dividend = action.dividend + trading::Price(row.dividend_e4 == 0 ? 0 : declared);
  }
  return out;
}

}  // namespace broker
