#pragma once

// What the client says on the market stream, and the texts that come back on it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/market_packet.h"
#include "trading/base/result.h"

namespace broker::smartapi {

// A token in three modes counts three.
inline constexpr std::size_t kMostSubscriptions = 1'000;
inline constexpr std::size_t kTokensAMessage = 100;
inline constexpr std::string_view kPing = "ping";

struct StreamToken {
  ExchangeType exchange = ExchangeType::kNseCash;
  std::string token;
  friend auto operator<=>(const StreamToken&, const StreamToken&) = default;
};

// Messages of at most kTokensAMessage tokens each. `subscribe` false takes them back.
std::vector<std::string> subscription_messages(bool subscribe, StreamMode mode,
                                               const std::vector<StreamToken>& tokens);

struct StreamText {
  enum class Kind { kHeartbeat, kError, kOther } kind = Kind::kOther;
  std::string code;     // E1001
  std::string message;  // one line
};
StreamText read_stream_text(std::string_view text);

}  // namespace broker::smartapi
