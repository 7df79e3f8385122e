// The compiled pass over several states at once, against each alone and against update() by hand.

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <vector>

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/batch.h"
#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/macd.h"
#include "mcp_gateway/research/indicators/rsi.h"
#include "mcp_gateway/research/indicators/sma.h"
#include "mcp_gateway/research/indicators/value_columns.h"
#include "tests/support/bar_samples.h"

namespace research {
namespace {

constexpr std::size_t kBars = 2'000;
constexpr std::size_t kColumns = 10;

struct Six {
  explicit Six(Seeding seeding)
      : ema(20, seeding), rsi(14, seeding), macd(12, 26, 9, seeding), atr(14, seeding) {}
  Sma sma{20};
  Ema ema;
  Rsi rsi;
  Macd macd;
  Bollinger bands{20, 2};
  Atr atr;
};

bool is_same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST(Fused, SixInOnePassAreEachAloneToTheBit) {
  SEEDED_RANDOM(random, 20'260'416);
  const trading::BarSeries bars = trading::test::walk(random, kBars);
  const Columns c = columns_of(bars);
  for (const Seeding seeding : {Seeding::kEwm, Seeding::kTalib}) {
    ValueColumns fused(kColumns, kBars);
    Six six(seeding);
    for (std::size_t from = 0; from < kBars;) {  // in pieces: the states carry over
      const std::size_t to =
          std::min(kBars, from + static_cast<std::size_t>(random.between(1, 300)));
      const auto at = [&](std::size_t k) { return fused.column(k) + from; };
      run_fused(c, from, to,
                std::tuple(Out<Sma>{at(0)}, Out<Ema>{at(1)}, Out<Rsi>{at(2)},
                           Out<Macd>{at(3), at(4), at(5)}, Out<Bollinger>{at(6), at(7), at(8)},
                           Out<Atr>{at(9)}),
                six.sma, six.ema, six.rsi, six.macd, six.bands, six.atr);
      from = to;
    }

    ValueColumns alone(kColumns, kBars);
    const auto at = [&](std::size_t k) { return alone.column(k); };
    Six each(seeding);
    run_batch(c, 0, kBars, {at(0)}, each.sma);
    run_batch(c, 0, kBars, {at(1)}, each.ema);
    run_batch(c, 0, kBars, {at(2)}, each.rsi);
    run_batch(c, 0, kBars, {at(3), at(4), at(5)}, each.macd);
    run_batch(c, 0, kBars, {at(6), nullptr, at(8)}, each.bands);  // one not wanted
    run_batch(c, 0, kBars, {at(9)}, each.atr);

    Six by_hand(seeding);
    for (std::size_t i = 0; i < kBars; ++i) {
      by_hand.sma.update(c.close[i]);
      by_hand.ema.update(c.close[i]);
      by_hand.rsi.update(c.close[i]);
      by_hand.macd.update(c.close[i]);
      by_hand.bands.update(c.close[i]);
      by_hand.atr.update(c.high[i], c.low[i], c.close[i]);
      const auto bands = by_hand.bands.bands();
      const std::array<double, kColumns> values = {
          by_hand.sma.value(),   by_hand.ema.value(),      by_hand.rsi.value(),
          by_hand.macd.macd(),   by_hand.macd.signal(),    by_hand.macd.histogram(),
          bands.upper,           bands.middle,             bands.lower,
          by_hand.atr.value()};
      for (std::size_t k = 0; k < kColumns; ++k) {
        ASSERT_TRUE(is_same(values[k], fused.column(k)[i])) << "column " << k << " bar " << i + 1;
        if (k == 7) continue;
        ASSERT_TRUE(is_same(values[k], alone.column(k)[i])) << "column " << k << " bar " << i + 1;
      }
      ASSERT_TRUE(is_same(values[0], values[7])) << "the middle band is the simple average";
    }
  }
}

}  // namespace
}  // namespace research
