// The recorded market over the real files beside the project.

#include <gtest/gtest.h>

#include <filesystem>

#include "execution_broker/market/csv/csv_source.h"
#include "tests/execution_broker/market/market_fixture.h"

namespace broker {
namespace {

using trading::at;
using trading::Price;
using trading::SessionPhase;
using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

class SharedData : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path folder = TRADING_SHARED_DATA;
    if (!std::filesystem::exists(folder / "TCS_nse_5m.csv"))
      GTEST_SKIP() << "NOT TESTED: " << folder
                   << " is absent: put the shared price files beside the project";
    trading::Result<std::unique_ptr<CsvSource>> opened = CsvSource::open(folder);
    ASSERT_TRUE(opened) << opened.error().text();
    source = *std::move(opened);
  }
  [[nodiscard]] BarReply bars(const BarQuery& query) const { return bars_of(*source, query); }
  [[nodiscard]] bool found(const std::string& text) const {
    for (const std::string& finding : source->findings())
      if (finding.find(text) != std::string::npos) return true;
    return false;
  }
  std::unique_ptr<CsvSource> source;
};

TEST_F(SharedData, KnowsItsSymbols) {
  ASSERT_EQ(source->instruments().all().size(), 3U);
  EXPECT_TRUE(source->has_intraday("TCS"));
  EXPECT_FALSE(source->has_intraday("INFY"));
  EXPECT_FALSE(source->has_intraday("HDFCBANK"));
  EXPECT_FALSE(source->has_intraday("NOBODY"));
  EXPECT_EQ((*source->instruments().find("TCS"))->token, "11536");
  EXPECT_EQ((*source->instruments().find("INFY"))->exchange, trading::Exchange::kBse);
  EXPECT_EQ(source->first_session(), when(2023, 7, 3, 9, 15));
  EXPECT_EQ(source->last_print(), when(2024, 6, 28, 15, 29, 59));
}

TEST_F(SharedData, WalksABarInFourPrints) {
  // 2023-07-03T09:15: 3314.30, 3318.80, 3302.00, 3304.45, 66477: a falling bar, its high first.
  const Timestamp open = when(2023, 7, 3, 9, 15);
  Timestamp t = open - trading::microseconds(1);
  const std::vector<std::pair<int, Price>> wanted = {{0, Price(33'143'000)},
                                                     {100, Price(33'188'000)},
                                                     {200, Price(33'020'000)},
                                                     {299, Price(33'044'500)}};
  std::int64_t volume = 0;
  for (const auto& [offset, price] : wanted) {
    const auto slice =
        source->next_slice("TCS", t, open + trading::minutes(5) - trading::microseconds(1));
    ASSERT_TRUE(slice);
    EXPECT_EQ(slice->ts, open + trading::seconds(offset));
    EXPECT_EQ(slice->last, price);
    EXPECT_EQ(slice->path_from.has_value(), offset != 0);
    EXPECT_EQ(slice->bar_ts, open);
    EXPECT_EQ(slice->phase, SessionPhase::kContinuous);
    volume += slice->traded_volume;
    t = slice->ts;
  }
  EXPECT_EQ(volume, 66'477);
  EXPECT_FALSE(source->next_slice("TCS", t, open + trading::minutes(5) - trading::microseconds(1)));
}

TEST_F(SharedData, OddSessionsOfTcsAreKnown) {
  struct Odd {
    TradingDate date;
    const char* first;
    const char* last_end;
    std::size_t bars;
  };
  const std::vector<Odd> odd = {
      {TradingDate::from_civil(2023, 11, 12), "18:15", "19:15", 12},  // a Sunday: muhurat
      {TradingDate::from_civil(2024, 1, 20), "09:15", "15:30", 75},   // a Saturday
      {TradingDate::from_civil(2024, 3, 2), "09:15", "12:30",
       21},  // Saturdays of disaster-recovery tests
      {TradingDate::from_civil(2024, 5, 18), "09:15", "12:30", 21},
  };
  for (const Odd& day : odd) {
    const trading::DayStatus status = source->calendar().status(day.date);
    ASSERT_EQ(status.kind, trading::DayStatus::Kind::kTrading) << day.date.iso();
    EXPECT_LE(time_of(status.day->continuous.front().begin).hh_mm(), std::string(day.first));
    EXPECT_GE(time_of(status.day->continuous.back().end).hh_mm(), std::string(day.last_end));
    BarQuery query = query_for("TCS", Timeframe::kFiveMinute);
    query.from = timestamp_of(day.date, at(0, 0));
    query.to = timestamp_of(day.date, at(23, 59));
    query.as_of = source->last_print() + trading::hours(1);
    EXPECT_EQ(bars(query).bars.size(), day.bars) << day.date.iso();
    EXPECT_TRUE(found("odd session on " + day.date.iso())) << day.date.iso();
  }
}

TEST_F(SharedData, ABarIsHistoryAtItsEnd) {
  BarQuery query = query_for("TCS", Timeframe::kFiveMinute);
  query.as_of = when(2023, 7, 3, 9, 20) - trading::microseconds(1);
  EXPECT_EQ(bars(query).bars.size(), 0U);
  query.as_of = when(2023, 7, 3, 9, 20);
  EXPECT_EQ(bars(query).bars.size(), 1U);
  query.timeframe = Timeframe::kOneDay;
  query.as_of = when(2023, 7, 3, 15, 29, 59);
  EXPECT_EQ(bars(query).bars.size(), 0U);
  query.as_of = when(2023, 7, 3, 15, 30);
  EXPECT_EQ(bars(query).bars.size(), 1U);
  query.ignore_clock = true;
  EXPECT_EQ(bars(query).bars.size(), 247U);
}

TEST_F(SharedData, CoarserBarsAreTheSumOfFinerOnes) {
  BarQuery query = query_for("TCS", Timeframe::kFiveMinute);
  query.ignore_clock = true;
  const BarReply fine = bars(query);
  ASSERT_EQ(fine.bars.size(), 18'354U);
  for (const Timeframe timeframe :
       {Timeframe::kTenMinute, Timeframe::kFifteenMinute, Timeframe::kThirtyMinute,
        Timeframe::kOneHour, Timeframe::kOneDay}) {
    query.timeframe = timeframe;
    const BarReply coarse = bars(query);
    std::int64_t fine_volume = 0, coarse_volume = 0;
    for (const std::int64_t v : fine.bars.volume) fine_volume += v;
    for (const std::int64_t v : coarse.bars.volume) coarse_volume += v;
    EXPECT_EQ(fine_volume, coarse_volume) << name_of(timeframe);
    EXPECT_EQ(coarse.bars.open_e4.front(), fine.bars.open_e4.front());
    EXPECT_EQ(coarse.bars.close_e4.back(), fine.bars.close_e4.back());
  }
  query.timeframe = Timeframe::kOneHour;
  query.to = when(2023, 7, 3, 23, 0);
  const BarReply hours = bars(query);
  ASSERT_EQ(hours.bars.size(), 7U);
  EXPECT_EQ(hours.bars.at(0).ts, when(2023, 7, 3, 9, 15));
  EXPECT_EQ(hours.bars.at(6).ts, when(2023, 7, 3, 15, 15));
  query.timeframe = Timeframe::kOneMinute;
  EXPECT_EQ(source->bars(query).error().code, "NO_MARKET_DATA");
}

TEST_F(SharedData, InfyIsAdjustedThroughItsSplits) {
  BarQuery query = query_for("INFY", Timeframe::kOneDay);
  query.from = when(2018, 8, 31, 0, 0);
  query.to = when(2018, 9, 4, 0, 0);
  query.as_of = when(2018, 9, 4, 16, 0);
  query.is_adjusted = false;
  const BarReply raw = bars(query);
  ASSERT_EQ(raw.bars.size(), 3U);  // Friday, Monday, Tuesday (ex 2:1)
  EXPECT_EQ(raw.bars.at(1).close, Price(14'334'500));
  EXPECT_EQ(raw.bars.at(2).open, Price(7'237'000));
  query.is_adjusted = true;
  const BarReply adjusted = bars(query);
  EXPECT_EQ(adjusted.bars.at(1).close, Price(7'167'250));
  EXPECT_EQ(adjusted.bars.at(1).volume, raw.bars.at(1).volume * 2);
  EXPECT_EQ(adjusted.bars.at(2).open, raw.bars.at(2).open);
  // The day before, the split was not yet known to a chart of that day.
  query.as_of = when(2018, 9, 3, 16, 0);
  EXPECT_EQ(bars(query).bars.at(1).close, Price(14'334'500));
}

TEST_F(SharedData, NoAdjustedDayOfInfyJumpsAtAnExDate) {
  BarQuery query = query_for("INFY", Timeframe::kOneDay);
  query.ignore_clock = true;
  const BarReply whole = bars(query);
  ASSERT_EQ(whole.bars.size(), 4'398U);
  const auto actions = source->corporate_actions("INFY", TradingDate::from_civil(2005, 1, 1),
                                                 TradingDate::from_civil(2023, 1, 1));
  std::size_t splits = 0;
  for (const CorporateAction& action : actions) {
    if (action.split_numerator > 1) ++splits;
    for (std::size_t i = 1; i < whole.bars.size(); ++i) {
      if (trading::date_of({whole.bars.ts_us[i]}) != action.ex_date) continue;
      const double ratio = static_cast<double>(whole.bars.open_e4[i]) /
                           static_cast<double>(whole.bars.close_e4[i - 1]);
      EXPECT_GT(ratio, 0.75) << action.ex_date.iso();  // 16 Oct 2008 opened 17 % lower in earnest
      EXPECT_LT(ratio, 1.25) << action.ex_date.iso();
    }
  }
  EXPECT_EQ(splits, 4U);
}

TEST_F(SharedData, DividendsOfInfyAreThoseDeclared) {
  EXPECT_TRUE(found("dividends are written a share of today"));
  const auto on = [&](int year, int month, int day) {
    const TradingDate date = TradingDate::from_civil(year, month, day);
    const auto actions = source->corporate_actions("INFY", date - 1, date);
    return actions.size() == 1 ? actions[0].dividend : Price();
  };
  EXPECT_EQ(on(2005, 6, 1), Price(65'000));     // 6.50, written 0.4063
  EXPECT_EQ(on(2014, 10, 16), Price(300'000));  // 30.00, written 3.75
  EXPECT_EQ(on(2015, 6, 15), Price(295'000));   // 29.50, before the 1:1 of the same day
  EXPECT_EQ(on(2022, 10, 27), Price(165'000));  // 16.50
}

TEST_F(SharedData, HdfcbankIsTakenAsItsMakerAdjustedIt) {
  BarQuery query = query_for("HDFCBANK", Timeframe::kOneDay);
  query.ignore_clock = true;
  const BarReply reply = bars(query);
  EXPECT_EQ(reply.bars.at(0).open, Price(3'373'500));
  ASSERT_FALSE(reply.notes.empty());
  EXPECT_NE(reply.notes[0].find("adjusted by its maker"), std::string::npos);
  const auto quote = source->quote("HDFCBANK", when(2023, 4, 19, 16, 0));
  ASSERT_TRUE(quote) << quote.error().text();
  EXPECT_EQ(quote->slice.last, Price(16'657'000));
  EXPECT_FALSE(quote->slice.bid().has_value());
  EXPECT_NE(quote->note.find("daily bars alone"), std::string::npos);
}

TEST_F(SharedData, QuoteIsAsOfNowWhileABarCoversIt) {
  const auto quote = source->quote("TCS", when(2024, 3, 1, 11, 2, 30));
  ASSERT_TRUE(quote);
  EXPECT_EQ(quote->age.us, 0);
  EXPECT_EQ(quote->source, "csv:TCS_nse_5m.csv");
  EXPECT_EQ(quote->slice.phase, SessionPhase::kContinuous);
  EXPECT_NE(quote->note.find("modelled"), std::string::npos);
  const auto evening = source->quote("TCS", when(2024, 3, 1, 20, 0));
  ASSERT_TRUE(evening);
  EXPECT_GT(evening->age, trading::hours(4));
  EXPECT_NE(evening->slice.phase, SessionPhase::kContinuous);
  EXPECT_EQ(source->quote("TCS", when(2020, 1, 1, 10, 0)).error().code, "NO_MARKET_DATA");
  EXPECT_EQ(source->quote("TCSS", when(2024, 3, 1, 11, 0)).error().code, "UNKNOWN_SYMBOL");
  EXPECT_NE(source->quote("TCSS", when(2024, 3, 1, 11, 0)).error().fix.find("TCS"),
            std::string::npos);
}

TEST_F(SharedData, AverageVolumeIsOfTheLastTwentyFinishedDays) {
  BarQuery query = query_for("TCS", Timeframe::kOneDay);
  query.max_rows = 20;
  query.as_of = when(2024, 3, 1, 9, 0);
  const BarReply days = bars(query);
  ASSERT_EQ(days.bars.size(), 20U);
  std::int64_t sum = 0;
  for (const std::int64_t v : days.bars.volume) sum += v;
  EXPECT_EQ(source->average_daily_volume("TCS", TradingDate::from_civil(2024, 3, 1)), sum / 20);
  EXPECT_EQ(source->average_daily_volume("TCS", TradingDate::from_civil(2023, 7, 3)), 0);
}

}  // namespace
}  // namespace broker
