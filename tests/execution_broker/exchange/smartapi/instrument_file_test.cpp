#include "execution_broker/exchange/smartapi/wire/instrument_file.h"

#include <gtest/gtest.h>

#include <random>

namespace broker::smartapi {
namespace {

constexpr std::string_view kFile =
    R"([{"token":"3045","symbol":"SBIN-EQ","name":"SBIN","expiry":"","strike":"-1.000000","lotsize":"1","instrumenttype":"","exch_seg":"NSE","tick_size":"5.000000","freeze_qty":"1000000","is_cas_enabled":true},
 {"token":"4884","symbol":"SBIN-BE","name":"SBIN","expiry":"","strike":"-1.000000","lotsize":"1","instrumenttype":"","exch_seg":"NSE","tick_size":"5.000000"},
 {"token":"2031","symbol":"M\u0026M-EQ","name":"M&M \"\/\\ \u20b9","extra":{"a":["]",1,{"}":"\""}]},"exch_seg":"NSE","lotsize":1,"expiry":null},
 {}, {"token":"","symbol":"X","exch_seg":"NSE"}])";

std::vector<InstrumentFileRow> read(std::string_view bytes, std::size_t chunk, bool* is_whole = nullptr) {
  std::vector<InstrumentFileRow> rows;
  InstrumentFileReader reader([&](const InstrumentFileRow& row) { rows.push_back(row); });
  for (std::size_t i = 0; i < bytes.size() && reader.feed(bytes.substr(i, chunk)); i += chunk) {
  }
  const bool whole = reader.finish().has_value();
  if (is_whole != nullptr) *is_whole = whole;
  return rows;
}

TEST(InstrumentFile, RowsAsWrittenHoweverTheBytesAreCut) {
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}, kFile.size()}) {
    bool is_whole = false;
    const auto rows = read(kFile, chunk, &is_whole);
    EXPECT_TRUE(is_whole);
    ASSERT_EQ(rows.size(), 3U) << "rows without a name are not given out";
    EXPECT_EQ(rows[0].token, "3045");
    EXPECT_EQ(rows[0].has_closing_auction, "true");
    EXPECT_EQ(rows[0].freeze_quantity, "1000000");
    EXPECT_EQ(rows[1].symbol, "SBIN-BE");
    EXPECT_EQ(rows[1].has_closing_auction, "");
    EXPECT_EQ(rows[2].symbol, "M&M-EQ");
    EXPECT_EQ(rows[2].name, "M&M \"/\\ ?");
    EXPECT_EQ(rows[2].lot_size, "1");
    EXPECT_EQ(rows[2].expiry, "");
  }
}

TEST(InstrumentFile, AFileThatIsCutIsNoFile) {
  for (std::size_t cut = 0; cut < kFile.size(); ++cut) {
    bool is_whole = true;
    (void)read(kFile.substr(0, cut), 16, &is_whole);
    EXPECT_FALSE(is_whole) << cut;
  }
}

TEST(InstrumentFile, WhatIsNoInstrumentFileIsNamedWithItsPlace) {
  for (const char* bytes : {"{}", "<html>", R"([{"token":"1","token":"2"}])", R"([{"token":["1"]}])", R"([{"a":1}]x)", R"([{"a":01}])", R"([{"a":tru}])",
                            R"([{"a":"\x"}])", "[{\"a\":\"\n\"}]", R"([{"a":{"b":]}}])", R"([{"a":"b" "c":1}])", R"([{"a":1},])", R"([{,}])", R"(["a"])"}) {
    InstrumentFileReader reader([](const InstrumentFileRow&) {});
    reader.feed(bytes);
    const auto status = reader.finish();
    ASSERT_FALSE(status) << bytes;
    EXPECT_EQ(status.error().code, "INSTRUMENT_FILE_INVALID");
    EXPECT_NE(status.error().what.find("at byte"), std::string::npos);
  }
  InstrumentFileReader reader([](const InstrumentFileRow&) {});
  EXPECT_FALSE(reader.feed("[{\"name\":\"" + std::string(300, 'x')));
  InstrumentFileReader deep([](const InstrumentFileRow&) {});
  EXPECT_FALSE(deep.feed("[{\"a\":" + std::string(20, '[')));
}

}  // namespace
}  // namespace broker::smartapi
