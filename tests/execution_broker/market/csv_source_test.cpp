// The recorded market over small files made here.

#include "execution_broker/market/csv/csv_source.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/execution_broker/market/market_fixture.h"
#include "trading/base/decimal.h"

namespace broker {
namespace {

using trading::Price;
using trading::SessionPhase;
using trading::Timeframe;
using trading::TradingDate;

const std::string kHeader = "ts,open,high,low,close,volume\n";

std::unique_ptr<CsvSource> open_files(std::vector<CsvBytes> files) {
  auto source = CsvSource::from_files(std::move(files));
  EXPECT_TRUE(source.has_value()) << (source ? "" : source.error().text());
  return source ? *std::move(source) : nullptr;
}

bool has_finding(const MarketSource& source, const std::string& text) {
  for (const std::string& finding : source.findings())
    if (finding.find(text) != std::string::npos) return true;
  return false;
}

std::string row(const std::string& ts, int open, int high, int low, int close, int volume) {
  return ts + "+05:30," + std::to_string(open) + "," + std::to_string(high) + "," +
         std::to_string(low) + "," + std::to_string(close) + "," + std::to_string(volume) + "\n";
}

TEST(CsvSource, AnUnknownSymbolGetsATokenOfItsOwn) {
  const auto source =
      open_files({{"NEWCO_nse_5m.csv", kHeader + row("2024-02-01T09:15:00", 10, 12, 9, 11, 100)}});
  const trading::Instrument& instrument = *source->instruments().find("NEWCO").value();
  EXPECT_EQ(instrument.token, "csv:NEWCO");
  EXPECT_TRUE(instrument.sector.empty());
  EXPECT_FALSE(instrument.has_derivatives);
  EXPECT_TRUE(source->has_intraday("NEWCO"));
}

TEST(CsvSource, AllUnusableFilesAreNamedAtOnce) {
  const auto source = CsvSource::from_files(
      {{"A_nse_5m.csv", "junk"}, {"B_nse_1d.csv", kHeader + "x,1,1,1,1,1\n"}});
  ASSERT_FALSE(source);
  EXPECT_NE(source.error().what.find("A_nse_5m.csv"), std::string::npos);
  EXPECT_NE(source.error().what.find("B_nse_1d.csv: row 2, column ts"), std::string::npos);
}

TEST(CsvSource, AnEmptyFolderSaysWhatToPutThere) {
  const auto source = CsvSource::from_files({{"notes.csv", ""}});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, "MARKET_DATA_DIR_EMPTY");
  EXPECT_EQ(CsvSource::open("/nonexistent/folder").error().code, "MARKET_DATA_DIR_UNREADABLE");
}

TEST(CsvSource, DaysOfTheFilesAreKnownToTheCalendar) {
  const auto source = open_files(
      {{"X_nse_5m.csv",
        kHeader + row("2011-10-26T16:45:00", 10, 12, 9, 11, 100) +  // before the tables
            row("2011-10-26T17:40:00", 10, 12, 9, 11, 100) +
            row("2011-10-29T09:15:00", 10, 12, 9, 11, 100) +  // a Saturday in two sessions
            row("2011-10-29T09:55:00", 10, 12, 9, 11, 100) +
            row("2011-10-29T11:30:00", 10, 12, 9, 11, 100) +
            row("2011-10-29T12:00:00", 10, 12, 9, 11, 100)},
       {"Y_nse_1d.csv", kHeader + row("2011-10-25T00:00:00", 10, 12, 9, 11, 100)}});
  const trading::DayStatus muhurat =
      source->calendar().status(TradingDate::from_civil(2011, 10, 26));
  ASSERT_TRUE(muhurat.day);
  EXPECT_EQ(muhurat.day->source, "calendar: from data");
  EXPECT_TRUE(muhurat.day->is_special);
  EXPECT_EQ(muhurat.day->open(), when(2011, 10, 26, 16, 45));
  const trading::DayStatus saturday =
      source->calendar().status(TradingDate::from_civil(2011, 10, 29));
  ASSERT_TRUE(saturday.day);
  EXPECT_EQ(saturday.day->continuous.front().begin, when(2011, 10, 29, 9, 15));
  EXPECT_EQ(saturday.day->continuous.back().end, when(2011, 10, 29, 12, 5));
  const trading::DayStatus daily = source->calendar().status(TradingDate::from_civil(2011, 10, 25));
  ASSERT_TRUE(daily.day);
  EXPECT_EQ(daily.day->close(false), when(2011, 10, 25, 15, 30));
  EXPECT_EQ(source->calendar().status(TradingDate::from_civil(2011, 10, 24)).kind,
            trading::DayStatus::Kind::kUnknown);
  EXPECT_TRUE(has_finding(*source, "odd session on 2011-10-26 16:45-"));
}

TEST(CsvSource, RepairedRowsAreSaidInEachReplyThatUsesThem) {
  const auto source =
      open_files({{"X_nse_5m.csv", kHeader + row("2024-02-01T09:15:00", 10, 12, 9, 11, 100) +
                                       row("2024-02-01T09:20:00", 10, 11, 9, 15, 100) +
                                       row("2024-02-01T09:25:00", 15, 16, 14, 15, 100)}});
  BarQuery query = query_for("X", Timeframe::kFiveMinute);
  query.ignore_clock = true;
  const BarReply all = bars_of(*source, query);
  ASSERT_EQ(all.notes.size(), 1U);
  EXPECT_NE(all.notes[0].find("row 3"), std::string::npos) << all.notes[0];
  query.from = when(2024, 2, 1, 9, 25);
  EXPECT_TRUE(bars_of(*source, query).notes.empty());
  query.from.reset();
  query.timeframe = Timeframe::kOneDay;
  EXPECT_EQ(bars_of(*source, query).notes.size(), 1U);
  query.timeframe = Timeframe::kOneHour;
  EXPECT_EQ(bars_of(*source, query).notes.size(), 1U);
}

TEST(CsvSource, FindsJumpsOffGridBarsAndGaps) {
  const auto source =
      open_files({{"X_nse_5m.csv", kHeader + row("2024-02-01T09:15:00", 10, 12, 9, 11, 100) +
                                       row("2024-02-01T09:22:00", 10, 12, 9, 11, 100) +
                                       row("2024-02-05T09:15:00", 20, 22, 19, 21, 100)}});
  EXPECT_TRUE(has_finding(
      *source, "X_nse_5m.csv row 3: the bar starts at 2024-02-01T09:22:00+05:30, off the grid"));
  EXPECT_TRUE(has_finding(
      *source, "X_nse_5m.csv row 4: the price jumps overnight from 11.00 to 20.00 on 2024-02-05"));
  BarQuery query = query_for("X", Timeframe::kFiveMinute);
  query.ignore_clock = true;
  EXPECT_EQ(bars_of(*source, query).gaps,
            (std::vector<std::string>{"2024-02-02: no bars although the exchange traded"}));
}

TEST(CsvSource, ASplitExplainsAJumpAndMovesTheBaseOfTheBand) {
  const auto source = open_files(
      {{"X_nse_5m.csv", kHeader + row("2024-02-01T09:15:00", 100, 100, 100, 100, 100) +
                            row("2024-02-02T09:15:00", 50, 51, 49, 50, 200)},
       {"X_bse_1d_actions.csv", "ts,dividend,split\n2024-02-02T00:00:00+05:30,0.0,2.0\n"}});
  EXPECT_FALSE(has_finding(*source, "jumps overnight"));
  const auto quote = source->quote("X", when(2024, 2, 2, 9, 16));
  ASSERT_TRUE(quote);
  EXPECT_EQ(quote->slice.previous_close, Price(500'000));
  BarQuery query = query_for("X", Timeframe::kOneDay);
  query.as_of = when(2024, 2, 2, 18, 0);
  const BarReply adjusted = bars_of(*source, query);
  EXPECT_EQ(adjusted.bars.close_e4[0], 500'000);
  EXPECT_EQ(adjusted.bars.volume[0], 200);
  query.as_of = when(2024, 2, 1, 18, 0);
  EXPECT_EQ(bars_of(*source, query).bars.close_e4[0], 1'000'000)
      << "the split was not yet effective";
}

TEST(CsvSource, ADividendScalesByTheLastCloseBefore) {
  const auto source = open_files(
      {{"X_bse_1d_raw.csv", kHeader + row("2024-02-01T00:00:00", 100, 100, 100, 100, 100) +
                                row("2024-02-02T00:00:00", 95, 96, 94, 95, 200)},
       {"X_bse_1d_actions.csv", "ts,dividend,split\n2024-02-02T00:00:00+05:30,5.0,1.0\n"}});
  BarQuery query = query_for("X", Timeframe::kOneDay);
  query.ignore_clock = true;
  const BarReply adjusted = bars_of(*source, query);
  EXPECT_EQ(adjusted.bars.close_e4[0], 950'000);
  EXPECT_EQ(adjusted.bars.volume[0], 100) << "dividends leave volumes alone";
  EXPECT_EQ(adjusted.bars.close_e4[1], 950'000);
  const auto quote = source->quote("X", when(2024, 2, 2, 18, 0));
  EXPECT_EQ(quote->slice.last, Price(950'000)) << "quotes are raw";
  const auto slice = source->next_slice("X", when(2024, 2, 2, 9, 0), when(2024, 2, 2, 18, 0));
  ASSERT_TRUE(slice);
  EXPECT_EQ(slice->ts, when(2024, 2, 2, 15, 30));
  EXPECT_NE(slice->phase, SessionPhase::kContinuous) << "a daily bar gives no price to trade at";
}

TEST(CsvSource, TheFinestFileWinsAndNseComesBeforeBse) {
  const auto source =
      open_files({{"X_nse_1m.csv", kHeader + row("2024-02-01T09:15:00", 10, 12, 9, 11, 100)},
                  {"X_nse_5m.csv", kHeader + row("2024-02-01T09:15:00", 10, 13, 9, 11, 100)},
                  {"X_nse_1d.csv", kHeader + row("2024-02-01T00:00:00", 10, 14, 9, 11, 100)},
                  {"X_bse_1d_raw.csv", kHeader + row("2024-02-01T00:00:00", 10, 15, 9, 11, 100)}});
  BarQuery query = query_for("X", Timeframe::kFiveMinute);
  query.ignore_clock = true;
  EXPECT_EQ(bars_of(*source, query).bars.high_e4[0], 120'000);
  query.timeframe = Timeframe::kOneDay;
  EXPECT_EQ(bars_of(*source, query).bars.high_e4[0], 140'000);
  EXPECT_TRUE(has_finding(*source, "X_nse_5m.csv: not used"));
  EXPECT_TRUE(has_finding(*source, "X_bse_1d_raw.csv: not used"));
}

// Any file whatever: the walk gives back its bars, and quotes agree with prints.
TEST(CsvSource, RandomFilesComeBackFromTheirPrints) {
  const std::uint64_t seed = 99;
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t below) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
  };
  for (int n = 0; n < 40; ++n) {
    const bool one_minute = n % 2 == 0;
    std::string bytes = kHeader;
    std::vector<trading::Bar> wanted;
    trading::Timestamp t = when(2024, 2, 1, 9, 15);
    for (int i = 0; i < 60; ++i) {
      t = t + (one_minute ? trading::minutes(1 + draw(3)) : trading::minutes(5 * (1 + draw(3))));
      if (time_of(t) > trading::at(15, 20)) t = t + trading::hours(24) - trading::hours(5);
      const std::int64_t low = 90'000 + draw(40) * 500;
      const std::int64_t high = low + draw(30) * 500;
      const auto inside = [&] { return Price(low + draw((high - low) / 500 + 1) * 500); };
      const trading::Bar bar{t,          inside(), Price(high),
                             Price(low), inside(), draw(5) == 0 ? 0 : draw(90'000)};
      wanted.push_back(bar);
      bytes += format_ist(t) + "," + bar.open.rupees() + "," + bar.high.rupees() + "," +
               bar.low.rupees() + "," + bar.close.rupees() + "," + std::to_string(bar.volume) +
               "\n";
    }
    const auto source = open_files({{one_minute ? "X_nse_1m.csv" : "X_nse_5m.csv", bytes}});
    trading::Timestamp now = when(2024, 1, 1, 0, 0);
    for (const trading::Bar& bar : wanted) {
      Price high, low, open, close;
      std::int64_t volume = 0;
      for (int k = 0; k < 4; ++k) {
        const auto slice = source->next_slice("X", now, source->last_print());
        ASSERT_TRUE(slice) << "seed " << seed << ", file " << n;
        ASSERT_EQ(slice->bar_ts, bar.ts);
        high = k == 0 ? slice->last : std::max(high, slice->last);
        low = k == 0 ? slice->last : std::min(low, slice->last);
        if (k == 0) open = slice->last;
        close = slice->last;
        volume += slice->traded_volume;
        const auto quote = source->quote("X", slice->ts);
        ASSERT_EQ(quote->slice.last, slice->last);
        ASSERT_EQ(quote->slice.day_volume, slice->day_volume);
        ASSERT_TRUE(slice->band.contains(slice->last));
        now = slice->ts;
      }
      ASSERT_TRUE(open == bar.open && high == bar.high && low == bar.low && close == bar.close &&
                  volume == bar.volume)
          << "seed " << seed << ", file " << n << ", " << format_ist(bar.ts);
    }
    ASSERT_EQ(now, source->last_print());
    ASSERT_FALSE(source->next_slice("X", now, now + trading::hours(1000)));
  }
}

TEST(InstrumentMaster, FindsExactlyAndSuggestsTheRest) {
  const auto source =
      open_files({{"TCS_nse_5m.csv", kHeader + row("2024-02-01T09:15:00", 10, 12, 9, 11, 100)},
                  {"INFY_nse_5m.csv", kHeader + row("2024-02-01T09:15:00", 10, 12, 9, 11, 100)}});
  const InstrumentMaster& master = source->instruments();
  EXPECT_TRUE(master.find("TCS"));
  for (const char* almost : {"tcs", "TC", "TCSS", "Tata", ""})
    EXPECT_FALSE(master.find(almost)) << almost;
  EXPECT_NE(master.find("TC").error().fix.find("TCS"), std::string::npos);
  EXPECT_EQ(master.search("infosys", 5).at(0)->symbol, "INFY");
  EXPECT_EQ(master.search("tata", 5).at(0)->symbol, "TCS");
  EXPECT_TRUE(master.search("zzzz", 5).empty());
  EXPECT_EQ(master.search("s", 1).size(), 1U);
  const std::string hostile(5'000, '\n');
  EXPECT_LT(master.find(hostile).error().what.size(), 200U);
}

}  // namespace
}  // namespace broker
