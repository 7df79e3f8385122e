// Price files and action files. Input: one byte that chooses the parser, then the file's bytes.

#include <string>

#include "execution_broker/market/csv/parse_csv.h"
#include "tests/fuzz/fuzz.h"
#include "trading/bars/bar.h"

namespace {

void check_bars(std::string_view bytes) {
  const auto file = broker::parse_csv(bytes, "FUZZ_nse_5m.csv");
  if (!file) {
    FUZZ_EXPECT(!file.error().code.empty() && !file.error().what.empty(), "an error says what");
    return;
  }
  const trading::BarSeries& bars = file->bars;
  const std::size_t count = bars.size();
  FUZZ_EXPECT(file->rows.size() == count, "every bar knows its row");
  for (std::size_t i = 0; i < count; ++i) {
    const trading::Bar bar = bars.at(i);
    FUZZ_EXPECT(i == 0 || bars.at(i - 1).ts < bar.ts, "times ascend and are unique");
    FUZZ_EXPECT(bar.low.is_positive(), "prices are above zero");
    FUZZ_EXPECT(bar.low <= bar.open && bar.low <= bar.close, "the range holds open and close");
    FUZZ_EXPECT(bar.high >= bar.open && bar.high >= bar.close, "the range holds open and close");
    FUZZ_EXPECT(bar.volume >= 0, "volume is not negative");
    FUZZ_EXPECT(file->rows[i] >= 2, "the header is row 1");
  }
  for (std::size_t i = 0; i < file->repaired.size(); ++i) {
    FUZZ_EXPECT(file->repaired[i] < count, "a repaired bar exists");
    FUZZ_EXPECT(i == 0 || file->repaired[i - 1] < file->repaired[i], "repaired bars ascend");
  }
  if (kBugIsPlanted) FUZZ_EXPECT(file->repaired.empty(), "planted: a range was widened");
}

void check_actions(std::string_view bytes) {
  const auto rows = broker::parse_actions(bytes, "FUZZ_actions.csv");
  if (!rows) {
    FUZZ_EXPECT(!rows.error().code.empty() && !rows.error().what.empty(), "an error says what");
    return;
  }
  for (const broker::ActionRow& row : *rows) {
    FUZZ_EXPECT(row.dividend_e4 >= 0, "a dividend is not negative");
    FUZZ_EXPECT(row.split_e4 > 0, "a split is above zero");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bool is_actions = fuzz::take_byte(data, size) % 4 == 0;
  const std::string_view bytes = fuzz::text_of(data, size);
  is_actions ? check_actions(bytes) : check_bars(bytes);
  return 0;
}
