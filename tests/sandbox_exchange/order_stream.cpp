#include "tests/sandbox_exchange/order_stream.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/market_stream.h"
#include "tests/sandbox_exchange/order_rows.h"

namespace sandbox {

using namespace trading;

namespace {

std::string bearer_of(const HttpRequest& handshake) {
  std::string jwt = handshake.header("authorization");
  if (jwt.starts_with("Bearer ")) jwt.erase(0, 7);
  return jwt;
}

}  // namespace

std::string_view order_status_code(const Order& order) {
  if (order.shown_status == "modified") return "AB04";
  switch (order.state) {
    case OrderState::kReceived:
    case OrderState::kValidation:
    case OrderState::kOpenPending: return "AB09";
    case OrderState::kOpen: return "AB01";
    case OrderState::kTriggerPending: return "AB10";
    case OrderState::kComplete: return "AB05";
    case OrderState::kRejected: return "AB03";
    case OrderState::kCancelled: return "AB02";
    case OrderState::kAfterMarket: return "AB06";
    case OrderState::kAfterMarketCancelled: return "AB07";
  }
  return "";
}

std::string order_message(const std::string& client_code, std::string_view code, const Json& data) {
  return Json{{"user-id", client_code}, {"status-code", "200"}, {"order-status", code}, {"error-message", ""}, {"orderData", data}}.dump();
}

HttpReply OrderStream::greet(const HttpRequest& handshake) {
  HttpReply reply;
  reply.status = 101;
  constexpr std::string_view kName = "order_stream_connect";
  if (const auto fault = world_.faults.strike("X01", kName)) reply.delay_ms = fault->number("ms", 3'000);
  if (const auto fault = world_.faults.strike("Q43", kName)) {
    reply.status = static_cast<int>(fault->number("http", 429));
    return reply;
  }
  if (handshake.target.substr(0, handshake.target.find('?')) != "/smart-order-update") {
    reply.status = 404;
    return reply;
  }
  const Sessions::Check check = world_.sessions.check(bearer_of(handshake), world_.clock.now());
  if (check.client_code.empty()) reply.status = check.refusal.code == "AG8002" ? 403 : 401;
  const auto open = std::count_if(listeners_.begin(), listeners_.end(), [&](const auto& l) { return l->client_code == check.client_code; });
  if (static_cast<std::size_t>(open) >= kMaxStreamConnections) reply.status = 429;
  return reply;
}

void OrderStream::opened(const std::shared_ptr<Peer>& peer, const HttpRequest& handshake) {
  auto listener = std::make_unique<Listener>();
  listener->peer = peer;
  listener->client_code = world_.sessions.check(bearer_of(handshake), world_.clock.now()).client_code;
  send(*listener, order_message(listener->client_code, "AB00", blank_streamed_row()));
  listeners_.push_back(std::move(listener));
  ++opened_;
}

void OrderStream::text(const std::shared_ptr<Peer>& peer, const std::string& text) {
  if (text == "ping") peer->send_text("pong");
}

void OrderStream::send(Listener& listener, std::string message) {
  ++sent_;
  listener.peer->send_text(std::move(message));
}

void OrderStream::told(const Account& account, const Order& order) {
  std::vector<std::shared_ptr<Peer>> to_drop;
  for (const auto& listener : listeners_) {
    if (listener->client_code != account.client_code) continue;
    Faults& faults = world_.faults;
    if (faults.strike("X10", "order_stream")) {
      to_drop.push_back(listener->peer);
      continue;
    }
    if (faults.strike("Q45", "order_stream")) continue;
    const bool is_rejected = order.state == OrderState::kRejected;
    const bool is_greeted = is_rejected && faults.strike("Q44", "order_stream").has_value();
    std::string message = order_message(account.client_code, is_greeted ? "AB00" : order_status_code(order), streamed_order_row(order));
    // Two may wait for nothing: a held message goes out after the next.
    const auto fault = faults.strike("Q47", "order_stream", [&](const ArmedFault& f) {
      return f.text("kind", "duplicate") == "duplicate" || !listener->held_back;
    });
    const std::string kind = fault ? fault->text("kind", "duplicate") : "";
    if (kind == "duplicate") send(*listener, message);
    if (kind == "reorder") {
      listener->held_back = std::move(message);
      continue;
    }
    send(*listener, std::move(message));
    if (listener->held_back) {
      send(*listener, std::move(*listener->held_back));
      listener->held_back.reset();
    }
  }
  for (const auto& peer : to_drop) peer->drop();
}

void OrderStream::closed(const std::shared_ptr<Peer>& peer) {
  std::erase_if(listeners_, [&](const auto& listener) { return listener->peer == peer; });
}

void OrderStream::drop_all(bool is_proper) {
  std::vector<std::shared_ptr<Peer>> peers;
  for (const auto& listener : listeners_) peers.push_back(listener->peer);
  for (const auto& peer : peers) is_proper ? peer->close() : peer->drop();
}

Json OrderStream::state() const {
  Json list = Json::array();
  for (const auto& listener : listeners_) list.push_back({{"client_code", listener->client_code}, {"queued", listener->peer->queued()}});
  return {{"connections", list}, {"messages_sent", sent_}, {"opened", opened_}};
}

}  // namespace sandbox
