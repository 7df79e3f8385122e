#include "trading/data/sectors.h"

#include <gtest/gtest.h>

namespace trading {
namespace {

TEST(Sectors, CoverTheNifty50Once) {
  const auto& rows = data::nifty50_sectors();
  EXPECT_EQ(rows.size(), 50U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_FALSE(rows[i].sector.empty()) << rows[i].symbol;
    if (i > 0) {
      EXPECT_LT(rows[i - 1].symbol, rows[i].symbol);
    }
  }
}

TEST(Sectors, AnswerBySymbolAndKnowWhatTheyDoNotKnow) {
  EXPECT_EQ(data::sector_of("TCS"), "Information Technology");
  EXPECT_EQ(data::sector_of("HDFCBANK"), data::sector_of("SBIN"));
  EXPECT_EQ(data::sector_of("TATAMOTORS"), "Automobile and Auto Components");
  EXPECT_FALSE(data::sector_of("tcs"));
  EXPECT_FALSE(data::sector_of("NOSUCH"));
}

}  // namespace
}  // namespace trading
