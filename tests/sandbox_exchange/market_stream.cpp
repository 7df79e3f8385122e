#include "tests/sandbox_exchange/market_stream.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sandbox {

using namespace trading;

namespace {

HttpReply refused(int status, const std::string& why) {
  HttpReply reply;
  reply.status = status;
  if (!why.empty()) reply.headers.emplace_back("x-error-message", why);
  return reply;
}

std::string first_of(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

std::string_view segment_of(std::int64_t exchange_type) {
  switch (exchange_type) {
    case 1: return "NSE";
    case 2: return "NFO";
    case 3: return "BSE";
    case 4: return "BFO";
    case 5: return "MCX";
    case 7: return "NCO";
    case 13: return "CDS";
    default: return "";
  }
}

}  // namespace

HttpReply MarketStream::greet(const HttpRequest& handshake) {
  constexpr std::string_view kName = "market_stream_connect";
  if (const auto fault = world_.faults.strike("Q39", kName))
    return refused(static_cast<int>(fault->number("http", 401)), fault->text("message", "Invalid Header - Invalid Feed Token"));
  if (const auto fault = world_.faults.strike("Q43", kName)) return refused(static_cast<int>(fault->number("http", 429)), "Connection Limit Exceeded");
  if (handshake.target.substr(0, handshake.target.find('?')) != "/smart-stream") return refused(404, "");
  // The browser's form has its words in the query; one SDK sends client code and feed token alone.
  const std::string client = first_of(handshake.header("x-client-code"), query_value(handshake.target, "clientCode"));
  const std::string feed = first_of(handshake.header("x-feed-token"), query_value(handshake.target, "feedToken"));
  const std::string key = first_of(handshake.header("x-api-key"), query_value(handshake.target, "apiKey"));
  const Account* account = world_.find_account(client);
  if (account == nullptr) return refused(401, "Invalid Header - Invalid Client Code");
  if (!key.empty() && key != account->api_key) return refused(401, "Invalid Header - Invalid API Key");
  std::string jwt = handshake.header("authorization");
  if (jwt.starts_with("Bearer ")) jwt.erase(0, 7);
  if (!jwt.empty() && world_.sessions.check(jwt, world_.clock.now()).client_code != client)
    return refused(401, "Invalid Header - Invalid Auth token");
  if (!world_.sessions.is_feed_token(client, feed)) return refused(401, "Invalid Header - Invalid Feed Token");
  const auto open = std::count_if(listeners_.begin(), listeners_.end(), [&](const auto& l) { return l->client_code == client; });
  if (static_cast<std::size_t>(open) >= kMaxStreamConnections) return refused(429, "Connection Limit Exceeded");
  HttpReply reply;
  reply.status = 101;
  if (const auto fault = world_.faults.strike("X01", kName)) reply.delay_ms = fault->number("ms", 3'000);
  return reply;
}

void MarketStream::opened(const std::shared_ptr<Peer>& peer, const HttpRequest& handshake) {
  auto listener = std::make_unique<Listener>();
  listener->peer = peer;
  listener->client_code = first_of(handshake.header("x-client-code"), query_value(handshake.target, "clientCode"));
  listeners_.push_back(std::move(listener));
  ++opened_;
}

MarketStream::Listener* MarketStream::of(const std::shared_ptr<Peer>& peer) {
  for (const auto& listener : listeners_)
    if (listener->peer == peer) return listener.get();
  return nullptr;
}

void MarketStream::text(const std::shared_ptr<Peer>& peer, const std::string& text) {
  Listener* listener = of(peer);
  if (listener == nullptr) return;
  if (text == "ping") {
    if (!listener->is_mute) peer->send_text("pong");
    return;
  }
  const Json message = Json::parse(text, nullptr, false);
  if (!message.is_object()) return error(*listener, Json::object(), "E1001", "Invalid Request Payload.");
  subscribe(*listener, message);
}

void MarketStream::error(Listener& listener, const Json& message, std::string_view code, std::string_view words) {
  listener.peer->send_text(Json{{"correlationID", text_at(message, "correlationID")}, {"errorCode", code}, {"errorMessage", words}}.dump());
}

void MarketStream::subscribe(Listener& listener, const Json& message) {
  const auto bad = [&] { error(listener, message, "E1001", "Invalid Request Payload."); };
  const Json params = message.value("params", Json());
  if (!message.value("action", Json()).is_number_integer() || !params.is_object() || !params.value("mode", Json()).is_number_integer() ||
      !params.value("tokenList", Json()).is_array())
    return bad();
  const std::int64_t action = message["action"].get<std::int64_t>();
  const std::int64_t mode_number = params["mode"].get<std::int64_t>();
  if (action < 0 || action > 1 || mode_number < 1 || mode_number > 4) return bad();
  const auto mode = static_cast<StreamMode>(mode_number);
  if (const auto fault = world_.faults.strike("Q38", "market_stream")) {
    const std::string kind = fault->text("kind", "all");
    listener.is_silent = kind != "pong";
    listener.is_mute = kind != "packets";
  }
  for (const Json& group : params["tokenList"]) {
    if (!group.is_object() || !group.value("exchangeType", Json()).is_number_integer() || !group.value("tokens", Json()).is_array()) return bad();
    const std::int64_t type = group["exchangeType"].get<std::int64_t>();
    if (segment_of(type).empty() || (mode == StreamMode::kDepth && type != 1)) return bad();
    for (const Json& entry : group["tokens"]) {
      if (!entry.is_string()) return bad();
      const std::string token = entry.get<std::string>();
      // Indices answer to exchange type 1 as well as 3. A token that is not listed meets silence.
      const Listing* listing = world_.listings.find(segment_of(type), token);
      if (listing == nullptr && token.starts_with("999")) listing = world_.listings.find(type == 1 ? "BSE" : "NSE", token);
      if (listing == nullptr) continue;
      const Tape& tape = world_.market->tape(*listing);
      if (action == 0) {
        listener.keys.erase({&tape, mode});
        by_tape_[&tape].erase({&listener, mode});
        continue;
      }
      if (listener.keys.contains({&tape, mode})) continue;
      const auto deep = std::count_if(listener.keys.begin(), listener.keys.end(), [](const Key& key) { return key.second == StreamMode::kDepth; });
      if (listener.keys.size() >= kMaxSubscriptions ||
          (mode == StreamMode::kDepth && static_cast<std::size_t>(deep) >= kMaxDepthTokens))
        return error(listener, message, "E1002", "Subscription Limit Exceeded");
      listener.keys.insert({&tape, mode});
      by_tape_[&tape].insert({&listener, mode});
      send(listener, tape, mode);  // the last known state comes at once
    }
  }
}

void MarketStream::send(Listener& listener, const Tape& tape, StreamMode mode) {
  if (listener.is_silent) return;
  std::string bytes = packet_of(tape, mode);
  Faults& faults = world_.faults;
  if (const auto fault = faults.strike("Q40", "market_stream")) {
    const std::string kind = fault->text("kind", "short");
    if (kind == "short") bytes.resize(bytes.size() - 7);
    if (kind == "long") bytes += "trailing";
    if (kind == "mode") bytes[0] = 9;
    if (kind == "token") std::fill(bytes.begin() + 2, bytes.begin() + 27, '8');
    if (kind == "empty") bytes.clear();
    if (kind == "text") return listener.peer->send_text("{\"surprise\":true}");
  }
  if (mode != StreamMode::kDepth)
    if (const auto fault = faults.strike("Q41", "market_stream")) {
      const std::string kind = fault->text("kind", "sequence");
      if (kind == "sequence") put_i64(bytes, kSequenceOffset, std::max<std::int64_t>(0, tape.sequence - 5));
      if (kind == "time") put_i64(bytes, kTimeOffset, (tape.feed_time.us / 1'000'000 - 30) * 1'000);
      if (kind == "duplicate") listener.peer->send_binary(bytes);
    }
  if (tape.listing->is_index() && mode != StreamMode::kDepth && faults.strike("Q42", "market_stream"))
    put_i64(bytes, kTimeOffset, (world_.clock.now().us / 1'000'000 - 300) * 1'000);
  ++sent_;
  listener.peer->send_binary(std::move(bytes));
}

void MarketStream::flush() {
  std::vector<std::shared_ptr<Peer>> to_drop;
  for (const Tape* tape : marked_) {
    const auto listeners = by_tape_.find(tape);
    if (listeners == by_tape_.end()) continue;
    for (const auto& [listener, mode] : listeners->second) {
      if (world_.faults.strike("X10", "market_stream")) to_drop.push_back(listener->peer);
      else send(*listener, *tape, mode);
    }
  }
  marked_.clear();
  for (const auto& peer : to_drop) peer->drop();
}

void MarketStream::closed(const std::shared_ptr<Peer>& peer) {
  Listener* listener = of(peer);
  if (listener == nullptr) return;
  for (const Key& key : listener->keys) by_tape_[key.first].erase({listener, key.second});
  std::erase_if(listeners_, [&](const auto& l) { return l.get() == listener; });
}

void MarketStream::drop_all(bool is_proper) {
  std::vector<std::shared_ptr<Peer>> peers;
  for (const auto& listener : listeners_) peers.push_back(listener->peer);
  for (const auto& peer : peers) is_proper ? peer->close() : peer->drop();
}

Json MarketStream::state() const {
  Json list = Json::array();
  for (const auto& listener : listeners_)
    list.push_back({{"client_code", listener->client_code}, {"subscriptions", listener->keys.size()}, {"queued", listener->peer->queued()}});
  return {{"connections", list}, {"frames_sent", sent_}, {"opened", opened_}};
}

}  // namespace sandbox
