// The instrument file and bhavcopy files. Input: one byte: which, and where the bytes are cut; then
// the file.

#include <string>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/instrument_file.h"
#include "execution_broker/market/smartapi/bhavcopy.h"
#include "execution_broker/market/smartapi/instrument_selection.h"
#include "tests/fuzz/fuzz.h"

namespace {

using broker::smartapi::InstrumentFileReader;
using broker::smartapi::InstrumentFileRow;

struct Outcome {
  std::vector<std::string> symbols;
  bool is_whole = false;
};

Outcome read(std::string_view bytes, std::size_t chunk, broker::InstrumentSelection* selection) {
  Outcome out;
  InstrumentFileReader reader([&](const InstrumentFileRow& row) {
    out.symbols.push_back(row.symbol + " " + row.token);
    if (selection != nullptr) selection->add(row);
  });
  for (std::size_t i = 0; i < bytes.size(); i += chunk)
    if (!reader.feed(bytes.substr(i, chunk))) break;
  out.is_whole = reader.finish().has_value();
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::uint8_t choice = fuzz::take_byte(data, size);
  const std::string_view bytes = fuzz::text_of(data, size);
  if (choice % 4 == 0) {
    const auto file = broker::parse_bhavcopy(bytes, "FUZZ.csv");
    if (!file) return 0;
    for (std::size_t i = 0; i < file->rows.size(); ++i) {
      const trading::Bar& bar = file->rows[i].bar;
      FUZZ_EXPECT(bar.low.is_positive() && bar.low <= bar.high && bar.volume >= 0, "a bar can be true");
      FUZZ_EXPECT(i == 0 || file->rows[i - 1].symbol < file->rows[i].symbol, "symbols are unique");
    }
    return 0;
  }
  broker::InstrumentSelection selection;
  const Outcome whole = read(bytes, bytes.size() + 1, &selection);
  const Outcome cut = read(bytes, choice / 4U + 1U, nullptr);
  FUZZ_EXPECT(whole.is_whole == cut.is_whole, "a file is whole however it comes");
  FUZZ_EXPECT(!whole.is_whole || whole.symbols == cut.symbols, "its rows are the same however it comes");
  if (const auto selected = selection.finish(0))
    for (std::size_t i = 0; i < selected->instruments.size(); ++i) {
      const trading::Instrument& one = selected->instruments[i];
      FUZZ_EXPECT(one.lot_size > 0 && one.fixed_tick->is_positive(), "an instrument has lot and tick");
      FUZZ_EXPECT(i == 0 || selected->instruments[i - 1].symbol < one.symbol, "symbols are unique");
      if (kBugIsPlanted) FUZZ_EXPECT(one.series != trading::Series::kBe, "planted: nothing is trade-to-trade");
    }
  return 0;
}
