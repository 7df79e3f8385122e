#include "mcp_gateway/mcp/subscriptions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace mcp {
namespace {

std::string subscription_meta(const jsonrpc::RequestId& id) {
  return "\"io.modelcontextprotocol/subscriptionId\":" + jsonrpc::id_text(id);
}

std::string updated_params(const std::string& uri) {
  return "{\"uri\":" + jsonrpc::quote(uri);
}

}  // namespace

bool Subscriptions::subscribe(const std::string& uri) {
  const std::lock_guard lock(mutex_);
  if (legacy_uris_.size() >= kMaxSubscribedUris && !legacy_uris_.contains(uri)) return false;
  legacy_uris_.insert(uri);
  return true;
}

void Subscriptions::unsubscribe(const std::string& uri) {
  const std::lock_guard lock(mutex_);
  legacy_uris_.erase(uri);
}

bool Subscriptions::listen(const jsonrpc::RequestId& id, std::set<std::string> uris) {
  const std::lock_guard lock(mutex_);
  if (streams_.size() >= kMaxStreams || streams_.contains(id)) return false;
  nlohmann::json honoured = nlohmann::json::object();
  if (!uris.empty()) honoured["resourceSubscriptions"] = uris;
  streams_.emplace(id, std::move(uris));
  send_(jsonrpc::notification_line("notifications/subscriptions/acknowledged",
                                   "{\"_meta\":{" + subscription_meta(id) +
                                       "},\"notifications\":" + jsonrpc::to_text(honoured) + "}"));
  return true;
}

void Subscriptions::cancel(const jsonrpc::RequestId& id) {
  const std::lock_guard lock(mutex_);
  streams_.erase(id);
}

bool Subscriptions::is_wanted(const std::string& uri) const {
  const std::lock_guard lock(mutex_);
  return legacy_uris_.contains(uri) ||
         std::any_of(streams_.begin(), streams_.end(),
                     [&uri](const auto& stream) { return stream.second.contains(uri); });
}

void Subscriptions::resource_updated(const std::string& uri) {
  const std::lock_guard lock(mutex_);
  if (legacy_uris_.contains(uri)) {
    send_(jsonrpc::notification_line("notifications/resources/updated", updated_params(uri) + "}"));
  }
  for (const auto& [id, uris] : streams_) {
    if (!uris.contains(uri)) continue;
    send_(jsonrpc::notification_line(
        "notifications/resources/updated",
        updated_params(uri) + ",\"_meta\":{" + subscription_meta(id) + "}}"));
  }
}

void Subscriptions::close_all(const std::string& closing_meta) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, uris] : streams_) {
    send_(jsonrpc::result_line(id, "{\"resultType\":\"complete\",\"_meta\":{" +
                                       subscription_meta(id) + "," + closing_meta + "}}"));
  }
  streams_.clear();
  legacy_uris_.clear();
}

}  // namespace mcp
