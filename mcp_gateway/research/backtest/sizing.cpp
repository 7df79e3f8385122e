// The five rules.

#include "mcp_gateway/research/backtest/sizing.h"

#include <array>
#include <limits>

#include "trading/base/names.h"

namespace research {

namespace {

using trading::Bps;
using trading::Price;
using trading::Quantity;

constexpr std::array<trading::NameRow<SizingKind>, 5> kKinds{{
    {SizingKind::kAllIn, "all_in"},
    {SizingKind::kFixed, "fixed"},
    {SizingKind::kPercent, "percent"},
    {SizingKind::kRisk, "risk"},
    {SizingKind::kVolatility, "volatility"},
}};
constexpr std::int64_t kMostShares = 1'000'000'000'000;

// How often `each` goes into a part of the equity.
Quantity part_over(std::int64_t equity_e4, Bps part, std::int64_t each_e4) {
  if (equity_e4 <= 0 || each_e4 <= 0) return {};
  const std::int64_t amount =
      trading::mul_div(equity_e4, part.value(), 10'000, trading::Rounding::kDown);
  return Quantity(std::min(amount / each_e4, kMostShares));
}

}  // namespace

std::string_view name_of(SizingKind kind) {
  return trading::name_in(kKinds, kind);
}

trading::Result<SizingKind> parse_sizing(std::string_view text) {
  return trading::parse_in(kKinds, text, "SIZING_INVALID", "position_sizing");
}

trading::Status check_sizing(const Sizing& sizing) {
  const auto invalid = [](const std::string& what, const std::string& fix) {
    return trading::make_error("SIZING_INVALID", what, fix, trading::Retry::kNo,
                               "position_sizing");
  };
  switch (sizing.kind) {
    case SizingKind::kAllIn:
      return {};
    case SizingKind::kFixed:
      if (sizing.shares.value() >= 1 && sizing.shares.value() <= kMostShares) return {};
      return invalid(std::to_string(sizing.shares.value()) + " shares",
                     "name 1 to " + std::to_string(kMostShares) + " shares");
    case SizingKind::kPercent:
    case SizingKind::kRisk:
    case SizingKind::kVolatility:
      if (sizing.part >= Bps(1) && sizing.part <= Bps(10'000)) return {};
      return invalid(std::to_string(sizing.part.value()) + " basis points of the equity",
                     "name 0.01 to 100 percent");
  }
  INVARIANT(false, "sizing without a rule");
}

Quantity wanted_quantity(const Sizing& sizing, std::int64_t equity_e4, Price price,
                         std::int64_t risk_e4, std::int64_t range_e4) {
  switch (sizing.kind) {
    case SizingKind::kAllIn:
      return Quantity(kMostShares);
    case SizingKind::kFixed:
      return sizing.shares;
    case SizingKind::kPercent:
      return part_over(equity_e4, sizing.part, price.value());
    case SizingKind::kRisk:
      return part_over(equity_e4, sizing.part, risk_e4);
    case SizingKind::kVolatility:
      return part_over(equity_e4, sizing.part, range_e4);
  }
  INVARIANT(false, "sizing without a rule");
}

}  // namespace research
