// A name, parameters and bars from outside, to values or an error. Input, byte by byte:
//
//   0      which indicator (above the table: a name made of the bytes that follow)
//   1      method, whether there is a second series, how the bars are spoilt
//   2..    a count of parameters; for each its index and 8 bytes of a double (or a small number)
//   rest   bars, 6 bytes each: steps of open, high, low, close, volume and time
//
// Whatever comes out: an error says what, and of what is accepted every value is finite or absent,
// the rows are those of the bars, and feeding bar by bar gives the same.

#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "mcp_gateway/research/indicators/calculate.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace research;  // NOLINT

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint8_t byte() { return fuzz::take_byte(data_, size_); }
  double number() {
    const std::uint8_t form = byte();
    if (form % 4 != 0) return form % 3 == 0 ? form / 16.0 : form % 64;
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8U | byte();
    return std::bit_cast<double>(bits);
  }
  [[nodiscard]] std::size_t left() const { return size_; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

trading::BarSeries bars_of(Bytes& bytes, std::uint8_t spoilt) {
  trading::BarSeries bars;
  std::int64_t close = 1'000'000;
  std::int64_t ts = 1'700'000'000'000'000;
  while (bytes.left() >= 6 && bars.size() < 2'000) {
    const std::int64_t open = close + (bytes.byte() % 16) - 8;
    const std::int64_t jump = bytes.byte();
    close = open + (jump - 128) * (jump % 16 == 0 ? 300 : 1);
    const std::int64_t high = std::max(open, close) + bytes.byte() % 32;
    const std::int64_t low = std::min(open, close) - bytes.byte() % 32;
    const std::int64_t volume = bytes.byte() * 1'000;
    ts += std::int64_t{60'000'000} * (1 + bytes.byte() % 64);
    bars.push_back({trading::Timestamp{ts}, trading::Price(open), trading::Price(high),
                    trading::Price(low), trading::Price(close), volume});
  }
  if (bars.empty()) return bars;
  const std::size_t at = bars.size() / 2;
  switch (spoilt % 16) {
    case 1: bars.close_e4[at] = 0; break;
    case 2: bars.high_e4[at] = bars.low_e4[at] - 1; break;
    case 3: bars.volume[at] = -1; break;
    case 4: bars.ts_us[at] = bars.ts_us[0]; break;
    case 5: bars.low_e4.pop_back(); break;
    case 6: bars.high_e4[at] = INT64_MAX; break;
    default: break;
  }
  return bars;
}

bool is_same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void check_error(const trading::Error& error) {
  FUZZ_EXPECT(!error.code.empty() && !error.what.empty() && !error.fix.empty(), "an error says what");
  FUZZ_EXPECT(!error.field.empty(), "an error names a field");
}

// The same once more, bar by bar.
void check_stream(const Calculation& all, const trading::BarSeries& bars) {
  const auto state = all.spec->make(all.parameters, all.method);
  const Columns columns = columns_of(bars);
  std::vector<double> row(all.columns.size());
  std::vector<double*> into;
  for (double& value : row) into.push_back(&value);
  for (std::size_t i = 0; i < columns.size; ++i) {
    state->run(columns, i, i + 1, into.data());
    for (std::size_t k = 0; k < row.size(); ++k) {
      const bool is_price = all.spec->outputs[k].unit == Unit::kPrice;
      FUZZ_EXPECT(is_same(is_price ? row[k] / 10'000.0 : row[k], all.columns[k][i]),
                  "streaming gives the same");
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const std::size_t which = bytes.byte();
  const std::uint8_t options = bytes.byte();
  std::string name;
  if (which < indicators().size()) {
    name = indicators()[which].name;
  } else {
    for (int i = 0; i < 6; ++i) name += static_cast<char>(bytes.byte());
  }
  IndicatorRequest request{name, {}, options % 2 == 0 ? Seeding::kEwm : Seeding::kTalib};
  for (int count = bytes.byte() % 5; count > 0; --count) {
    const std::size_t index = bytes.byte();
    const double value = bytes.number();
    std::string parameter = "period";
    if (which < indicators().size() && index < indicators()[which].parameters.size())
      parameter = indicators()[which].parameters[index].name;
    request.parameters.emplace_back(parameter, value);
  }
  const trading::BarSeries bars = bars_of(bytes, options >> 2U);
  const bool has_second = options / 2 % 2 == 0;
  const auto got = calculate(bars, has_second ? &bars : nullptr, request);
  if (!got) {
    check_error(got.error());
    return 0;
  }
  FUZZ_EXPECT(got->bars_used == bars.size() && bars.size() >= 2, "all bars are used");
  FUZZ_EXPECT(got->bars_used >= got->warm_up.first, "there were enough bars");
  FUZZ_EXPECT(got->columns.size() == got->spec->outputs.size(), "a column an output");
  for (const auto& column : got->columns) {
    FUZZ_EXPECT(column.size() == bars.size(), "a row a bar");
    for (const double value : column) FUZZ_EXPECT(!std::isinf(value), "finite or absent");
  }
  if (got->spec->needs != Needs::kTwoCloses) check_stream(*got, bars);
  if (kBugIsPlanted)
    FUZZ_EXPECT(got->bars_used != 13 || request.parameters.empty(), "planted: 13 bars with parameters");
  return 0;
}
