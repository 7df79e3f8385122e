#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "execution_broker/market/smartapi/bar_store.h"
#include "execution_broker/market/smartapi/bhavcopy.h"
#include "execution_broker/market/smartapi/instrument_selection.h"

namespace broker {
namespace {

using trading::Price;
using trading::TradingDate;

smartapi::InstrumentFileRow row(std::string token, std::string symbol, std::string name, std::string segment = "NSE", std::string type = "") {
  smartapi::InstrumentFileRow out;
  out.token = std::move(token);
  out.symbol = std::move(symbol);
  out.name = std::move(name);
  out.segment = std::move(segment);
  out.instrument_type = std::move(type);
  out.lot_size = "1";
  out.tick_size = "5.000000";
  return out;
}

const trading::Instrument* find(const SelectedInstruments& all, std::string_view symbol) {
  for (const auto& one : all.instruments)
    if (one.symbol == symbol) return &one;
  return nullptr;
}

TEST(InstrumentSelection, ExactSeriesWhateverComesFirst) {
  InstrumentSelection selection;
  for (const auto& one : {row("12740", "SBIN-BL", "SBIN"), row("4884", "SBIN-BE", "SBIN"), row("3045", "SBIN-EQ", "SBIN"), row("10300", "RAMASTEEL-BE", "RAMASTEEL"),
                          row("16669", "BAJAJ-AUTO-EQ", "BAJAJ-AUTO"), row("900", "TINY-SM", "TINY"), row("35001", "SBIN26NOVFUT", "SBIN", "NFO", "FUTSTK"),
                          row("500112", "SBIN", "SBIN", "BSE"), row("99926000", "Nifty 50", "NIFTY", "NSE", "AMXIDX"), row("7", "GOLDBOND-GB", "GOLDBOND")})
    selection.add(one);
  const auto selected = selection.finish(1);
  ASSERT_TRUE(selected);
  EXPECT_EQ(selected->instruments.size(), 5U);
  EXPECT_EQ(find(*selected, "SBIN")->token, "3045");
  EXPECT_TRUE(find(*selected, "SBIN")->has_derivatives);
  EXPECT_EQ(find(*selected, "SBIN")->fixed_tick, Price(500)) << "five paise";
  EXPECT_EQ(find(*selected, "SBIN-BE")->token, "4884");
  EXPECT_EQ(find(*selected, "RAMASTEEL")->series, trading::Series::kBe) << "no EQ row: the BE row is the stock";
  EXPECT_EQ(find(*selected, "BAJAJ-AUTO")->trading_symbol, "BAJAJ-AUTO-EQ");
  EXPECT_EQ(find(*selected, "TINY-SM")->series, trading::Series::kOther);
}

TEST(InstrumentSelection, TwoRowsForOneThingAreNoRow) {
  InstrumentSelection selection;
  for (const auto& one : {row("3045", "SBIN-EQ", "SBIN"), row("9999", "SBIN-EQ", "SBIN"), row("2885", "RELIANCE-EQ", "RELIANCE"), row("2885", "OTHER-EQ", "OTHER"),
                          row("11536", "TCS-EQ", "TCS"), row("11536", "TCS-EQ", "TCS")})
    selection.add(one);
  auto bad = row("1", "BADTICK-EQ", "BADTICK");
  bad.tick_size = "0.000000";
  selection.add(bad);
  const auto selected = selection.finish(1);
  ASSERT_TRUE(selected);
  ASSERT_EQ(selected->instruments.size(), 1U);
  EXPECT_EQ(selected->instruments[0].symbol, "TCS");
  EXPECT_GE(selected->findings.size(), 3U);
  InstrumentSelection empty;
  EXPECT_EQ(empty.finish(1).error().code, "INSTRUMENT_FILE_IMPLAUSIBLE");
}

constexpr std::string_view kLegacy =
    "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\n"
    "SBIN,EQ,850,855.5,848.05,853.2,853,849,1200345,1.02E9,05-JUL-2024,50000,INE062A01020,\n"
    "SBIN,BE,1,1,1,1,1,1,1,1,05-JUL-2024,1,INE062A01020,\n"
    "RAMASTEEL,BE,11.05,11.2,11,11.1,11.1,11,5000,55000,05-JUL-2024,10,INE230R01035,\n"
    "754GS2036,GS,100,100,100,100,100,100,5,500,05-JUL-2024,1,IN0020220029,\n"
    "BROKEN,EQ,10,9,11,10,10,10,5,500,05-JUL-2024,1,X,\n"
    "ZERO,EQ,0,0,0,0,0,10,0,0,05-JUL-2024,1,X,\n";
constexpr std::string_view kUdiff =
    "TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1\r\n"
    "2024-07-08,2024-07-08,CM,NSE,STK,3045,INE062A01020,SBIN,EQ,,,,,STATE BANK OF INDIA,854.00,860.00,850.10,858.25,858.00,853.20,,858.25,,,998877,851234567.80,40000,F1,1,,\r\n";

TEST(Bhavcopy, BothPublishedForms) {
  const auto legacy = parse_bhavcopy(kLegacy, "cm05JUL2024bhav.csv");
  ASSERT_TRUE(legacy) << legacy.error().text();
  EXPECT_EQ(legacy->day.iso(), "2024-07-05");
  ASSERT_EQ(legacy->rows.size(), 2U);
  EXPECT_EQ(legacy->rows[1].symbol, "SBIN");
  EXPECT_EQ(legacy->rows[1].bar.close, Price(8'532'000)) << "the EQ row";
  EXPECT_EQ(legacy->rows[1].bar.volume, 1'200'345);
  EXPECT_EQ(legacy->findings.size(), 2U);
  const auto udiff = parse_bhavcopy(kUdiff, "BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv");
  ASSERT_TRUE(udiff) << udiff.error().text();
  EXPECT_EQ(udiff->day.iso(), "2024-07-08");
  EXPECT_EQ(udiff->rows[0].bar.high, Price(8'600'000));
  for (const char* bad : {"", "a,b,c\n1,2,3\n", "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,TOTTRDQTY,TIMESTAMP\n",
                          "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,TOTTRDQTY,TIMESTAMP\nA,EQ,1,1,1,1,1,05-JUL-2024\nB,EQ,1,1,1,1,1,08-JUL-2024\n"})
    EXPECT_EQ(parse_bhavcopy(bad, "x.csv").error().code, "BHAVCOPY_INVALID") << bad;
}

class BarStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("bar-store-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    open();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    store_.reset();
    auto opened = BarStore::open(folder_ / "market.db");
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = std::move(*opened);
  }
  static trading::BarSeries days(TradingDate first, int count) {
    trading::BarSeries out;
    for (int i = 0; i < count; ++i) out.push_back({timestamp_of(first + i, trading::at(0, 0)), Price(10'000), Price(10'100), Price(9'900), Price(10'050), 100 + i});
    return out;
  }
  std::filesystem::path folder_;
  std::unique_ptr<BarStore> store_;
  const TradingDate kDay = TradingDate::from_civil(2026, 11, 2);
};

TEST_F(BarStoreTest, CoverageGrowsWhereItTouchesAndIsReplacedWhereItDoesNot) {
  using trading::Timeframe;
  ASSERT_TRUE(store_->put("SBIN", days(kDay, 5), {kDay, kDay + 4}, "smartapi"));
  ASSERT_TRUE(store_->put("SBIN", days(kDay + 5, 3), {kDay + 5, kDay + 7}, "smartapi"));
  open();
  auto covered = store_->covered("SBIN", Timeframe::kOneDay);
  ASSERT_TRUE(covered && *covered);
  EXPECT_EQ((*covered)->last, kDay + 7);
  EXPECT_EQ(store_->bars("SBIN", Timeframe::kOneDay)->size(), 8U);
  // The same days again, other bars: replaced, not doubled.
  ASSERT_TRUE(store_->put("SBIN", days(kDay + 5, 1), {kDay + 5, kDay + 7}, "smartapi"));
  EXPECT_EQ(store_->bars("SBIN", Timeframe::kOneDay)->size(), 6U);
  // Far away: what lies between is not known, so only the new span is.
  ASSERT_TRUE(store_->put("SBIN", days(kDay + 100, 2), {kDay + 100, kDay + 101}, "smartapi"));
  covered = store_->covered("SBIN", Timeframe::kOneDay);
  EXPECT_EQ((*covered)->first, kDay + 100);
  EXPECT_EQ(store_->bars("SBIN", Timeframe::kOneDay)->size(), 2U);
  EXPECT_EQ(*store_->average_volume("SBIN", kDay + 102, 20), 100);
  EXPECT_EQ(*store_->average_volume("TCS", kDay, 20), 0);
}

TEST_F(BarStoreTest, BhavcopyDaysInAnyOrderAndTheInstruments) {
  const auto legacy = parse_bhavcopy(kLegacy, "a.csv");
  const auto udiff = parse_bhavcopy(kUdiff, "b.csv");
  for (const auto* file : {&*udiff, &*legacy}) {
    std::vector<BarStore::DailyRow> rows;
    for (const BhavcopyRow& one : file->rows) rows.push_back({one.symbol, one.bar});
    ASSERT_TRUE(store_->put_day(file->day, rows, "bhavcopy"));
  }
  const auto bars = store_->bars("SBIN", trading::Timeframe::kOneDay);
  ASSERT_EQ(bars->size(), 2U);
  EXPECT_EQ(bars->at(0).close, Price(8'532'000));
  EXPECT_EQ(bars->at(1).close, Price(8'582'500));
  InstrumentSelection selection;
  selection.add(row("3045", "SBIN-EQ", "SBIN"));
  const auto selected = selection.finish(1);
  EXPECT_FALSE(*store_->instruments());
  ASSERT_TRUE(store_->put_instruments(selected->instruments, kDay));
  open();
  const auto kept = store_->instruments();
  ASSERT_TRUE(kept && *kept);
  EXPECT_EQ((*kept)->instruments[0].token, "3045");
  EXPECT_EQ((*kept)->day, kDay);
}

}  // namespace
}  // namespace broker
