#include "mcp_gateway/tools/market/data_hash.h"

#include "mcp_gateway/tools/sha256.h"

namespace tools {

namespace {

// A million bars are not put together in memory to be hashed.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

}  // namespace

std::string data_hash(std::string_view symbol, bool is_adjusted, const trading::BarSeries& bars) {
  Sha256 hash;
  std::string text = "bars-v1 " + std::string(symbol) + " " +
                     std::string(trading::name_of(bars.timeframe)) +
                     (is_adjusted ? " adjusted\n" : " raw\n");
  for (std::size_t i = 0; i < bars.size(); ++i) {
    for (const std::int64_t value :
         {bars.ts_us[i], bars.open_e4[i], bars.high_e4[i], bars.low_e4[i], bars.close_e4[i]}) {
      text += std::to_string(value) + " ";
    }
    text += std::to_string(bars.volume[i]) + "\n";
    if (text.size() < kPieceBytes) continue;
    hash.add(text);
    text.clear();
  }
  hash.add(text);
  return hash.hex();
}

}  // namespace tools
