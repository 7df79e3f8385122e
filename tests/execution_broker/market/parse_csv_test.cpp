// Price files: what is read, what is mended, what is refused and how it is said.

#include "execution_broker/market/csv/parse_csv.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "execution_broker/market/csv/actions.h"
#include "execution_broker/market/csv/csv_file.h"
#include "execution_broker/market/csv/usual_rows.h"

namespace broker {
namespace {

const std::string kHeader = "ts,open,high,low,close,volume\n";
const std::string kGood = "2024-01-19T09:15:00+05:30,100.05,101,99.5,100.5,1200\n";

TEST(ParseCsv, ReadsExactly) {
  const auto file = parse_csv(
      kHeader + kGood + "2024-01-19T09:20:00+05:30,0.0001,0.01,0.0001,0.0100,0\n", "X.csv");
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->bars.ts_us[0], 1'705'635'900'000'000);
  EXPECT_EQ(file->bars.open_e4[0], 1'000'500);
  EXPECT_EQ(file->bars.high_e4[0], 1'010'000);
  EXPECT_EQ(file->bars.low_e4[0], 995'000);
  EXPECT_EQ(file->bars.close_e4[0], 1'005'000);
  EXPECT_EQ(file->bars.volume[0], 1'200);
  EXPECT_EQ(file->bars.open_e4[1], 1);
  EXPECT_EQ(file->rows[1], 3U);
  EXPECT_TRUE(file->findings.empty());
}

TEST(ParseCsv, TakesOtherSpellingsOfTheSame) {
  const std::string want = kHeader + kGood;
  for (const std::string& same :
       {"\xef\xbb\xbf" + want,
        std::string("ts,open,high,low,close,volume\r\n") + kGood.substr(0, kGood.size() - 1) +
            "\r\n",
        kHeader + "\n\n" + kGood + "\n", kHeader + kGood.substr(0, kGood.size() - 1),
        kHeader + "2024-01-19T03:45:00Z,100.0500,101.0,99.50,1.005e2,1200.0\n",
        kHeader + "2024-01-19 09:15:00,100.05,101.,99.5,100.5,1200\n"}) {
    const auto file = parse_csv(same, "X.csv");
    if (same.find("101.,") != std::string::npos) {
      EXPECT_FALSE(file) << "a point without decimals is no number";
      continue;
    }
    ASSERT_TRUE(file) << file.error().text() << "\n" << same;
    EXPECT_EQ(file->bars.ts_us[0], 1'705'635'900'000'000);
    EXPECT_EQ(file->bars.close_e4[0], 1'005'000);
    EXPECT_EQ(file->bars.volume[0], 1'200);
  }
}

struct Refused {
  const char* bytes;
  const char* says;  // part of the message: file, row, column, value
};

TEST(ParseCsv, RefusesWhatCannotBeRead) {
  const Refused cases[] = {
      {"", "row 1 is \"\""},
      {"open,high,low,close,volume\n", "row 1 is \"open,high,low,close,volume\""},
      {"ts,open,high,low,close,volume\n", "no rows"},
      {"H2024-01-19T09:15,1,1,1,1\n", "row 2, column volume: \"\""},
      {"H2024-01-19T09:15:00+05:30,\n\n2024-01-19T09:20:00+05:30,1,1,1,1,1\n"
       "2024-01-19T09:25:00+05:30,1,1,1,1,1\n2024-01-19T09:30:00+05:30,1,1,1,1,1\n",
       "row 2, column open: \"\""},
      {"H2024-01-19T09:15,1,1,1,1,1,1\n", "row 2, column volume: \"1,1\""},
      {"H2024-01-32T09:15:00+05:30,1,1,1,1,1\n",
       "row 2, column ts: \"2024-01-32T09:15:00+05:30\" is not a time"},
      {"H2024-02-30T09:15:00+05:30,1,1,1,1,1\n", "column ts"},
      {"H2024-01-19T24:15:00+05:30,1,1,1,1,1\n", "column ts"},
      {"H1970-01-19T09:15:00+05:30,1,1,1,1,1\n", "is not between 1990 and 2100"},
      {"H2024-01-19T09:15:00+05:30,abc,1,1,1,1\n", "row 2, column open: \"abc\""},
      {"H2024-01-19T09:15:00+05:30,1,1,1,1.00001,1\n",
       "column close: \"1.00001\" is not a price with at most 4"},
      {"H2024-01-19T09:15:00+05:30,0,1,1,1,1\n", "column open: \"0\" is not a price above 0"},
      {"H2024-01-19T09:15:00+05:30,1,1,-5,1,1\n", "column low: \"-5\" is not a price above 0"},
      {"H2024-01-19T09:15:00+05:30,1,99999999999,1,1,1\n", "column high"},
      {"H2024-01-19T09:15:00+05:30,1,1,1,1,-1\n", "column volume: \"-1\" is no possible volume"},
      {"H2024-01-19T09:15:00+05:30,1,1,1,1,1.5\n", "column volume: \"1.5\" is not a whole number"},
      {"H2024-01-19T09:15:00+05:30,1,1,1,1,nan\n", "column volume: \"nan\""},
      {"H2024-01-19T09:15:00+05:30,5,4,6,5,1\n", "the high is below the low"},
      {"H2024-01-19T09:15:00+05:30,1,1,1,1,1\n2024-01-19T09:15:00+05:30,1,2,1,1,1\n",
       "row 3, column ts: the time of row 2 with other values"},
      {"H2024-01-19T09:15:00+05:30,x,1,1,1,1\n2024-01-19T09:20:00+05:30,1,y,1,1,1\n",
       "row 3, column high: \"y\""},
  };
  for (const Refused& one : cases) {
    std::string bytes = one.bytes;
    if (!bytes.empty() && bytes[0] == 'H') bytes = kHeader + bytes.substr(1);
    const auto file = parse_csv(bytes, "BAD_nse_5m.csv");
    ASSERT_FALSE(file) << bytes;
    EXPECT_EQ(file.error().code, "CSV_UNUSABLE");
    EXPECT_NE(file.error().what.find("BAD_nse_5m.csv"), std::string::npos);
    EXPECT_NE(file.error().what.find(one.says), std::string::npos) << file.error().text();
    EXPECT_FALSE(file.error().fix.empty());
  }
}

// The fast road and the exact one read the same: a long file in usual form, against the same with
// an odd but equal spelling.
TEST(ParseCsv, BothRoadsReadTheSame) {
  const std::uint64_t seed = 12;
  std::mt19937_64 random(seed);
  std::string usual = kHeader;
  std::string odd = kHeader;
  for (int i = 0; i < 3'000; ++i) {
    const std::string hour = std::to_string(10 + i / 60 % 10);
    const std::string minute = std::to_string(100 + i % 60).substr(1);
    const std::string date = "2024-" + std::to_string(110 + i / 600 % 3).substr(1) + "-" +
                             std::to_string(110 + i / 600 / 3).substr(1);
    const int decimals = static_cast<int>(random() % 5);
    std::string number = std::to_string(random() % 999'999 + 1);
    if (decimals > 0)
      number += "." + std::to_string(100'000 + random() % 100'000)
                          .substr(1, static_cast<std::size_t>(decimals));
    const std::string volume = std::to_string(random() % (i % 2 == 0 ? 1'000 : 900'000'000'000));
    const std::string cells = "," + number + "," + number + "," + number + "," + number + ",";
    usual += date + "T" + hour + ":" + minute + ":00+05:30" + cells + volume + "\n";
    odd += date + "T" + hour + ":" + minute + cells + volume + ".0\n";
  }
  const auto a = parse_csv(usual, "X.csv");
  const auto b = parse_csv(odd, "X.csv");
  ASSERT_TRUE(a) << a.error().text();
  ASSERT_TRUE(b) << b.error().text();
  EXPECT_EQ(a->bars.ts_us, b->bars.ts_us);
  EXPECT_EQ(a->bars.open_e4, b->bars.open_e4);
  EXPECT_EQ(a->bars.close_e4, b->bars.close_e4);
  EXPECT_EQ(a->bars.volume, b->bars.volume);
  EXPECT_EQ(a->rows, b->rows);
}

// One row at a time stands too near the end of the bytes for the fast road, so the exact one reads
// it; together all but the last go the fast road. Both must say the same of any bytes.
TEST(ParseCsv, ARowMeansTheSameAloneAndAmongOthers) {
  const std::uint64_t seed = 20'261'123;
  std::mt19937_64 random(seed);
  const auto up_to = [&](std::uint64_t most) { return random() % (most + 1); };
  const std::string alphabet = "0123456789.,-+:TZ/ \r\n;";
  std::size_t good = 0, bad = 0;
  for (int n = 0; n < 3'000; ++n) {
    std::string bytes;
    const std::size_t rows = 3 + up_to(12);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint64_t whole = 1 + up_to(n % 5 == 0 ? 999'999 : 9'999);
      const auto price = [&](std::uint64_t rupees) {
        const std::size_t decimals = n % 3 == 0 ? up_to(4) : 2;
        const std::string point = decimals > 0 ? "." : "";
        return std::to_string(rupees) + point +
               std::to_string(12'345 + up_to(9'999)).substr(0, decimals);
      };
      // Now and then a range that is too narrow, or the wrong way round.
      const std::string open = price(whole), close = price(whole + 1);
      const std::string high = price(whole + 1 + up_to(2));
      const std::string low = price(whole + (up_to(20) == 0 ? 3 : 0));
      bytes += "2024-0" + std::to_string(1 + n % 9) + "-19T" + std::to_string(10 + i % 14) + ":" +
               std::to_string(10 + up_to(49)) + ":00+05:30," + open + "," + high + "," + low + "," +
               close + "," + std::to_string(up_to(n % 7 == 0 ? 2'000'000'000'000 : 99'999)) +
               (n % 4 == 0 ? "\r\n" : "\n");
    }
    for (std::size_t i = up_to(2); i > 0 && n % 2 == 0; --i)
      bytes[up_to(bytes.size() - 1)] = alphabet[up_to(alphabet.size() - 1)];

    std::map<std::int64_t, trading::Bar> alone;
    std::string fault;  // of the first row that is refused
    std::size_t row = 1;
    for (std::size_t begin = 0; begin < bytes.size();) {
      const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
      const std::string line = bytes.substr(begin, end - begin);
      begin = end + 1;
      ++row;
      if (line.empty() || line == "\r") continue;
      const auto one = parse_csv(kHeader + line + "\n", "X.csv");
      if (!one && fault.empty()) {
        const std::string& what = one.error().what;
        fault = what.substr(what.find("row 2, ") + 6);
        fault = fault.substr(0, fault.find(';'));
        fault = "row " + std::to_string(row) + "," + fault;
      } else if (one) {
        alone.emplace(one->bars.ts_us[0], one->bars.at(0));
      }
    }
    const auto all = parse_csv(kHeader + bytes, "X.csv");
    const std::string told = "seed " + std::to_string(seed) + ", case " + std::to_string(n) + "\n" +
                             bytes + (all ? "" : all.error().what);
    if (!fault.empty()) {
      ++bad;
      ASSERT_FALSE(all) << told << fault;
      // Of rows with bad cells the first ten are told; a range the wrong way round only alone.
      const bool is_told = all.error().what.find(fault) != std::string::npos;
      ASSERT_TRUE(is_told || fault.find("the high is below") != std::string::npos) << told << "\n"
                                                                                   << fault;
      continue;
    }
    if (!all) {  // two rows of one time
      ASSERT_NE(all.error().what.find("with other values"), std::string::npos) << told;
      continue;
    }
    ++good;
    ASSERT_EQ(all->bars.size(), alone.size()) << told;
    std::size_t i = 0;
    for (const auto& [ts, bar] : alone) {
      const trading::Bar read = all->bars.at(i++);
      ASSERT_EQ(read.ts.us, ts) << told;
      ASSERT_TRUE(read.open == bar.open && read.high == bar.high && read.low == bar.low &&
                  read.close == bar.close && read.volume == bar.volume)
          << told;
    }
  }
  EXPECT_GT(good, 300U);
  EXPECT_GT(bad, 300U);
}

// The two fast roads, row by row: what both take they read alike.
TEST(UsualRows, BothRoadsReadTheSame) {
#if CSV_HAS_AVX2_ROAD
  if (__builtin_cpu_supports("avx2") == 0 || __builtin_cpu_supports("bmi2") == 0)
    GTEST_SKIP() << "this machine has no AVX2";
  const std::uint64_t seed = 7;
  std::mt19937_64 random(seed);
  const std::string alphabet = "0123456789.,-+: \r\n";
  const std::string usual = "2024-01-19T09:15:59+05:30,1000.05,9999.9900,7,0.5,1234567\n";
  std::size_t both = 0;
  for (int n = 0; n < 50'000; ++n) {
    std::string row = usual;
    for (int i = 0; i < n % 4; ++i)
      row[14 + random() % (row.size() - 14)] = alphabet[random() % alphabet.size()];
    const std::string bytes = row + usual + usual;
    csv::TimeCells times;
    ASSERT_TRUE(times.learns_hour(bytes.data(), bytes.data() + bytes.size()));
    csv::RowBlock a, b;
    const char *p = bytes.data(), *q = bytes.data();
    const char* const end = bytes.data() + bytes.size();
    const std::size_t by_a = csv::read_rows_portable(p, end, 1, times, a, 0);
    const std::size_t by_b = csv::read_rows_avx2(q, end, 1, times, b, 0);
    ASSERT_TRUE(by_a <= by_b || a.volume[0] > 999'999'999'999) << row;
    if (by_a == 0 || by_b == 0) continue;
    ++both;
    // A zero is left to the exact reader, whatever shape it had.
    ASSERT_EQ(p, q) << row;
    ASSERT_EQ(a.ts_us[0], b.ts_us[0]) << row;
    ASSERT_EQ(a.open_e4[0], b.open_e4[0]) << row;
    ASSERT_EQ(a.high_e4[0], b.high_e4[0]) << row;
    ASSERT_EQ(a.low_e4[0], b.low_e4[0]) << row;
    ASSERT_EQ(a.close_e4[0], b.close_e4[0]) << row;
    ASSERT_EQ(a.volume[0], b.volume[0]) << row;
  }
  EXPECT_GT(both, 15'000U) << "seed " << seed;
#else
  GTEST_SKIP() << "there is one road on this machine";
#endif
}

TEST(ParseCsv, SaysAtMostTenBadCells) {
  std::string bytes = kHeader;
  for (int i = 0; i < 50; ++i) bytes += "x,x,x,x,x,x\n";
  const auto file = parse_csv(bytes, "X.csv");
  ASSERT_FALSE(file);
  EXPECT_LT(file.error().what.size(), 1'200U);
  EXPECT_NE(file.error().what.find("and more"), std::string::npos);
}

TEST(ParseCsv, MendsWhatIsSafeAndSaysSo) {
  const auto file =
      parse_csv(kHeader +
                    "2024-01-19T09:25:00+05:30,10,11,9,10,1\n"
                    "2024-01-19T09:15:00+05:30,10,11,9,10,1\n"
                    "2024-01-19T09:20:00+05:30,10,10.5,9,12,1\n"  // high below the close
                    "2024-01-19T09:15:00+05:30,10,11,9,10,1\n"    // exact duplicate
                    "2024-01-19T09:30:00+05:30,8,11,9,10,1\n",    // low above the open
                "X_nse_5m.csv");
  ASSERT_TRUE(file) << file.error().text();
  ASSERT_EQ(file->bars.size(), 4U);
  EXPECT_EQ(file->rows, (std::vector<std::uint32_t>{3, 4, 2, 6}));
  EXPECT_EQ(file->bars.high_e4[1], 120'000);
  EXPECT_EQ(file->bars.low_e4[3], 80'000);
  EXPECT_EQ(file->repaired, (std::vector<std::uint32_t>{1, 3}));
  std::string all;
  for (const std::string& finding : file->findings) all += finding + "\n";
  EXPECT_NE(all.find("X_nse_5m.csv row 3: out of order"), std::string::npos) << all;
  EXPECT_NE(all.find("X_nse_5m.csv row 5: an exact duplicate, dropped"), std::string::npos) << all;
  EXPECT_NE(all.find("X_nse_5m.csv row 4: the range does not contain"), std::string::npos) << all;
}

TEST(ParseCsv, SurvivesAnyBytes) {
  const std::uint64_t seed = 4711;
  std::mt19937_64 random(seed);
  const std::string alphabet = "0123456789.,-+:TZe\n\r x";
  for (int n = 0; n < 20'000; ++n) {
    std::string bytes = n % 4 == 0 ? "" : kHeader + kGood + kGood;
    for (int i = 0; i < 30; ++i) {
      const char c = alphabet[random() % alphabet.size()];
      if (bytes.size() > kHeader.size() && n % 3 != 0)
        bytes[kHeader.size() + random() % (bytes.size() - kHeader.size())] = c;
      else
        bytes += n % 7 == 0 ? static_cast<char>(random() & 255U) : c;
    }
    const auto file = parse_csv(bytes, "X.csv");
    const auto actions = parse_actions(bytes, "X.csv");
    if (!file) continue;
    for (std::size_t i = 0; i < file->bars.size(); ++i) {
      ASSERT_GT(file->bars.low_e4[i], 0) << "seed " << seed << ", case " << n;
      ASSERT_LE(file->bars.low_e4[i], std::min(file->bars.open_e4[i], file->bars.close_e4[i]));
      ASSERT_GE(file->bars.high_e4[i], std::max(file->bars.open_e4[i], file->bars.close_e4[i]));
      ASSERT_GE(file->bars.volume[i], 0);
    }
  }
}

TEST(ParseActions, ReadsDividendsAndSplits) {
  const auto rows = parse_actions(
      "ts,dividend,split\n2018-09-04T00:00:00+05:30,0.0,2.0\n2015-06-15T00:00:00+05:30,14.75,2.0\n",
      "A.csv");
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].dividend_e4, 147'500) << "sorted by date";
  EXPECT_EQ((*rows)[1].split_e4, 20'000);
  const auto bad = parse_actions("ts,dividend,split\n2018-09-04T00:00:00+05:30,-1,2.0\n", "A.csv");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().what.find("row 2, column dividend: \"-1\""), std::string::npos);
}

TEST(Actions, DividendsAreRestatedOnlyWhenTheFileShowsIt) {
  const auto resolve = [](const std::string& rows) {
    std::vector<std::string> findings;
    return actions_of("X", *parse_actions("ts,dividend,split\n" + rows, "X_bse_1d_actions.csv"),
                      "X_bse_1d_actions.csv", findings);
  };
  // As declared: multiples of 0.05 as written.
  EXPECT_EQ(resolve("2010-01-04,6.5,1\n2012-01-04,0,2\n")[0].dividend, trading::Price(65'000));
  // A share of today: 1.625 becomes a multiple only after the later split.
  EXPECT_EQ(resolve("2010-01-04,1.625,1\n2012-01-04,0,2\n")[0].dividend, trading::Price(32'500));
  // Neither: taken as written.
  EXPECT_EQ(resolve("2010-01-04,1.6251,1\n2012-01-04,0,2\n")[0].dividend, trading::Price(16'251));
  // A 3:2 issue is a ratio, not a rounding.
  const auto issue = resolve("2010-01-04,0,1.5\n");
  EXPECT_EQ(issue[0].split_numerator, 3);
  EXPECT_EQ(issue[0].split_denominator, 2);
}

TEST(Actions, HostileNumbersStayInsideTheIntegers) {
  std::string rows = "ts,dividend,split\n";
  for (int i = 10; i < 29; ++i) rows += "2010-01-" + std::to_string(i) + ",9999999.9999,1000\n";
  std::vector<std::string> findings;
  const auto actions = actions_of("X", *parse_actions(rows, "X"), "X", findings);
  EXPECT_EQ(actions.size(), 19U);
}

TEST(CsvName, IsReadFromTheFileName) {
  EXPECT_EQ(parse_csv_name("TCS_nse_5m.csv")->symbol, "TCS");
  EXPECT_EQ(parse_csv_name("M&M_nse_1d.csv")->kind, CsvKind::kNseDaily);
  EXPECT_EQ(parse_csv_name("BAJAJ-AUTO_bse_1d_raw.csv")->kind, CsvKind::kBseDailyRaw);
  EXPECT_EQ(parse_csv_name("INFY_bse_1d_actions.csv")->kind, CsvKind::kBseActions);
  for (const char* no : {"TCS.csv", "_nse_1d.csv", "tcs_nse_1d.csv", "TCS_nse_2m.csv",
                         "TCS_nse_1d.csv.gz", "../X_nse_1d.csv"})
    EXPECT_FALSE(parse_csv_name(no)) << no;
}

}  // namespace
}  // namespace broker
