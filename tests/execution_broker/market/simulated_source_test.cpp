// The simulated market: the same for everyone, and in agreement with itself.

#include "execution_broker/market/simulated/simulated_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/execution_broker/market/market_fixture.h"

namespace broker {
namespace {

using trading::Bar;
using trading::Price;
using trading::SessionPhase;
using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

const Timestamp kMonday = when(2026, 11, 23, 9, 15);

const SimulatedSource& shared_source() {
  static const SimulatedSource source(1);
  return source;
}

bool is_same(const trading::MarketSlice& a, const trading::MarketSlice& b) {
  const auto same_levels = [](const auto& x, const auto& y) {
    return std::equal(x.begin(), x.end(), y.begin(), [](const auto& p, const auto& q) {
      return p.price == q.price && p.quantity == q.quantity;
    });
  };
  return a.ts == b.ts && a.last == b.last && a.path_from == b.path_from && a.open == b.open &&
         a.high == b.high && a.low == b.low && a.previous_close == b.previous_close &&
         a.day_volume == b.day_volume && a.traded_volume == b.traded_volume &&
         a.bar_low == b.bar_low && a.bar_high == b.bar_high && same_levels(a.bids, b.bids) &&
         same_levels(a.asks, b.asks);
}

trading::BarSeries day_of(const MarketSource& source, const std::string& symbol,
                          Timeframe timeframe, TradingDate date) {
  BarQuery query = query_for(symbol, timeframe);
  query.from = timestamp_of(date, trading::at(0, 0));
  query.to = timestamp_of(date, trading::at(23, 59));
  query.as_of = timestamp_of(date, trading::at(23, 59));
  query.is_adjusted = false;
  return bars_of(source, query).bars;
}

// Trading days of the last year, every `step`-th.
std::vector<TradingDate> sample_days(const MarketSource& source, int step) {
  std::vector<TradingDate> days;
  int i = 0;
  for (TradingDate d = TradingDate::from_civil(2026, 1, 1); d <= source.calendar().valid_through();
       d = d + 1)
    if (source.calendar().status(d).kind == trading::DayStatus::Kind::kTrading && i++ % step == 0)
      days.push_back(d);
  return days;
}

TEST(SimulatedSource, HoldsTheNiftyFiftyWithSectorsAndSomeNamesWithoutDerivatives) {
  const auto& all = shared_source().instruments().all();
  std::size_t with_derivatives = 0, trade_to_trade = 0;
  std::set<std::string> tokens;
  for (const trading::Instrument& instrument : all) {
    with_derivatives += instrument.has_derivatives ? 1 : 0;
    trade_to_trade += instrument.series == trading::Series::kBe ? 1 : 0;
    EXPECT_FALSE(instrument.sector.empty()) << instrument.symbol;
    EXPECT_GE(instrument.freeze_quantity, 1'000) << instrument.symbol;
    EXPECT_TRUE(tokens.insert(instrument.token).second) << instrument.token;
  }
  EXPECT_EQ(with_derivatives, 50U);
  EXPECT_EQ(all.size() - with_derivatives, 6U);
  EXPECT_EQ(trade_to_trade, 1U);
  const std::map<std::string, std::string> real = {
      {"RELIANCE", "2885"},    {"SBIN", "3045"},      {"TCS", "11536"},  {"INFY", "1594"},
      {"HDFCBANK", "1333"},    {"ICICIBANK", "4963"}, {"ITC", "1660"},   {"HINDUNILVR", "1394"},
      {"BHARTIARTL", "10604"}, {"KOTAKBANK", "1922"}, {"LT", "11483"},   {"AXISBANK", "5900"},
      {"TATASTEEL", "3499"},   {"MARUTI", "10999"},   {"WIPRO", "3787"}, {"BAJFINANCE", "317"}};
  for (const auto& [symbol, token] : real)
    EXPECT_EQ((*shared_source().instruments().find(symbol))->token, token);
}

TEST(SimulatedSource, SameSeedSameAnswersInAnyOrderOfQuestions) {
  const SimulatedSource a(7);
  const SimulatedSource b(7);
  std::vector<std::pair<std::string, Timestamp>> questions;
  for (const trading::Instrument& instrument : a.instruments().all())
    for (int i = 0; i < 12; ++i)
      questions.emplace_back(instrument.symbol,
                             kMonday - trading::hours(24 * 40 * i) + trading::seconds(i * 997));
  std::vector<trading::MarketSlice> first;
  for (const auto& [symbol, t] : questions) first.push_back(a.quote(symbol, t)->slice);
  const std::uint32_t seed = 20'261'123;
  std::mt19937 random(seed);
  std::vector<std::size_t> order(questions.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), random);
  for (const std::size_t i : order)
    ASSERT_TRUE(is_same(first[i], b.quote(questions[i].first, questions[i].second)->slice))
        << questions[i].first << " at " << format_ist(questions[i].second) << ", shuffle seed "
        << seed;
  EXPECT_FALSE(
      is_same(first[0], SimulatedSource(8).quote(questions[0].first, questions[0].second)->slice));
}

// Known answers: they move only when the simulated history, or the calendar and ticks under it, are
// changed on purpose.
TEST(SimulatedSource, HistoryOfSeedOneIsPinned) {
  const SimulatedSource& source = shared_source();
  std::uint64_t days = 0, minutes = 0, prints = 0;
  const auto take = [](std::uint64_t& sum, std::int64_t value) {
    sum = sum * 1'000'003 + static_cast<std::uint64_t>(value);
  };
  BarQuery query = query_for("RELIANCE", Timeframe::kOneDay);
  query.as_of = kMonday;
  const BarReply history = bars_of(source, query);
  for (std::size_t i = 0; i < history.bars.size(); ++i)
    take(days, history.bars.close_e4[i] ^ history.bars.volume[i]);
  const trading::BarSeries path =
      day_of(source, "RELIANCE", Timeframe::kOneMinute, trading::date_of(kMonday));
  for (std::size_t i = 0; i < path.size(); ++i)
    take(minutes, path.high_e4[i] ^ path.low_e4[i] ^ path.volume[i]);
  Timestamp t = kMonday - trading::seconds(1);
  while (const auto slice = source.next_slice("RELIANCE", t, kMonday + trading::minutes(10))) {
    t = slice->ts;
    take(prints, slice->last.value() ^ slice->ts.us ^ slice->bids[0].quantity.value());
  }
  EXPECT_EQ(days, 4209850343887448417ULL);
  EXPECT_EQ(minutes, 6566514493732655707ULL);
  EXPECT_EQ(prints, 5605141186154115321ULL);
}

TEST(SimulatedSource, CoarserBarsAreExactlyTheFinerOnes) {
  const SimulatedSource& source = shared_source();
  for (const TradingDate date : sample_days(source, 29)) {
    for (const char* symbol : {"RELIANCE", "RAMASTEEL", "MARUTI"}) {
      const trading::BarSeries minutes = day_of(source, symbol, Timeframe::kOneMinute, date);
      ASSERT_FALSE(minutes.empty()) << symbol << date.iso();
      for (const Timeframe timeframe :
           {Timeframe::kFiveMinute, Timeframe::kTenMinute, Timeframe::kFifteenMinute,
            Timeframe::kThirtyMinute, Timeframe::kOneHour, Timeframe::kOneDay}) {
        const trading::BarSeries coarse = day_of(source, symbol, timeframe, date);
        std::size_t m = 0;
        for (std::size_t i = 0; i < coarse.size(); ++i) {
          const std::int64_t end = i + 1 < coarse.size() ? coarse.ts_us[i + 1] : INT64_MAX;
          ASSERT_LT(m, minutes.size());
          Bar sum = minutes.at(m);
          for (++m; m < minutes.size() && minutes.ts_us[m] < end; ++m) {
            sum.high = std::max(sum.high, Price(minutes.high_e4[m]));
            sum.low = std::min(sum.low, Price(minutes.low_e4[m]));
            sum.close = Price(minutes.close_e4[m]);
            sum.volume += minutes.volume[m];
          }
          const Bar bar = coarse.at(i);
          ASSERT_TRUE(bar.open == sum.open && bar.high == sum.high && bar.low == sum.low &&
                      bar.close == sum.close && bar.volume == sum.volume)
              << symbol << " " << date.iso() << " " << name_of(timeframe) << " bar " << i;
        }
        ASSERT_EQ(m, minutes.size());
      }
    }
  }
}

TEST(SimulatedSource, PrintsGiveBackTheirMinuteAndKeepTickBandAndPath) {
  const SimulatedSource& source = shared_source();
  for (const char* symbol : {"TCS", "TATASTEEL", "RAILTEL", "RAMASTEEL"}) {
    const trading::Instrument& instrument = **source.instruments().find(symbol);
    for (const TradingDate date : sample_days(source, 61)) {
      const trading::BarSeries minutes = day_of(source, symbol, Timeframe::kOneMinute, date);
      Timestamp t = timestamp_of(date, trading::at(0, 0));
      const Timestamp night = timestamp_of(date, trading::at(23, 59));
      std::int64_t day_volume = 0;
      for (std::size_t m = 0; m < minutes.size(); ++m) {
        const Bar bar = minutes.at(m);
        const Timestamp end = bar.ts + trading::minutes(1);
        Price high, low, close;
        std::int64_t volume = 0;
        int prints = 0;
        for (;;) {
          const auto slice = source.next_slice(symbol, t, end - trading::microseconds(1));
          if (!slice) break;
          if (prints == 0) {
            ASSERT_EQ(slice->ts, bar.ts);
            ASSERT_EQ(slice->last, bar.open);
            ASSERT_FALSE(slice->path_from.has_value());
            high = low = slice->last;
          } else {
            ASSERT_EQ(slice->path_from, close);
            ASSERT_LE(slice->ts - t, trading::seconds(3)) << "prints as fresh as a live feed's";
          }
          high = std::max(high, slice->last);
          low = std::min(low, slice->last);
          close = slice->last;
          volume += slice->traded_volume;
          day_volume += slice->traded_volume;
          const Price tick = tick_of(instrument, date, slice->previous_close);
          ASSERT_TRUE(slice->last.is_on_tick(tick));
          ASSERT_TRUE(slice->band.contains(slice->last));
          ASSERT_EQ(slice->day_volume, day_volume);
          ASSERT_EQ(slice->bar_ts, bar.ts);
          ASSERT_EQ(slice->phase, SessionPhase::kContinuous);
          for (std::size_t i = 0; i < trading::kDepthLevels; ++i)
            for (const trading::DepthLevel& level : {slice->bids[i], slice->asks[i]}) {
              if (level.quantity.is_zero()) continue;
              ASSERT_TRUE(level.price.is_on_tick(tick));
              ASSERT_TRUE(level.price >= bar.low && level.price <= bar.high);
            }
          if (slice->bid() && slice->ask()) {
            ASSERT_LE(*slice->bid(), *slice->ask());
          }
          t = slice->ts;
          ++prints;
        }
        ASSERT_EQ(prints, 30);
        ASSERT_EQ(t, end - trading::seconds(1));
        ASSERT_TRUE(high == bar.high && low == bar.low && close == bar.close &&
                    volume == bar.volume)
            << symbol << " " << format_ist(bar.ts);
      }
      EXPECT_FALSE(source.next_slice(symbol, t, night)) << "nothing prints after the session";
    }
  }
}

TEST(SimulatedSource, QuoteIsTheNewestPrint) {
  const SimulatedSource& source = shared_source();
  Timestamp t = kMonday - trading::microseconds(1);
  std::optional<trading::MarketSlice> last;
  for (int i = 0; i < 300; ++i) {
    const auto next = source.next_slice("INFY", t, kMonday + trading::hours(1));
    ASSERT_TRUE(next);
    if (last) {
      EXPECT_TRUE(is_same(source.quote("INFY", next->ts - trading::microseconds(1))->slice, *last));
    }
    EXPECT_TRUE(is_same(source.quote("INFY", next->ts)->slice, *next));
    last = next;
    t = next->ts;
  }
}

TEST(SimulatedSource, OutsideTheSessionTheLastPrintStands) {
  const SimulatedSource& source = shared_source();
  const auto before = source.quote("SBIN", when(2026, 11, 23, 8, 0));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->slice.ts, when(2026, 11, 20, 15, 14, 59))
      << "stocks with derivatives stop at 15:15";
  EXPECT_EQ(before->slice.phase, SessionPhase::kBeforeOpen);
  EXPECT_EQ(source.quote("WHIRLPOOL", when(2026, 11, 23, 8, 0))->slice.ts,
            when(2026, 11, 20, 15, 29, 59));
  EXPECT_EQ(source.quote("SBIN", when(2026, 11, 23, 15, 20))->slice.phase,
            SessionPhase::kClosingAuction);
  EXPECT_EQ(source.quote("SBIN", when(2023, 12, 31, 12, 0)).error().code, "NO_MARKET_DATA");
  EXPECT_EQ(source.quote("SBI", kMonday).error().code, "UNKNOWN_SYMBOL");
  EXPECT_EQ(source.quote("SBIN", source.last_print() + trading::hours(1000))->slice.ts.us,
            when(2026, 12, 31, 15, 14, 59).us);
  // A holiday between two trading days: the next print is Wednesday's.
  const auto next = source.next_slice("SBIN", when(2026, 11, 23, 15, 14, 59), source.last_print());
  ASSERT_TRUE(next);
  EXPECT_EQ(next->ts, when(2026, 11, 25, 9, 15));
}

TEST(SimulatedSource, DaysChainWithoutLeavingTheirBand) {
  const SimulatedSource& source = shared_source();
  for (const trading::Instrument& instrument : source.instruments().all()) {
    BarQuery query = query_for(instrument.symbol, Timeframe::kOneDay);
    query.ignore_clock = true;
    query.is_adjusted = false;
    const BarReply raw = bars_of(source, query);
    query.is_adjusted = true;
    const BarReply adjusted = bars_of(source, query);
    ASSERT_EQ(raw.bars.size(), adjusted.bars.size());
    ASSERT_GT(raw.bars.size(), 700U);
    for (std::size_t i = 1; i < raw.bars.size(); ++i) {
      const Bar bar = raw.bars.at(i);
      ASSERT_TRUE(bar.low <= std::min(bar.open, bar.close) &&
                  bar.high >= std::max(bar.open, bar.close));
      ASSERT_GT(bar.volume, 0);
      // Adjusted history is continuous: no day moves by more than the band, a tick and a rounding.
      const double move = static_cast<double>(adjusted.bars.close_e4[i]) /
                              static_cast<double>(adjusted.bars.close_e4[i - 1]) -
                          1.0;
      ASSERT_LT(std::abs(move), 0.215)
          << instrument.symbol << " " << trading::date_of(bar.ts).iso();
    }
  }
}

TEST(SimulatedSource, PricesArePlausibleInNovember2026) {
  EXPECT_NEAR(
      static_cast<double>(shared_source().quote("RELIANCE", kMonday)->slice.last.value()) / 1e4,
      1546, 160);
  EXPECT_NEAR(
      static_cast<double>(shared_source().quote("TATASTEEL", kMonday)->slice.last.value()) / 1e4,
      172, 18);
}

TEST(SimulatedSource, EveryDayHasANameThatIsLockedAtItsCircuit) {
  const SimulatedSource& source = shared_source();
  std::size_t to_close = 0;
  for (const TradingDate date : sample_days(source, 10)) {
    std::size_t locked_names = 0;
    for (const trading::Instrument& instrument : source.instruments().all()) {
      const trading::BarSeries day = day_of(source, instrument.symbol, Timeframe::kOneDay, date);
      const auto close = source.quote(instrument.symbol, timestamp_of(date, trading::at(16, 30)));
      const trading::PriceBand band = close->slice.band;
      if (day.at(0).high != band.upper && day.at(0).low != band.lower) continue;
      ++locked_names;
      const trading::BarSeries minutes =
          day_of(source, instrument.symbol, Timeframe::kOneMinute, date);
      std::size_t flat = 0;
      for (std::size_t m = 0; m < minutes.size(); ++m) {
        const Bar bar = minutes.at(m);
        if (bar.high != bar.low || (bar.high != band.upper && bar.low != band.lower)) continue;
        ++flat;
        const auto quote = source.quote(instrument.symbol, bar.ts + trading::seconds(30));
        const bool is_upper = bar.high == band.upper;
        EXPECT_EQ(quote->slice.is_locked_upper(), is_upper);
        EXPECT_EQ(quote->slice.is_locked_lower(), !is_upper);
        EXPECT_FALSE((is_upper ? quote->slice.ask() : quote->slice.bid()).has_value());
      }
      EXPECT_GT(flat, 0U) << instrument.symbol << " " << date.iso();
      if (close->slice.last == band.upper || close->slice.last == band.lower) ++to_close;
    }
    EXPECT_GE(locked_names, 1U) << date.iso();
  }
  EXPECT_GT(to_close, 0U) << "some stay locked to the close";
}

TEST(SimulatedSource, VolatilityClusters) {
  // Absolute daily returns are correlated with those of the day before, on average over the names.
  const SimulatedSource& source = shared_source();
  double total = 0;
  for (const trading::Instrument& instrument : source.instruments().all()) {
    BarQuery query = query_for(instrument.symbol, Timeframe::kOneDay);
    query.ignore_clock = true;
    const BarReply days = bars_of(source, query);
    std::vector<double> moves;
    for (std::size_t i = 1; i < days.bars.size(); ++i)
      moves.push_back(std::min(0.06, std::abs(static_cast<double>(days.bars.close_e4[i]) /
                                                  static_cast<double>(days.bars.close_e4[i - 1]) -
                                              1.0)));
    double mean = 0, variance = 0, covariance = 0;
    for (const double m : moves) mean += m / static_cast<double>(moves.size());
    for (const double m : moves) variance += (m - mean) * (m - mean);
    for (std::size_t i = 1; i < moves.size(); ++i)
      covariance += (moves[i] - mean) * (moves[i - 1] - mean);
    total += covariance / variance;
  }
  const double correlation = total / static_cast<double>(source.instruments().all().size());
  RecordProperty("correlation", std::to_string(correlation));
  EXPECT_GT(correlation, 0.05);
}

TEST(SimulatedSource, HasDividendsAndSplitsThatDropTheRawPrice) {
  const SimulatedSource& source = shared_source();
  std::size_t dividends = 0, splits = 0;
  for (const trading::Instrument& instrument : source.instruments().all()) {
    for (const CorporateAction& action :
         source.corporate_actions(instrument.symbol, TradingDate::from_civil(2024, 1, 1),
                                  source.calendar().valid_through())) {
      if (action.dividend.is_positive()) ++dividends;
      if (action.split_numerator == 1) continue;
      ++splits;
      const auto before =
          source.quote(instrument.symbol, timestamp_of(action.ex_date, trading::at(8, 0)));
      const auto after =
          source.quote(instrument.symbol, timestamp_of(action.ex_date, trading::at(9, 16)));
      const double ratio = static_cast<double>(before->slice.last.value()) /
                           static_cast<double>(after->slice.last.value());
      EXPECT_NEAR(ratio, static_cast<double>(action.split_numerator),
                  0.2 * static_cast<double>(action.split_numerator));
      EXPECT_TRUE(after->slice.band.contains(after->slice.last));
    }
  }
  EXPECT_GE(dividends, 100U);
  EXPECT_GE(splits, 8U);
}

TEST(SimulatedSource, HistoryStopsAtTheClockAndNewestRowsWin) {
  const SimulatedSource& source = shared_source();
  BarQuery query = query_for("TCS", Timeframe::kFiveMinute);
  query.as_of = kMonday + trading::minutes(12);
  query.max_rows = 100;
  const BarReply reply = bars_of(source, query);
  ASSERT_EQ(reply.bars.size(), 100U);
  EXPECT_GT(reply.total, 50'000U);
  EXPECT_EQ(Timestamp{reply.bars.ts_us.back()}, kMonday + trading::minutes(5))
      << "the bar of 09:25 still runs";
  EXPECT_TRUE(std::is_sorted(reply.bars.ts_us.begin(), reply.bars.ts_us.end()));
  query.max_rows = 0;
  const BarReply whole = bars_of(source, query);
  EXPECT_EQ(whole.bars.size(), whole.total);
  EXPECT_EQ(whole.total, reply.total);
  const Timestamp from = kMonday - trading::hours(24 * 10);
  const Timestamp to = kMonday - trading::hours(24 * 3);
  query.from = from;
  query.to = to;
  const BarReply part = bars_of(source, query);
  EXPECT_EQ(part.bars.size(), part.total);
  EXPECT_GE(part.bars.ts_us.front(), from.us);
  EXPECT_LE(part.bars.ts_us.back(), to.us);
  query = query_for("TCS", Timeframe::kOneDay);
  query.as_of = when(2026, 11, 23, 15, 14, 59);
  EXPECT_EQ(trading::date_of({bars_of(source, query).bars.ts_us.back()}),
            TradingDate::from_civil(2026, 11, 20));
  query.as_of = when(2026, 11, 23, 15, 15);
  EXPECT_EQ(trading::date_of({bars_of(source, query).bars.ts_us.back()}),
            TradingDate::from_civil(2026, 11, 23));
  query.ignore_clock = true;  // the future of a simulated market is nobody's history
  EXPECT_EQ(trading::date_of({bars_of(source, query).bars.ts_us.back()}),
            TradingDate::from_civil(2026, 11, 23));
}

TEST(SimulatedSource, IsSafeFromManyThreads) {
  const SimulatedSource source(3);
  const SimulatedSource reference(3);
  std::vector<std::thread> threads;
  std::array<bool, 4> agrees{};
  for (std::size_t n = 0; n < agrees.size(); ++n)
    threads.emplace_back([&, n] {
      agrees[n] = true;
      for (int i = 0; i < 60; ++i)
        for (const trading::Instrument& instrument : source.instruments().all()) {
          const Timestamp t = kMonday - trading::hours(24 * (i % 5)) + trading::seconds(i);
          const auto quote = source.quote(instrument.symbol, t);
          agrees[n] = agrees[n] && quote &&
                      is_same(quote->slice, reference.quote(instrument.symbol, t)->slice);
        }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(agrees, (std::array<bool, 4>{true, true, true, true}));
}

TEST(SimulatedSource, AverageVolumeIsInSharesOfTheDay) {
  const SimulatedSource& source = shared_source();
  BarQuery query = query_for("ITC", Timeframe::kOneDay);
  query.as_of = kMonday;
  query.max_rows = 20;
  std::int64_t sum = 0;
  for (const std::int64_t v : bars_of(source, query).bars.volume) sum += v;
  EXPECT_NEAR(static_cast<double>(
                  source.average_daily_volume("ITC", TradingDate::from_civil(2026, 11, 23))),
              static_cast<double>(sum) / 20.0, 20.0);
  EXPECT_EQ(source.average_daily_volume("ITC", TradingDate::from_civil(2024, 1, 1)), 0);
  EXPECT_EQ(source.average_daily_volume("NOBODY", TradingDate::from_civil(2026, 1, 1)), 0);
}

}  // namespace
}  // namespace broker
