// Both streams over a scripted socket and a clock that the test moves.

#include <gtest/gtest.h>

#include <deque>

#include "execution_broker/exchange/smartapi/stream/market_stream.h"
#include "execution_broker/exchange/smartapi/stream/order_stream.h"
#include "tests/execution_broker/exchange/smartapi/build_packet.h"
#include "tests/execution_broker/exchange/smartapi/payloads.h"
#include "tests/support/fake_clock.h"

namespace broker::smartapi {
namespace {

class FakeSocket final : public FrameSocket {
 public:
  explicit FakeSocket(FakeClock& clock) : clock_(clock) {}
  std::deque<ConnectEnd> connects;  // empty: it opens
  std::deque<std::pair<Frame::Kind, std::string>> frames;
  std::vector<std::string> sent;
  std::vector<std::string> header_names;
  std::string authorization;
  int opened = 0;
  bool is_open = false;
  bool answers_pings = true;

  ConnectEnd connect(const SocketTarget& target, std::int64_t) override {
    header_names.clear();
    for (const SocketHeader& header : target.headers) {
      header_names.push_back(header.name);
      if (header.name == "Authorization") authorization = std::string(header.value.reveal());
    }
    ++opened;
    ConnectEnd end;
    end.is_open = true;
    if (!connects.empty()) {
      end = connects.front();
      connects.pop_front();
    }
    is_open = end.is_open;
    sent.clear();
    return end;
  }
  Frame receive(std::int64_t timeout_us) override {
    if (!is_open) return {Frame::Kind::kClosed, {}};
    if (frames.empty()) {
      clock_.advance({timeout_us});
      return {};
    }
    current_ = frames.front();
    frames.pop_front();
    if (current_.first == Frame::Kind::kClosed) is_open = false;
    return {current_.first, current_.second};
  }
  bool send_text(std::string_view text) override {
    if (!is_open) return false;
    sent.emplace_back(text);
    if (text == kPing && answers_pings) frames.emplace_back(Frame::Kind::kText, "pong");
    return true;
  }
  void close() override { is_open = false; }

 private:
  FakeClock& clock_;
  std::pair<Frame::Kind, std::string> current_;
};

struct Market {
  FakeClock clock{trading::Timestamp{1'795'405'503'000'000}};
  FakeSocket socket{clock};
  bool has_session = true;
  int gaps = 0, packets = 0, opens = 0;
  std::vector<std::pair<int, std::string>> refusals;
  MarketStream stream{setup()};

  MarketStreamSetup setup() {
    MarketStreamSetup out{socket, clock, "wss://stream.example/x", StreamMode::kSnapQuote, {}, {}, {}, {}, {}};
    out.credentials = [this]() -> trading::Result<StreamCredentials> {
      if (!has_session) return trading::make_error("NO_SESSION", "none");
      return StreamCredentials{Secret("jwt"), Secret("feed"), Secret("key"), Secret("client")};
    };
    out.on_packet = [this](const MarketPacket&) { ++packets; };
    out.on_open = [this] { ++opens; };
    out.on_gap = [this](const std::string&) { ++gaps; };
    out.on_refused = [this](int status, const std::string& why) { refusals.emplace_back(status, why); };
    return out;
  }
  void run(trading::Duration span) {
    const std::int64_t end = clock.steady_us() + span.us;
    while (clock.steady_us() < end) {
      const std::int64_t before = clock.steady_us();
      stream.step(100'000);
      if (clock.steady_us() == before) clock.advance(trading::milliseconds(100));
    }
  }
};

TEST(MarketStream, SubscribesKeepsTheHeartbeatAndHandsOutPackets) {
  Market market;
  market.stream.want({{ExchangeType::kNseCash, "3045"}, {ExchangeType::kNseCash, "2885"}});
  market.run(trading::seconds(1));
  EXPECT_EQ(market.socket.header_names, (std::vector<std::string>{"Authorization", "x-api-key", "x-client-code", "x-feed-token"}));
  EXPECT_EQ(market.socket.authorization, "jwt") << "the bare token";
  ASSERT_EQ(market.socket.sent.size(), 1U);
  EXPECT_NE(market.socket.sent.at(0).find(R"("tokens":["2885","3045"])"), std::string::npos);
  std::mt19937_64 random(1);
  market.socket.frames.emplace_back(Frame::Kind::kBinary, build_packet(random_fields(3, random)));
  market.socket.frames.emplace_back(Frame::Kind::kBinary, "\x03 too short");
  market.socket.frames.emplace_back(Frame::Kind::kBinary, "\x09");
  market.socket.frames.emplace_back(Frame::Kind::kText, R"({"errorCode":"E1002","errorMessage":"Subscription Limit Exceeded."})");
  market.run(trading::seconds(40));
  market.socket.frames.emplace_back(Frame::Kind::kBinary, build_packet(random_fields(3, random)));
  market.run(trading::seconds(20));
  EXPECT_EQ(market.packets, 2);
  EXPECT_EQ(market.stream.dropped(PacketFault::kWrongLength), 1);
  EXPECT_EQ(market.stream.dropped(PacketFault::kUnknownMode), 1);
  EXPECT_EQ(market.stream.errors(), 1);
  EXPECT_GE(std::count(market.socket.sent.begin(), market.socket.sent.end(), std::string(kPing)), 6);
  EXPECT_EQ(market.gaps, 0);
  EXPECT_EQ(market.socket.opened, 1);
}

// Pings are answered and nothing comes: the subscription was lost on the way. Tried again ever more
// slowly, for out of hours nothing comes either.
TEST(MarketStream, ALineThatOnlyAnswersPingsIsGivenUp) {
  Market market;
  market.stream.want({{ExchangeType::kNseCash, "3045"}});
  market.run(trading::seconds(40));
  EXPECT_EQ(market.gaps, 0);
  market.run(trading::seconds(10));
  EXPECT_EQ(market.gaps, 1);
  EXPECT_EQ(market.socket.opened, 2);
  market.run(trading::seconds(80));
  EXPECT_EQ(market.gaps, 1) << "the second time it waits twice as long";
  market.run(trading::seconds(20));
  EXPECT_EQ(market.gaps, 2);
  market.run(trading::hours(8));
  EXPECT_LE(market.gaps, 25) << "a night of silence";
  const int before = market.gaps;
  std::mt19937_64 random(1);
  market.socket.frames.emplace_back(Frame::Kind::kBinary, build_packet(random_fields(3, random)));
  market.run(trading::seconds(50));
  EXPECT_EQ(market.gaps, before + 1) << "once something came, silence is soon noticed again";
  // Nobody wants anything: nothing is missed.
  Market idle;
  idle.run(trading::minutes(10));
  EXPECT_EQ(idle.gaps, 0);
}

TEST(MarketStream, ChangesOfMindAreDifferences) {
  Market market;
  market.stream.want({{ExchangeType::kNseCash, "1"}, {ExchangeType::kNseCash, "2"}});
  market.run(trading::seconds(1));
  market.socket.sent.clear();
  market.stream.want({{ExchangeType::kNseCash, "2"}, {ExchangeType::kNseCash, "3"}});
  market.run(trading::seconds(1));
  ASSERT_EQ(market.socket.sent.size(), 2U);
  EXPECT_EQ(market.socket.sent.at(0).find(R"({"action":0)"), 0U) << "taken back first";
  EXPECT_NE(market.socket.sent.at(1).find(R"("tokens":["3"])"), std::string::npos);
}

TEST(MarketStream, ALostConnectionIsAGapAndEverythingIsSubscribedAgain) {
  Market market;
  market.stream.want({{ExchangeType::kNseCash, "3045"}});
  market.run(trading::seconds(1));
  market.socket.frames.emplace_back(Frame::Kind::kClosed, "");
  market.run(trading::seconds(3));
  EXPECT_EQ(market.gaps, 1);
  EXPECT_EQ(market.opens, 2);
  ASSERT_FALSE(market.socket.sent.empty());
  EXPECT_NE(market.socket.sent.at(0).find("3045"), std::string::npos);
}

TEST(MarketStream, SilenceWithoutAPongIsALoss) {
  Market market;
  market.socket.answers_pings = false;
  market.run(trading::seconds(19));
  EXPECT_EQ(market.gaps, 0);
  market.run(trading::seconds(5));
  EXPECT_EQ(market.gaps, 1);
}

TEST(MarketStream, ARefusalAsksForNewTokensAndThePausesGrow) {
  Market market;
  ConnectEnd refusal;
  refusal.http_status = 401;
  refusal.detail = std::string("refused with HTTP 401: Invalid Feed Token");
  market.socket.connects.assign(100, refusal);
  market.run(trading::minutes(5));
  ASSERT_GE(market.refusals.size(), 8U);
  EXPECT_LE(market.refusals.size(), 20U) << "never in a storm";
  EXPECT_EQ(market.refusals.front().first, 401);
  EXPECT_EQ(market.gaps, 0) << "nothing was open";
}

TEST(MarketStream, WaitsForASession) {
  Market market;
  market.has_session = false;
  market.run(trading::seconds(10));
  EXPECT_EQ(market.socket.opened, 0);
  market.has_session = true;
  market.run(trading::seconds(1));
  EXPECT_EQ(market.socket.opened, 1);
}

struct Orders {
  FakeClock clock{trading::Timestamp{1'795'405'503'000'000}};
  FakeSocket socket{clock};
  std::vector<OrderRow> rows;
  std::vector<std::string> books;
  OrderStream stream{setup()};

  OrderStreamSetup setup() {
    OrderStreamSetup out{socket, clock, "wss://orders.example/x", {}, {}, {}, {}};
    out.credentials = []() -> trading::Result<StreamCredentials> { return StreamCredentials{Secret("jwt"), Secret("feed"), Secret("key"), Secret("client")}; };
    out.on_order = [this](const OrderRow& row) { rows.push_back(row); };
    out.on_book_needed = [this](const std::string& why) { books.push_back(why); };
    return out;
  }
};

TEST(OrderStreamLoop, TheBookIsReadAfterEachOpeningLossAndUnreadableMessage) {
  Orders orders;
  orders.stream.step(1'000);
  EXPECT_EQ(orders.socket.authorization, "Bearer jwt");
  EXPECT_EQ(orders.books.size(), 1U);
  orders.socket.frames.emplace_back(Frame::Kind::kText, std::string(payloads::kGreeting));
  orders.socket.frames.emplace_back(Frame::Kind::kText, R"({"order-status":"AB05","orderData":)" + std::string(payloads::kOrderRow) + "}");
  orders.stream.step(1'000);
  EXPECT_EQ(orders.rows.size(), 1U);
  EXPECT_EQ(orders.books.size(), 1U) << "a greeting says nothing";
  orders.socket.frames.emplace_back(Frame::Kind::kText, "{\"order-status\":\"AB05\"}");
  orders.socket.frames.emplace_back(Frame::Kind::kBinary, "x");
  orders.stream.step(1'000);
  EXPECT_EQ(orders.books.size(), 3U);
  orders.socket.frames.emplace_back(Frame::Kind::kClosed, "");
  orders.stream.step(1'000);
  EXPECT_EQ(orders.books.size(), 4U);
  orders.clock.advance(trading::seconds(2));
  orders.stream.step(1'000);
  EXPECT_EQ(orders.books.size(), 5U);
}

}  // namespace
}  // namespace broker::smartapi
