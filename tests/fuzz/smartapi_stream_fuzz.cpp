// Both streams. Input: one byte that chooses (binary packet, order message, text), then the frame.

#include "execution_broker/exchange/smartapi/wire/market_packet.h"
#include "execution_broker/exchange/smartapi/wire/order_rows.h"
#include "execution_broker/exchange/smartapi/wire/stream_messages.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace broker::smartapi;

template <std::size_t N>
void check_side(const std::array<trading::DepthLevel, N>& levels, bool is_buy) {
  for (std::size_t i = 1; i < N; ++i) {
    if (levels[i].quantity.is_zero()) continue;
    FUZZ_EXPECT(!levels[i - 1].quantity.is_zero(), "no level behind an empty one");
    FUZZ_EXPECT(is_buy ? levels[i].price < levels[i - 1].price : levels[i].price > levels[i - 1].price, "levels in order");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::uint8_t kind = fuzz::take_byte(data, size) % 3;
  const std::string_view bytes = fuzz::text_of(data, size);
  if (kind == 0) {
    MarketPacket packet;
    if (parse_packet(bytes, packet) != PacketFault::kNone) return 0;
    FUZZ_EXPECT(!packet.token().empty(), "a packet names its token");
    if (packet.mode == StreamMode::kDepth20) {
      check_side(packet.bids20, true);
      check_side(packet.asks20, false);
      return 0;
    }
    FUZZ_EXPECT(packet.last.is_positive(), "a price is above zero");
    FUZZ_EXPECT(packet.day_volume >= 0, "volume is not negative");
    check_side(packet.bids, true);
    check_side(packet.asks, false);
    FUZZ_EXPECT(packet.is_depth_good || packet.bids[0].quantity.is_zero(), "an impossible book is none");
    if (kBugIsPlanted) FUZZ_EXPECT(packet.mode != StreamMode::kSnapQuote || packet.is_depth_good, "planted: every book is good");
  } else if (kind == 1) {
    const auto update = read_order_message(bytes);
    if (update && update->kind == OrderUpdate::Kind::kOrder) FUZZ_EXPECT(!update->row.order_id.empty() && update->row.quantity > 0, "an order can be told apart");
  } else {
    (void)read_stream_text(bytes);
  }
  return 0;
}
