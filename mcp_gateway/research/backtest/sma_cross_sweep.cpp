// One pair of averages in a few microseconds: on daily bars whose equity fits doubles exactly, all
// per-bar work is loops without a dependence from bar to bar. Everything else takes run_sma_cross.

#include "mcp_gateway/research/backtest/sma_cross_sweep.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "mcp_gateway/research/backtest/close_range.h"
#include "mcp_gateway/research/backtest/sma_cross_kernel.h"
#include "mcp_gateway/research/statistics/returns.h"
#include "mcp_gateway/research/statistics/two_roads.h"

namespace research {

namespace {

constexpr std::int64_t kExactDoubles = std::int64_t{1} << 53;

// What one pair walks through.
struct PairColumns {
  const std::int64_t* opens;
  const double* closes;
  double* returns;
  std::size_t size;
  std::int64_t highest;
};

struct PairAccount {
  std::int64_t cash;
  std::int64_t peak;
  double deepest = 0;
  std::int64_t quantity = 0;
  std::size_t entry = 0;
  std::int64_t entry_price = 0;
  std::uint32_t trades = 0;
  std::uint32_t wins = 0;

  RESEARCH_INLINE void fall_to(double equity) {
    const double top = static_cast<double>(peak);
    const double fall = (top - equity) / top;
    if (fall > deepest) deepest = fall;
  }

  // Returns and falls of the days held, [entry, end).
  RESEARCH_INLINE void mark_until(const PairColumns& columns, std::size_t end) {
    const double rest = static_cast<double>(cash);
    const double held = static_cast<double>(quantity);
    const double* const closes = columns.closes;
    double* const returns = columns.returns;
    const double before = rest + held * static_cast<double>(entry_price);  // all was cash
    returns[entry] = (rest + held * closes[entry]) / before - 1.0;
    for (std::size_t t = entry + 1; t < end; ++t)
      returns[t] = (rest + held * closes[t]) / (rest + held * closes[t - 1]) - 1.0;

    auto at_peak = static_cast<double>((peak - cash) / quantity);  // a close above is a new peak
    const CloseRange<double> range = range_in_lanes(closes + entry, end - entry);
    if (range.highest <= at_peak) return fall_to(rest + held * range.lowest);
    // Between two peaks only the lowest close counts: one quotient for each stretch below.
    constexpr double kNone = std::numeric_limits<double>::infinity();
    double lowest = kNone;
    for (std::size_t t = entry; t < end; ++t) {
      const double now = closes[t];
      if (now <= at_peak) {
        lowest = now < lowest ? now : lowest;
        continue;
      }
      if (lowest != kNone) fall_to(rest + held * lowest);
      lowest = kNone;
      at_peak = now;
      peak = static_cast<std::int64_t>(rest + held * now);
    }
    if (lowest != kNone) fall_to(rest + held * lowest);
  }

  RESEARCH_INLINE void close(std::int64_t price) {
    cash += quantity * price;
    ++trades;
    wins += price > entry_price ? 1U : 0U;
    quantity = 0;
    if (cash > peak)
      peak = cash;
    else
      fall_to(static_cast<double>(cash));
  }
};

// False: the equity may leave what doubles hold exactly.
RESEARCH_INLINE bool run_pair(const PairColumns& columns, std::size_t first,
                              const std::uint64_t* above, const std::uint64_t* below,
                              PairAccount& account, std::vector<DayRange>& held) {
  const std::size_t words = (columns.size - first + 63) / 64;
  bool was_above = true;
  for (std::size_t w = 0; w < words; ++w) {
    const std::uint64_t rising = above[w] & ~(above[w] << 1 | (was_above ? 1U : 0U));
    was_above = above[w] >> 63 != 0;
    std::uint64_t waiting = ~std::uint64_t{0};
    for (;;) {
      const std::uint64_t signal = (account.quantity != 0 ? below[w] : rising) & waiting;
      if (signal == 0) break;
      const auto bit = static_cast<unsigned>(std::countr_zero(signal));
      const std::size_t fill = first + w * 64 + bit + 1;
      if (fill >= columns.size) break;
      const std::int64_t price = columns.opens[fill];
      if (account.quantity != 0) {
        account.mark_until(columns, fill);
        const double last = static_cast<double>(account.cash) +
                            static_cast<double>(account.quantity) * columns.closes[fill - 1];
        held.push_back(
            {static_cast<std::uint32_t>(account.entry), static_cast<std::uint32_t>(fill + 1)});
        account.close(price);
        columns.returns[fill] = static_cast<double>(account.cash) / last - 1.0;
      } else if (const std::int64_t quantity = account.cash / price; quantity != 0) {
        if (quantity > kExactDoubles / 2 / columns.highest) return false;
        account.quantity = quantity;
        account.entry = fill;
        account.entry_price = price;
        account.cash -= quantity * price;
      }
      waiting = bit == 63 ? 0 : ~std::uint64_t{0} << (bit + 1);
    }
  }
  if (account.quantity != 0) {
    account.mark_until(columns, columns.size);
    held.push_back(
        {static_cast<std::uint32_t>(account.entry), static_cast<std::uint32_t>(columns.size)});
    account.close(static_cast<std::int64_t>(columns.closes[columns.size - 1]));
  }
  return true;
}

#if RESEARCH_HAS_AVX2_ROAD
RESEARCH_AVX2 bool run_pair_avx2(const PairColumns& columns, std::size_t first,
                                 const std::uint64_t* above, const std::uint64_t* below,
                                 PairAccount& account, std::vector<DayRange>& held) {
  return run_pair(columns, first, above, below, account, held);
}
#endif

bool run_pair_best(const PairColumns& columns, std::size_t first, const std::uint64_t* above,
                   const std::uint64_t* below, PairAccount& account, std::vector<DayRange>& held) {
#if RESEARCH_HAS_AVX2_ROAD
  if (has_avx2()) return run_pair_avx2(columns, first, above, below, account, held);
#endif
  return run_pair(columns, first, above, below, account, held);
}

}  // namespace

SmaCrossSweep::SmaCrossSweep(const CheckedBars& bars, trading::Money capital)
    : bars_(bars), capital_(capital), is_daily_(bars.day_ends().size() == bars.size()) {
  if (!is_daily_) return;
  const std::vector<std::int64_t>& closes = bars.series().close_e4;
  sums_.resize(closes.size() + 1);
  closes_.resize(closes.size());
  returns_.resize(closes.size());
  above_.resize(closes.size() / 64 + 1);
  below_.resize(closes.size() / 64 + 1);
  std::int64_t running = 0;
  for (std::size_t i = 0; i < closes.size(); ++i) {
    running += closes[i];
    sums_[i + 1] = static_cast<double>(running);
    closes_[i] = static_cast<double>(closes[i]);
  }
}

trading::Result<PairOutcome> SmaCrossSweep::run(SmaPair pair) {
  RETURN_IF_ERROR(check_pair(pair));
  RETURN_IF_ERROR(check_capital(capital_));
  const std::size_t n = bars_.size();
  const std::int64_t capital_e4 = capital_.accrual().value();
  const bool is_quick = is_daily_ && n >= pair.slow && capital_e4 < kExactDoubles / 2 &&
                        fits_doubles(bars_.highest_e4(), n, pair);
  if (!is_quick) return run_exactly(pair);

  const std::size_t first = pair.slow - 1;
  cross_masks(sums_.data() + first + 1, n - first, pair, above_.data(), below_.data());
  held_.clear();
  PairAccount account{capital_e4, capital_e4};
  const PairColumns columns{bars_.series().open_e4.data(), closes_.data(), returns_.data(), n,
                            bars_.highest_e4()};
  if (!run_pair_best(columns, first, above_.data(), below_.data(), account, held_)) {
    std::fill(returns_.begin(), returns_.end(), 0.0);
    return run_exactly(pair);
  }

  PairOutcome outcome;
  outcome.pair = pair;
  outcome.final_e4 = account.cash;
  outcome.trades = account.trades;
  outcome.wins = account.wins;
  outcome.max_drawdown_pct = account.deepest * 100.0;
  const ReturnSums sums = sums_of(returns_.data(), n, held_);
  for (const DayRange& days : held_)
    std::fill(returns_.begin() + days.begin, returns_.begin() + days.end, 0.0);
  outcome.sharpe = sharpe_of(sums, n);
  outcome.sortino = sortino_of(sums, n);
  return outcome;
}

trading::Result<PairOutcome> SmaCrossSweep::run_exactly(SmaPair pair) const {
  ASSIGN_OR_RETURN(const CrossOutcome full, run_sma_cross(bars_, pair, capital_));
  PairOutcome outcome;
  outcome.pair = pair;
  outcome.final_e4 = full.final_e4;
  outcome.trades = static_cast<std::uint32_t>(full.trades.size());
  for (const CrossTrade& trade : full.trades) {
    const trading::BarSeries& bars = bars_.series();
    const std::int64_t exit =
        trade.is_closed_at_end ? bars.close_e4[trade.exit_bar] : bars.open_e4[trade.exit_bar];
    outcome.wins += exit > bars.open_e4[trade.entry_bar] ? 1U : 0U;
  }
  outcome.max_drawdown_pct = full.max_drawdown_pct;
  outcome.sharpe = full.sharpe;
  outcome.sortino = full.sortino;
  return outcome;
}

}  // namespace research
