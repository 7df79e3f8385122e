#pragma once

// The control port: what a test reads and does behind the client's back. Plain HTTP, JSON.

#include "tests/sandbox_exchange/http_message.h"
#include "tests/sandbox_exchange/market_stream.h"
#include "tests/sandbox_exchange/order_stream.h"
#include "tests/sandbox_exchange/rest.h"

namespace sandbox {

class Control {
 public:
  Control(World& world, Rest& rest, MarketStream& market_stream, OrderStream& order_stream)
      : world_(world), rest_(rest), market_stream_(market_stream), order_stream_(order_stream) {}

  HttpReply handle(const HttpRequest& request, SteadyUs steady);

 private:
  trading::Result<Json> route(const HttpRequest& request, const std::string& path, const Json& body, SteadyUs steady);
  trading::Result<Json> step_clock(const Json& body, SteadyUs steady);
  trading::Result<Json> move_market(const Json& body, SteadyUs steady);
  trading::Result<Json> change_account(const Json& body);
  trading::Result<Json> order_by_hand(const Json& body, SteadyUs steady);
  trading::Result<Json> change_settings(const Json& body);
  trading::Result<Json> sessions_by_hand(const Json& body);
  trading::Result<Json> sockets_by_hand(const Json& body);
  trading::Result<Json> change_limits(const Json& body);
  trading::Result<Json> trigger_rule(const Json& body, SteadyUs steady);
  [[nodiscard]] Json clock_state() const;
  [[nodiscard]] Json book() const;
  [[nodiscard]] Json writes() const;
  [[nodiscard]] Json state() const;

  World& world_;
  Rest& rest_;
  MarketStream& market_stream_;
  OrderStream& order_stream_;
};

}  // namespace sandbox
