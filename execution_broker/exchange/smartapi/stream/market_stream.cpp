#include "execution_broker/exchange/smartapi/stream/market_stream.h"

#include <algorithm>
#include <iterator>

namespace broker::smartapi {

namespace {

std::vector<StreamToken> without(const std::set<StreamToken>& from, const std::set<StreamToken>& these) {
  std::vector<StreamToken> out;
  std::set_difference(from.begin(), from.end(), these.begin(), these.end(), std::back_inserter(out));
  return out;
}

}  // namespace

MarketStream::MarketStream(MarketStreamSetup setup)
    : setup_(std::move(setup)), loop_(setup_.socket, setup_.clock, make_owner()) {}

StreamOwner MarketStream::make_owner() {
  StreamOwner owner;
  owner.name = "market stream";
  owner.url = setup_.url;
  owner.headers = [this]() -> trading::Result<std::vector<SocketHeader>> {
    ASSIGN_OR_RETURN(StreamCredentials keys, setup_.credentials());
    std::vector<SocketHeader> headers;
    headers.push_back({"Authorization", std::move(keys.jwt)});
    headers.push_back({"x-api-key", std::move(keys.api_key)});
    headers.push_back({"x-client-code", std::move(keys.client_code)});
    headers.push_back({"x-feed-token", std::move(keys.feed_token)});
    return headers;
  };
  owner.on_open = [this] {
    subscribed_.clear();
    has_news_.store(true, std::memory_order_release);
    if (setup_.on_open) setup_.on_open();
  };
  owner.outbox = [this] { return outbox(); };
  owner.on_binary = [this](std::string_view bytes) {
    const PacketFault fault = parse_packet(bytes, packet_);
    if (fault != PacketFault::kNone) {
      dropped_[static_cast<std::size_t>(fault)].fetch_add(1, std::memory_order_relaxed);
      return;
    }
    packets_.fetch_add(1, std::memory_order_relaxed);
    heard_us_ = setup_.clock.steady_us();
    mute_us_ = kMuteUs;
    setup_.on_packet(packet_);
  };
  owner.on_text = [this](std::string_view text) {
    if (read_stream_text(text).kind == StreamText::Kind::kError)
      errors_.fetch_add(1, std::memory_order_relaxed);
  };
  owner.on_gap = setup_.on_gap;
  owner.on_refused = setup_.on_refused;
  return owner;
}

void MarketStream::step(std::int64_t most_wait_us) {
  loop_.step(most_wait_us);
  const std::int64_t now_us = setup_.clock.steady_us();
  if (!loop_.is_open() || subscribed_.empty()) {
    heard_us_ = now_us;  // nothing is missed while nothing can come
    return;
  }
  if (now_us - heard_us_ < mute_us_) return;
  const std::int64_t quiet_s = (now_us - heard_us_) / 1'000'000;
  heard_us_ = now_us;
  mute_us_ = std::min(mute_us_ * 2, kLongestMuteUs);
  loop_.reconnect("no packet for " + std::to_string(quiet_s) + " s");
}

void MarketStream::want(std::set<StreamToken> tokens) {
  while (tokens.size() > kMostSubscriptions) tokens.erase(std::prev(tokens.end()));
  const std::lock_guard lock(mutex_);
  if (wanted_ == tokens) return;
  wanted_ = std::move(tokens);
  has_news_.store(true, std::memory_order_release);
}

std::vector<std::string> MarketStream::outbox() {
  if (!has_news_.exchange(false, std::memory_order_acq_rel)) return {};
  std::set<StreamToken> wanted;
  {
    const std::lock_guard lock(mutex_);
    wanted = wanted_;
  }
  // Taken back first, so that the limit holds at every moment.
  std::vector<std::string> messages =
      subscription_messages(false, setup_.mode, without(subscribed_, wanted));
  for (std::string& message : subscription_messages(true, setup_.mode, without(wanted, subscribed_)))
    messages.push_back(std::move(message));
  subscribed_ = std::move(wanted);
  return messages;
}

std::int64_t MarketStream::dropped(PacketFault fault) const {
  return dropped_[static_cast<std::size_t>(fault)].load(std::memory_order_relaxed);
}

}  // namespace broker::smartapi
