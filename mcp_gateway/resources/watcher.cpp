#include "mcp_gateway/resources/watcher.h"

#include <utility>

#include "broker/v1/orders.pb.h"
#include "broker/v1/portfolio.pb.h"
#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/resources/resources.h"

namespace resources {
namespace {

namespace v1 = broker::v1;

constexpr int kOrdersWatched = 50;

std::optional<std::string> orders(broker_client::BrokerClient& broker) {
  v1::FetchPaperOrdersRequest request;
  request.set_limit(kOrdersWatched);
  const auto reply = broker.fetch_paper_orders(request, {.tool = "watch", .cancel = {}});
  if (!reply) return std::nullopt;
  std::string text = std::to_string(reply->total());
  for (const v1::Order& order : reply->orders()) {
    text += "|" + order.order_id() + " " + order.status() + " " +
            std::to_string(order.filled_quantity()) + " " + std::to_string(order.updated_us());
  }
  return text;
}

// The message itself, with what follows the prices taken out.
std::optional<std::string> portfolio(broker_client::BrokerClient& broker) {
  auto reply = broker.fetch_portfolio({}, {.tool = "watch", .cancel = {}});
  if (!reply) return std::nullopt;
  std::string text;
  for (v1::Book& book : *reply->mutable_books()) {
    book.clear_equity_e4();
    book.clear_unrealized_e4();
    book.clear_day_pnl_e4();
    book.clear_margin_blocked_e4();
    book.clear_margin_available_e4();
    for (v1::Position& position : *book.mutable_positions()) {
      position.clear_last_price_e4();
      position.clear_unrealized_e4();
    }
    text += book.SerializeAsString();
  }
  return text;
}

}  // namespace

Watcher::Watcher(std::map<std::string, Look> looks, IsWanted is_wanted, Changed changed,
                 std::chrono::milliseconds interval)
    : looks_(std::move(looks)),
      is_wanted_(std::move(is_wanted)),
      changed_(std::move(changed)),
      interval_(interval),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Watcher::~Watcher() = default;

void Watcher::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, interval_, [] { return false; });
    if (stop.stop_requested()) return;
    for (const auto& [uri, look] : looks_) {
      if (is_wanted_(uri)) look_at(uri, look);
    }
  }
}

void Watcher::look_at(const std::string& uri, const Look& look) {
  const auto seen = look();
  if (!seen) return;  // the next look may succeed; what changed meanwhile is told then
  const auto [known, is_first] = last_.try_emplace(uri, *seen);
  if (is_first || known->second == *seen) return;
  known->second = *seen;
  changed_(uri);
}

std::map<std::string, Watcher::Look> broker_looks(broker_client::BrokerClient& broker) {
  return {{kOrdersUri, [&broker] { return orders(broker); }},
          {kPortfolioUri, [&broker] { return portfolio(broker); }}};
}

}  // namespace resources
