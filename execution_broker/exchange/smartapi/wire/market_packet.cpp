#include "execution_broker/exchange/smartapi/wire/market_packet.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace broker::smartapi {

namespace {

using trading::DepthLevel;
using trading::Price;
using trading::Quantity;
using trading::Timestamp;

// The frame is known to be long enough when this is called.
template <typename T>
T read_at(std::string_view frame, std::size_t offset) {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are copied as they are");
  T value;
  std::memcpy(&value, frame.data() + offset, sizeof value);
  return value;
}

// Rupees x100 (x10^7 for currency) -> Price. False when it cannot be one.
bool to_price(std::int64_t raw, ExchangeType exchange, Price& out) {
  if (raw < 0) return false;
  if (exchange == ExchangeType::kCurrency) {
    // 1/10,000 rupee is the finest tick of currency contracts (0.0025).
    if (raw % 1'000 != 0) return false;
    out = Price(raw / 1'000);
    return true;
  }
  std::int64_t e4 = 0;
  if (__builtin_mul_overflow(raw, std::int64_t{100}, &e4)) return false;
  out = Price(e4);
  return true;
}

// A count that travels as floating point.
bool to_count(double raw, std::int64_t& out) {
  constexpr double kMost = 9'007'199'254'740'992.0;  // 2^53
  if (!std::isfinite(raw) || raw < 0.0 || raw > kMost) return false;
  out = static_cast<std::int64_t>(raw);
  return true;
}

constexpr std::int64_t kYear2000Ms = 946'684'800'000;
constexpr std::int64_t kYear2100Ms = 4'102'444'800'000;

bool is_known(std::uint8_t exchange) {
  switch (static_cast<ExchangeType>(exchange)) {
    case ExchangeType::kNseCash:
    case ExchangeType::kNseDerivatives:
    case ExchangeType::kBseCash:
    case ExchangeType::kBseDerivatives:
    case ExchangeType::kMcx:
    case ExchangeType::kNcdex:
    case ExchangeType::kCurrency:
      return true;
  }
  return false;
}

std::size_t length_of(std::uint8_t mode) {
  switch (static_cast<StreamMode>(mode)) {
    case StreamMode::kLtp: return kLtpBytes;
    case StreamMode::kQuote: return kQuoteBytes;
    case StreamMode::kSnapQuote: return kSnapQuoteBytes;
    case StreamMode::kDepth20: return kDepth20Bytes;
  }
  return 0;
}

bool read_token(std::string_view frame, MarketPacket& packet) {
  std::size_t length = 0;
  while (length < kTokenBytes && frame[2 + length] >= '0' && frame[2 + length] <= '9') ++length;
  for (std::size_t i = length; i < kTokenBytes; ++i)
    if (frame[2 + i] != '\0') return false;
  if (length == 0) return false;
  std::copy_n(frame.data() + 2, length, packet.token_bytes.data());
  packet.token_length = static_cast<std::uint8_t>(length);
  return true;
}

bool read_time(std::int64_t ms, Timestamp& out) {
  if (ms < kYear2000Ms || ms > kYear2100Ms) return false;
  out = Timestamp{ms * 1'000};
  return true;
}

// Best first, filled before empty, buys falling and sells rising.
template <std::size_t N>
bool is_ordered(const std::array<DepthLevel, N>& levels, bool is_buy) {
  bool has_ended = false;
  for (std::size_t i = 0; i < N; ++i) {
    if (levels[i].quantity.is_zero()) {
      has_ended = true;
      continue;
    }
    if (has_ended || !levels[i].price.is_positive()) return false;
    if (i > 0 && (is_buy ? levels[i].price >= levels[i - 1].price
                         : levels[i].price <= levels[i - 1].price))
      return false;
  }
  return true;
}

template <std::size_t N>
bool is_book(const std::array<DepthLevel, N>& bids, const std::array<DepthLevel, N>& asks) {
  if (!is_ordered(bids, true) || !is_ordered(asks, false)) return false;
  return bids[0].quantity.is_zero() || asks[0].quantity.is_zero() || bids[0].price < asks[0].price;
}

PacketFault read_quote(std::string_view frame, MarketPacket& packet) {
  packet.last_quantity = read_at<std::int64_t>(frame, 51);
  packet.day_volume = read_at<std::int64_t>(frame, 67);
  if (packet.last_quantity < 0 || packet.day_volume < 0) return PacketFault::kBadPrice;
  const bool is_good =
      to_price(read_at<std::int64_t>(frame, 59), packet.exchange, packet.average) &&
      to_count(read_at<double>(frame, 75), packet.total_buy) &&
      to_count(read_at<double>(frame, 83), packet.total_sell) &&
      to_price(read_at<std::int64_t>(frame, 91), packet.exchange, packet.open) &&
      to_price(read_at<std::int64_t>(frame, 99), packet.exchange, packet.high) &&
      to_price(read_at<std::int64_t>(frame, 107), packet.exchange, packet.low) &&
      to_price(read_at<std::int64_t>(frame, 115), packet.exchange, packet.previous_close);
  return is_good ? PacketFault::kNone : PacketFault::kBadPrice;
}

// The flag says the side; the order of the entries does not.
bool read_best_five(std::string_view frame, MarketPacket& packet) {
  std::size_t buys = 0;
  std::size_t sells = 0;
  for (std::size_t i = 0; i < 2 * trading::kDepthLevels; ++i) {
    const std::size_t at = 147 + 20 * i;
    const auto flag = read_at<std::int16_t>(frame, at);
    const auto quantity = read_at<std::int64_t>(frame, at + 2);
    Price price;
    if (quantity < 0 || !to_price(read_at<std::int64_t>(frame, at + 10), packet.exchange, price))
      return false;
    if (flag != 0 && flag != 1) return false;
    std::size_t& used = flag == 1 ? buys : sells;
    if (used == trading::kDepthLevels) return false;
    auto& side = flag == 1 ? packet.bids : packet.asks;
    side[used++] = quantity == 0 ? DepthLevel{} : DepthLevel{price, Quantity(quantity)};
  }
  return is_book(packet.bids, packet.asks);
}

PacketFault read_snap(std::string_view frame, MarketPacket& packet) {
  const auto trade_s = read_at<std::int64_t>(frame, 123);
  packet.trade_time = {};
  if (trade_s != 0 &&
      (trade_s < 0 || trade_s > kYear2100Ms / 1'000 || !read_time(trade_s * 1'000, packet.trade_time)))
    return PacketFault::kBadTime;
  packet.open_interest = read_at<std::int64_t>(frame, 131);
  const bool is_good =
      to_price(read_at<std::int64_t>(frame, 347), packet.exchange, packet.band.upper) &&
      to_price(read_at<std::int64_t>(frame, 355), packet.exchange, packet.band.lower) &&
      to_price(read_at<std::int64_t>(frame, 363), packet.exchange, packet.year_high) &&
      to_price(read_at<std::int64_t>(frame, 371), packet.exchange, packet.year_low);
  if (!is_good || packet.band.lower > packet.band.upper) return PacketFault::kBadPrice;
  packet.is_depth_good = read_best_five(frame, packet);
  if (!packet.is_depth_good) {
    packet.bids = {};
    packet.asks = {};
  }
  return PacketFault::kNone;
}

PacketFault read_depth20(std::string_view frame, MarketPacket& packet) {
  if (!read_time(read_at<std::int64_t>(frame, 27), packet.exchange_time))
    return PacketFault::kBadTime;
  for (std::size_t i = 0; i < 2 * kDepth20Levels; ++i) {
    const std::size_t at = 43 + 10 * i;
    const auto quantity = read_at<std::int32_t>(frame, at);
    Price price;
    if (quantity < 0 || !to_price(read_at<std::int32_t>(frame, at + 4), packet.exchange, price))
      return PacketFault::kBadPrice;
    auto& side = i < kDepth20Levels ? packet.bids20 : packet.asks20;
    side[i % kDepth20Levels] =
        quantity == 0 ? DepthLevel{} : DepthLevel{price, Quantity(quantity)};
  }
  packet.is_depth_good = is_book(packet.bids20, packet.asks20);
  if (!packet.is_depth_good) {
    packet.bids20 = {};
    packet.asks20 = {};
  }
  return PacketFault::kNone;
}

}  // namespace

std::string_view name_of(PacketFault fault) {
  switch (fault) {
    case PacketFault::kNone: return "none";
    case PacketFault::kUnknownMode: return "unknown_mode";
    case PacketFault::kWrongLength: return "wrong_length";
    case PacketFault::kUnknownExchange: return "unknown_exchange";
    case PacketFault::kBadToken: return "bad_token";
    case PacketFault::kBadPrice: return "bad_price";
    case PacketFault::kBadTime: return "bad_time";
  }
  return "";
}

PacketFault parse_packet(std::string_view frame, MarketPacket& packet) {
  if (frame.empty()) return PacketFault::kWrongLength;
  const auto mode = static_cast<std::uint8_t>(frame[0]);
  const std::size_t length = length_of(mode);
  if (length == 0) return PacketFault::kUnknownMode;
  if (frame.size() != length) return PacketFault::kWrongLength;
  const auto exchange = static_cast<std::uint8_t>(frame[1]);
  if (!is_known(exchange)) return PacketFault::kUnknownExchange;
  packet = MarketPacket{};
  packet.mode = static_cast<StreamMode>(mode);
  packet.exchange = static_cast<ExchangeType>(exchange);
  if (!read_token(frame, packet)) return PacketFault::kBadToken;
  if (packet.mode == StreamMode::kDepth20) return read_depth20(frame, packet);
  packet.sequence = read_at<std::int64_t>(frame, 27);
  if (!read_time(read_at<std::int64_t>(frame, 35), packet.exchange_time))
    return PacketFault::kBadTime;
  if (!to_price(read_at<std::int64_t>(frame, 43), packet.exchange, packet.last) ||
      !packet.last.is_positive())
    return PacketFault::kBadPrice;
  if (packet.mode == StreamMode::kLtp) return PacketFault::kNone;
  if (const PacketFault fault = read_quote(frame, packet); fault != PacketFault::kNone) return fault;
  if (packet.mode == StreamMode::kQuote) return PacketFault::kNone;
  return read_snap(frame, packet);
}

}  // namespace broker::smartapi
