#pragma once

// The order stream: updates as they come, and the word that the order book has to be read. There is
// no replay and no sequence number, so that word comes after each opening, after each loss, and
// after a message that could not be read.

#include <functional>

#include "execution_broker/exchange/smartapi/session/client.h"
#include "execution_broker/exchange/smartapi/stream/stream_loop.h"
#include "execution_broker/exchange/smartapi/wire/order_rows.h"

namespace broker::smartapi {

struct OrderStreamSetup {
  FrameSocket& socket;
  const Clock& clock;
  std::string url;
  std::function<trading::Result<StreamCredentials>()> credentials;
  std::function<void(const OrderRow&)> on_order;
  std::function<void(const std::string& why)> on_book_needed;
  std::function<void(int http_status, const std::string& why)> on_refused;
};

class OrderStream {
 public:
  explicit OrderStream(OrderStreamSetup setup);

  void step(std::int64_t most_wait_us) { loop_.step(most_wait_us); }
  void close() { loop_.close(); }
  [[nodiscard]] bool is_open() const { return loop_.is_open(); }
  [[nodiscard]] std::int64_t opened() const { return loop_.opened(); }

 private:
  StreamOwner make_owner();

  OrderStreamSetup setup_;
  StreamLoop loop_;
};

}  // namespace broker::smartapi
