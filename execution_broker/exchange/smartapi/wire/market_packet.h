#pragma once

// A binary frame of the market stream -> values. Little-endian, one packet a frame:
//
//   off  len           field                          in mode
//     0    1  u8       mode 1 LTP 2 Quote 3 SnapQuote 4 Depth20
//     1    1  u8       exchange type                  all
//     2   25  ASCII    token, NUL padded              all
//    27    8  i64      sequence (0 for indices)       1-3
//    35    8  i64      exchange time, epoch ms        1-3
//    43    8  i64      last price x100                1-3; LTP ends at 51
//    51    8  i64      last traded quantity           2,3
//    59    8  i64      average price x100             2,3
//    67    8  i64      day volume                     2,3
//    75    8  f64      total buy quantity             2,3
//    83    8  f64      total sell quantity            2,3
//    91   32  4 x i64  open, high, low, previous close x100; Quote ends at 123
//   123    8  i64      last trade time, epoch s       3
//   131    8  i64      open interest                  3
//   139    8  f64      not used                       3
//   147  200  10 x     i16 flag (1 buy 0 sell), i64 quantity, i64 price x100, i16 orders
//   347   32  4 x i64  upper, lower circuit, 52-week high, low x100; SnapQuote ends at 379
// Depth20 (443): 27 i64 exchange time, 35 i64 not used, 43 and 243 twenty times
//   i32 quantity, i32 price x100, i16 orders.
//
// Prices of currency derivatives are x10^7. Nothing is allocated; no frame is too strange to read.

#include <array>
#include <cstdint>
#include <string_view>

#include "trading/bars/bar.h"
#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace broker::smartapi {

enum class StreamMode : std::uint8_t { kLtp = 1, kQuote = 2, kSnapQuote = 3, kDepth20 = 4 };
enum class ExchangeType : std::uint8_t {
  kNseCash = 1,
  kNseDerivatives = 2,
  kBseCash = 3,
  kBseDerivatives = 4,
  kMcx = 5,
  kNcdex = 7,
  kCurrency = 13,
};

inline constexpr std::size_t kLtpBytes = 51;
inline constexpr std::size_t kQuoteBytes = 123;
inline constexpr std::size_t kSnapQuoteBytes = 379;
inline constexpr std::size_t kDepth20Bytes = 443;
inline constexpr std::size_t kTokenBytes = 25;
inline constexpr std::size_t kDepth20Levels = 20;

struct MarketPacket {
  StreamMode mode = StreamMode::kLtp;
  ExchangeType exchange = ExchangeType::kNseCash;
  std::array<char, kTokenBytes> token_bytes{};
  std::uint8_t token_length = 0;
  std::int64_t sequence = 0;
  trading::Timestamp exchange_time;
  trading::Price last;  // above zero; not in Depth20
  // Quote and SnapQuote
  std::int64_t last_quantity = 0;
  trading::Price average;
  std::int64_t day_volume = 0;
  std::int64_t total_buy = 0, total_sell = 0;
  trading::Price open, high, low, previous_close;
  // SnapQuote
  trading::Timestamp trade_time;  // zero: none
  std::int64_t open_interest = 0;
  std::array<trading::DepthLevel, trading::kDepthLevels> bids{}, asks{};
  bool is_depth_good = false;  // false: levels out of order; both sides are empty then
  trading::PriceBand band;     // upper zero: not sent
  trading::Price year_high, year_low;
  // Depth20
  std::array<trading::DepthLevel, kDepth20Levels> bids20{}, asks20{};

  [[nodiscard]] std::string_view token() const { return {token_bytes.data(), token_length}; }
};

enum class PacketFault {
  kNone,
  kUnknownMode,
  kWrongLength,
  kUnknownExchange,
  kBadToken,   // not digits followed by NULs
  kBadPrice,   // a last price of zero or less, or a price or a count out of range
  kBadTime,    // an exchange time outside 2000..2100
};
std::string_view name_of(PacketFault fault);

// `packet` means nothing unless kNone comes back.
PacketFault parse_packet(std::string_view frame, MarketPacket& packet);

}  // namespace broker::smartapi
