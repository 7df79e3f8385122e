// Bodies of SmartAPI's REST. Input: one byte that chooses the call, one the HTTP status, then the
// body.

#include <string>

#include "execution_broker/exchange/smartapi/wire/candle_wire.h"
#include "execution_broker/exchange/smartapi/wire/order_requests.h"
#include "execution_broker/exchange/smartapi/wire/order_rows.h"
#include "execution_broker/exchange/smartapi/wire/portfolio_rows.h"
#include "execution_broker/exchange/smartapi/wire/quote_wire.h"
#include "execution_broker/exchange/smartapi/wire/session_wire.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace broker::smartapi;

void check_orders(const Json& data) {
  const auto book = read_order_book(data);
  if (!book) return;
  for (const OrderRow& row : book->rows) {
    FUZZ_EXPECT(!row.order_id.empty(), "an order has an id");
    FUZZ_EXPECT(row.quantity > 0, "an order has a quantity");
    FUZZ_EXPECT(row.filled >= 0 && row.filled <= row.quantity, "no more is filled than ordered");
    FUZZ_EXPECT(row.filled == 0 || row.average_price.has_value(), "a fill has a price");
    FUZZ_EXPECT(row.is_done == is_terminal(row.word), "the word decides");
    if (kBugIsPlanted) FUZZ_EXPECT(row.word != OrderWord::kUnknown, "planted: every word is known");
  }
  FUZZ_EXPECT(book->rows.size() + book->unreadable.size() == data.items.size(), "no row is lost");
}

void check_candles(const Json& data) {
  const trading::Timestamp from{0};
  const trading::Timestamp until{4'102'444'800'000'000};
  const auto reply = read_candles(trading::Timeframe::kOneMinute, from, until, data);
  if (!reply) return;
  for (std::size_t i = 0; i < reply->bars.size(); ++i) {
    const trading::Bar bar = reply->bars.at(i);
    FUZZ_EXPECT(bar.low.is_positive() && bar.low <= bar.open && bar.open <= bar.high, "a bar holds its open");
    FUZZ_EXPECT(bar.low <= bar.close && bar.close <= bar.high && bar.volume >= 0, "a bar holds its close");
    FUZZ_EXPECT(i == 0 || reply->bars.ts_us[i - 1] < reply->bars.ts_us[i], "times ascend");
  }
  FUZZ_EXPECT(reply->bars.size() + reply->left_out == data.items.size(), "no bar is lost");
}

void check_quotes(const Json& data) {
  const std::vector<QuoteWanted> wanted = {{"NSE", "3045", "SBIN-EQ"}, {"NSE", "2885", "RELIANCE-EQ"}};
  const auto reply = read_quotes(QuoteMode::kFull, wanted, data);
  if (!reply) return;
  FUZZ_EXPECT(reply->rows.size() + reply->missing.size() == wanted.size(), "each token gets one verdict");
  for (const QuoteRow& row : reply->rows) {
    FUZZ_EXPECT(row.last.is_positive(), "a price is above zero");
    FUZZ_EXPECT(fault_of_depth(row.bids, row.asks).empty(), "a depth that is given can be true");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto& table = endpoint_table();
  const Endpoint endpoint = table[fuzz::take_byte(data, size) % table.size()].endpoint;
  constexpr int kStatuses[] = {200, 200, 200, 400, 401, 403, 429, 500, 502, 302};
  const int status = kStatuses[fuzz::take_byte(data, size) % 10];
  Reply reply = read_reply(endpoint, status, fuzz::text_of(data, size));
  if (!reply.is_answer()) {
    FUZZ_EXPECT(!error_of(endpoint, reply).fix.empty(), "an error says what to do");
    for (const char c : reply.message) FUZZ_EXPECT(c >= 0x20 && c < 0x7f, "a message is one plain line");
    return 0;
  }
  FUZZ_EXPECT(reply.kind != ReplyKind::kEmpty || status != 500, "a failing gateway says nothing");
  const Json value = reply.data;
  check_orders(value);
  check_candles(value);
  check_quotes(value);
  (void)read_trade_book(value);
  (void)read_positions(value);
  (void)read_holdings(value);
  (void)read_all_holdings(value);
  (void)read_funds(value);
  (void)read_margin(value);
  (void)read_charges(value);
  (void)read_gtt_list(value);
  (void)read_gtt_details(value);
  (void)read_cautionary(value);
  (void)read_profile(value);
  if (const auto placed = read_placed(value)) FUZZ_EXPECT(!placed->order_id.empty(), "accepted with an id alone");
  (void)take_tokens(reply);
  return 0;
}
