// The whole client against the sandbox exchange over real sockets: a second program, written from
// the same reference by other hands. Where the two disagree, one of them is wrong.

#include <filesystem>

#include "execution_broker/exchange/smartapi/stream/beast_socket.h"
#include "execution_broker/exchange/smartapi/stream/market_stream.h"
#include "execution_broker/exchange/smartapi/stream/order_stream.h"
#include "execution_broker/exchange/smartapi/wire/instrument_file.h"
#include "execution_broker/exchange/smartapi/wire/order_requests.h"
#include "execution_broker/market/smartapi/smartapi_source.h"
#include "tests/execution_broker/exchange/smartapi/sandbox_session.h"

namespace broker::smartapi {
namespace {

using trading::Price;
using trading::Quantity;

std::vector<trading::Instrument> instruments_of(Session& session) {
  std::vector<trading::Instrument> out;
  InstrumentFileReader file([&](const InstrumentFileRow& row) {
    if (row.segment != "NSE" || row.symbol.size() < 4 || row.symbol.substr(row.symbol.size() - 3) != "-EQ") return;
    trading::Instrument one;
    one.trading_symbol = row.symbol;
    one.token = row.token;
    one.symbol = row.symbol.substr(0, row.symbol.size() - 3);
    out.push_back(one);
  });
  HttpRequest request;
  request.url = session.sandbox.at("instruments_url");
  request.most_body_bytes = 64U << 20;
  request.sink = [&](std::string_view bytes) { return file.feed(bytes); };
  const HttpEnd end = session.transport->exchange(request);
  EXPECT_EQ(end.kind, HttpEnd::Kind::kReply) << end.detail;
  const auto whole = file.finish();
  EXPECT_TRUE(whole) << whole.error().text();
  return out;
}

const trading::Instrument* find(const std::vector<trading::Instrument>& all, std::string_view symbol) {
  for (const trading::Instrument& one : all)
    if (one.symbol == symbol) return &one;
  return nullptr;
}

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access(SANDBOX_EXCHANGE, X_OK) != 0) GTEST_SKIP() << "there is no " SANDBOX_EXCHANGE ": build the target sandbox_exchange";
  }
};

TEST_F(SandboxTest, ReadsQuotesCandlesAndTheOrdersLife) {
  Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30"});
  ASSERT_TRUE(sandbox.is_ready());
  Session session(sandbox);
  const auto all = instruments_of(session);
  const trading::Instrument* sbin = find(all, "SBIN");
  ASSERT_NE(sbin, nullptr);

  const auto profile = fetch_profile(session.client);
  ASSERT_TRUE(profile) << profile.error().text();
  const auto funds = fetch_funds(session.client);
  ASSERT_TRUE(funds) << funds.error().text();
  EXPECT_TRUE(funds->net.is_positive());
  EXPECT_TRUE(fetch_order_book(session.client)->rows.empty());
  EXPECT_TRUE(fetch_positions(session.client)->rows.empty());
  const auto holdings = fetch_holdings(session.client);
  ASSERT_TRUE(holdings) << holdings.error().text();

  const auto quotes = fetch_quotes(session.client, QuoteMode::kFull, {{"NSE", sbin->token, sbin->trading_symbol}, {"NSE", "999999999", "NONE-EQ"}});
  ASSERT_TRUE(quotes) << quotes.error().text();
  ASSERT_EQ(quotes->rows.size(), 1U) << quotes->missing.at(0).why;
  const QuoteRow& quote = quotes->rows.at(0);
  EXPECT_TRUE(quote.depth_fault.empty()) << quote.depth_fault;
  ASSERT_EQ(quotes->missing.size(), 1U);
  for (const QuoteMode mode : {QuoteMode::kLtp, QuoteMode::kOhlc})
    EXPECT_EQ(fetch_quotes(session.client, mode, {{"NSE", sbin->token, sbin->trading_symbol}})->rows.size(), 1U);

  const trading::Timestamp from = timestamp_of(trading::TradingDate::from_civil(2026, 11, 20), trading::at(9, 15));
  for (const auto timeframe : {trading::Timeframe::kOneMinute, trading::Timeframe::kFiveMinute, trading::Timeframe::kOneHour, trading::Timeframe::kOneDay}) {
    const auto candles = fetch_candles(session.client, "NSE", sbin->token, timeframe, from - (timeframe == trading::Timeframe::kOneDay ? trading::hours(24 * 30) : trading::hours(1)), from + trading::hours(7));
    ASSERT_TRUE(candles) << candles.error().text();
    EXPECT_GT(candles->bars.size(), 0U) << name_of(timeframe);
    EXPECT_EQ(candles->left_out, 0U) << (candles->findings.empty() ? "" : candles->findings.front());
  }
  const auto margin = fetch_margin(session.client, {{"NSE", sbin->token, "INTRADAY", trading::Side::kBuy, Quantity(10), quote.last}});
  ASSERT_TRUE(margin) << margin.error().text();
  EXPECT_TRUE(margin->is_positive());
  const auto charges = fetch_charges(session.client, {{"NSE", sbin->token, "SBIN-EQ", "INTRADAY", trading::Side::kBuy, Quantity(10), quote.last}});
  ASSERT_TRUE(charges) << charges.error().text();
  EXPECT_TRUE(charges->total.is_positive());
  const auto rules = fetch_gtt_rules(session.client);
  EXPECT_TRUE(rules) << rules.error().text();
  const auto cautionary = fetch_cautionary(session.client);
  EXPECT_TRUE(cautionary) << cautionary.error().text();

  // A limit that rests, is changed, and is taken back.
  const Price low(quote.last.value() * 97 / 100 / 1'000 * 1'000);
  const IntradayOrder order{{trading::Exchange::kNse, sbin->trading_symbol, sbin->token}, trading::Side::kBuy, Quantity(5), LimitTerms{low}};
  const Outcome placed = session.client.write(*place_order(order, *OrderTag::parse("rest1")), Lane::kEntry);
  ASSERT_EQ(placed.kind, Outcome::Kind::kAccepted) << placed.reason;
  const auto row_of_tag = [&](const std::string& tag, const std::function<bool(const OrderRow&)>& until) {
    for (int i = 0; i < 10; ++i) {
      const auto book = fetch_order_book(session.client);
      EXPECT_TRUE(book) << book.error().text();
      if (!book) break;
      EXPECT_TRUE(book->is_complete()) << book->unreadable.front().why;
      for (const OrderRow& row : book->rows)
        if (row.ordertag == tag && until(row)) return row;
    }
    return OrderRow{};
  };
  const OrderRow resting = row_of_tag("rest1", [](const OrderRow& row) { return row.word == OrderWord::kOpen; });
  EXPECT_EQ(resting.order_id, placed.exchange_order_id);
  EXPECT_EQ(resting.limit_price, low);
  EXPECT_EQ(fetch_order(session.client, resting.unique_order_id)->order_id, placed.exchange_order_id);
  const OrderId id = *OrderId::parse(placed.exchange_order_id);
  const Outcome modified = session.client.write(*modify_order(order, id, Quantity(7), LimitTerms{Price(low.value() + 10'000)}), Lane::kProtection);
  EXPECT_EQ(modified.kind, Outcome::Kind::kAccepted) << modified.reason;
  EXPECT_EQ(row_of_tag("rest1", [](const OrderRow& row) { return row.quantity == 7; }).limit_price, Price(low.value() + 10'000));
  const Outcome cancelled = session.client.write(cancel_order(id, false), Lane::kCancel);
  EXPECT_EQ(cancelled.kind, Outcome::Kind::kAccepted) << cancelled.reason;
  EXPECT_TRUE(row_of_tag("rest1", [](const OrderRow& row) { return row.word == OrderWord::kCancelled; }).is_done);

  // A stop-limit far away, then a marketable limit that fills.
  const Price trigger(quote.last.value() * 102 / 100 / 1'000 * 1'000);
  const IntradayOrder stop{order.instrument, trading::Side::kBuy, Quantity(1), StopLimitTerms{Price(trigger.value() + 10'000), trigger}};
  const Outcome stopped = session.client.write(*place_order(stop, *OrderTag::parse("stop1")), Lane::kProtection);
  ASSERT_EQ(stopped.kind, Outcome::Kind::kAccepted) << stopped.reason;
  EXPECT_EQ(row_of_tag("stop1", [](const OrderRow& row) { return row.word == OrderWord::kTriggerPending; }).trigger_price, trigger);
  const Price high(quote.last.value() * 101 / 100 / 1'000 * 1'000);
  const IntradayOrder taking{order.instrument, trading::Side::kBuy, Quantity(3), LimitTerms{high}};
  ASSERT_EQ(session.client.write(*place_order(taking, *OrderTag::parse("take1")), Lane::kEntry).kind, Outcome::Kind::kAccepted);
  const OrderRow filled = row_of_tag("take1", [](const OrderRow& row) { return row.word == OrderWord::kComplete; });
  EXPECT_EQ(filled.filled, 3);
  const auto trades = fetch_trade_book(session.client);
  ASSERT_TRUE(trades && trades->is_complete());
  EXPECT_EQ(trades->rows.at(0).order_id, filled.order_id);
  const auto positions = fetch_positions(session.client);
  ASSERT_TRUE(positions && positions->is_complete()) << (positions ? positions->unreadable.front().why : positions.error().text());
  EXPECT_EQ(positions->rows.at(0).net_quantity, 3);
  EXPECT_TRUE(session.client.logout());
}

TEST_F(SandboxTest, PricesAndBarsThatCannotBeTrue) {
  Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30"});
  ASSERT_TRUE(sandbox.is_ready());
  sandbox.control("/limits", R"({"is_on":false})");
  Session session(sandbox, false);
  const auto quote = [&](const char* kind) {
    sandbox.control("/faults", std::string(R"({"name":"Q33","endpoint":"quote","count":1,"options":{"kind":")") + kind + "\"}}");
    return fetch_quotes(session.client, QuoteMode::kFull, {{"NSE", "3045", "SBIN-EQ"}});
  };
  EXPECT_TRUE(quote("zero")->rows.empty());
  for (const char* kind : {"depth", "crossed"}) {
    const auto reply = quote(kind);
    ASSERT_TRUE(reply && !reply->rows.empty()) << kind;
    EXPECT_TRUE(reply->rows.at(0).bids[0].quantity.is_zero() || reply->rows.at(0).asks[0].quantity.is_zero()) << kind << " is no two-sided book";
  }
  const auto stale = quote("stale");
  ASSERT_TRUE(stale && !stale->rows.empty());
  EXPECT_GT((session.clock.market_now() - *stale->rows.at(0).feed_time).us, 3'000'000) << "its age tells";
  const trading::Timestamp day = timestamp_of(trading::TradingDate::from_civil(2026, 11, 20), trading::at(9, 15));
  for (const char* kind : {"bad_bar", "negative_volume", "null", "duplicate", "unordered", "future"}) {
    sandbox.control("/faults", std::string(R"({"name":"Q34","endpoint":"getCandleData","count":1,"options":{"kind":")") + kind + "\"}}");
    const auto candles = fetch_candles(session.client, "NSE", "3045", trading::Timeframe::kFiveMinute, day, day + trading::hours(6));
    ASSERT_TRUE(candles) << kind;
    const bool is_empty_answer = candles->bars.empty() && candles->left_out == 0;  // data null: no bars
    EXPECT_TRUE(candles->left_out > 0 || is_empty_answer) << kind;
    for (std::size_t i = 0; i < candles->bars.size(); ++i) {
      const trading::Bar bar = candles->bars.at(i);
      EXPECT_TRUE(bar.low <= bar.open && bar.open <= bar.high && bar.low <= bar.close && bar.close <= bar.high && bar.volume >= 0) << kind;
      if (i > 0) {
        EXPECT_LT(candles->bars.ts_us[i - 1], candles->bars.ts_us[i]) << kind;
      }
    }
  }
}

TEST_F(SandboxTest, BothStreamsOverTls) {
  const auto folder = std::filesystem::temp_directory_path() / ("sandbox-tls-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  {
    Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30", "--tls", folder.string()});
    ASSERT_TRUE(sandbox.is_ready());
    ASSERT_EQ(sandbox.at("rest_url").rfind("https://", 0), 0U);
    // Without the test's root the certificate is refused, before a byte of the request.
    auto stranger = CurlTransport::open();
    HttpRequest request;
    request.url = sandbox.at("instruments_url");
    request.most_body_bytes = 64U << 20;
    EXPECT_EQ((*stranger)->exchange(request).kind, HttpEnd::Kind::kNotSent);
    const std::string ca = (folder / "ca.pem").string();
    HeardClock clock;
    auto transport = std::move(*CurlTransport::open({ca}));
    const HttpEnd end = transport->exchange(request);
    ASSERT_EQ(end.kind, HttpEnd::Kind::kReply) << end.detail;
    ASSERT_TRUE(end.server_date);
    clock.hear(*end.server_date);
    ClientSetup setup{*transport, clock, sandbox.at("rest_url"), {}, {}, {}};
    setup.credentials = {Secret(sandbox.at("api_key")), Secret(sandbox.at("client_code")), Secret(sandbox.at("pin")), Secret(sandbox.at("totp_secret"))};
    setup.pause = [](std::int64_t us) { ::usleep(static_cast<useconds_t>(us)); };
    Client client(std::move(setup));
    ASSERT_TRUE(client.ensure_session());

    auto unknown = make_beast_socket();
    EXPECT_FALSE(unknown->connect({sandbox.at("stream_url"), {}}, 3'000'000).is_open) << "a root nobody trusts";
    RealClock machine;
    auto market_socket = make_beast_socket(ca);
    std::map<StreamMode, int> packets;
    for (const StreamMode mode : {StreamMode::kLtp, StreamMode::kQuote, StreamMode::kSnapQuote}) {
      int gaps = 0;
      MarketStreamSetup stream{*market_socket, machine, sandbox.at("stream_url"), mode, {}, {}, {}, {}, {}};
      stream.credentials = [&] { return client.stream_credentials(); };
      stream.on_packet = [&](const MarketPacket& packet) {
        ++packets[packet.mode];
        if (packet.mode == StreamMode::kSnapQuote) {
          EXPECT_TRUE(packet.is_depth_good);
        }
      };
      stream.on_gap = [&](const std::string&) { ++gaps; };
      stream.on_refused = [](int status, const std::string& why) { ADD_FAILURE() << status << " " << why; };
      MarketStream market(std::move(stream));
      market.want({{ExchangeType::kNseCash, "3045"}, {ExchangeType::kNseCash, "2885"}});
      for (int i = 0; i < 60 && packets[mode] < 3; ++i) market.step(50'000);
      EXPECT_GE(packets[mode], 3) << static_cast<int>(mode);
      if (mode == StreamMode::kSnapQuote) {
        sandbox.control("/sockets", R"({"drop":"market"})");
        for (int i = 0; i < 60 && market.opened() < 2; ++i) {
          market.step(50'000);
          ::usleep(20'000);
        }
        EXPECT_EQ(gaps, 1);
        const int before = packets[mode];
        for (int i = 0; i < 60 && packets[mode] == before; ++i) market.step(50'000);
        EXPECT_GT(packets[mode], before) << "subscribed again";
      }
      for (int fault = 1; fault < 7; ++fault) EXPECT_EQ(market.dropped(static_cast<PacketFault>(fault)), 0) << fault;
      market.close();
    }

    auto order_socket = make_beast_socket(ca);
    std::vector<OrderRow> rows;
    int books = 0;
    OrderStreamSetup orders{*order_socket, machine, sandbox.at("order_stream_url"), {}, {}, {}, {}};
    orders.credentials = [&] { return client.stream_credentials(); };
    orders.on_order = [&](const OrderRow& row) { rows.push_back(row); };
    orders.on_book_needed = [&](const std::string&) { ++books; };
    orders.on_refused = [](int status, const std::string& why) { ADD_FAILURE() << status << " " << why; };
    OrderStream order_stream(std::move(orders));
    for (int i = 0; i < 20 && !order_stream.is_open(); ++i) order_stream.step(50'000);
    ASSERT_TRUE(order_stream.is_open());
    const IntradayOrder order{{trading::Exchange::kNse, "SBIN-EQ", "3045"}, trading::Side::kBuy, Quantity(2), LimitTerms{Price(1'000'000)}};
    const Outcome placed = client.write(*place_order(order, *OrderTag::parse("far1")), Lane::kEntry);
    ASSERT_EQ(placed.kind, Outcome::Kind::kAccepted) << placed.reason;
    for (int i = 0; i < 60 && (rows.empty() || !rows.back().is_done); ++i) order_stream.step(50'000);
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows.back().ordertag, "far1");
    EXPECT_EQ(books, 1);
  }
  std::filesystem::remove_all(folder);
}

// The market source as the desk sees it: prices over the stream, a cut, a comeback, bars on disk.
TEST_F(SandboxTest, TheMarketSourceNeverShowsACutPriceAsFresh) {
  const auto folder = std::filesystem::temp_directory_path() / ("smartapi-store-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  {
    Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30", "--prints", "5"});
    ASSERT_TRUE(sandbox.is_ready());
    HeardClock clock;
    SmartApiSourceSetup setup;
    setup.rest_url = sandbox.at("rest_url");
    setup.stream_url = sandbox.at("stream_url");
    setup.instruments_url = sandbox.at("instruments_url");
    setup.credentials = {Secret(sandbox.at("api_key")), Secret(sandbox.at("client_code")), Secret(sandbox.at("pin")), Secret(sandbox.at("totp_secret"))};
    setup.store = folder / "market.db";
    setup.transport = std::move(*CurlTransport::open());
    setup.socket = [] { return make_beast_socket(); };
    setup.clock = &clock;
    setup.heard = &clock;
    setup.least_instruments = 1;
    auto opened = SmartApiSource::open(std::move(setup));
    ASSERT_TRUE(opened) << opened.error().text();
    SmartApiSource& source = **opened;
    EXPECT_EQ((*source.instruments().find("SBIN"))->token, "3045") << "the EQ row, whatever comes first";
    EXPECT_FALSE(source.quote("SBIN", clock.market_now())) << "nothing came yet";
    const auto prepared = source.prepare_quote("SBIN", trading::seconds(6));
    ASSERT_TRUE(prepared) << prepared.error().text();
    const auto fresh = source.quote("SBIN", clock.market_now());
    ASSERT_TRUE(fresh) << fresh.error().text();
    EXPECT_FALSE(fresh->is_stale) << fresh->note;
    EXPECT_FALSE(fresh->slice.is_depth_modelled);
    ASSERT_TRUE(fresh->slice.bid() && fresh->slice.ask());
    // Slices in order, none lost to a reader that passes by.
    trading::Timestamp after{};
    int slices = 0;
    for (int i = 0; i < 40; ++i) {
      while (const auto slice = source.next_slice("SBIN", after, clock.market_now())) {
        EXPECT_GT(slice->ts, after);
        after = slice->ts;
        ++slices;
      }
      ::usleep(50'000);
    }
    EXPECT_GT(slices, 3);
    // Refused from now on: the stream cannot come back, so no price may be called fresh.
    sandbox.control("/faults", R"({"name":"Q39","count":1000})");
    sandbox.control("/sockets", R"({"drop":"market"})");
    int stale = 0;
    for (int i = 0; i < 20; ++i) {
      ::usleep(50'000);
      const auto quote = source.quote("SBIN", clock.market_now());
      if (quote && quote->is_stale) ++stale;
    }
    EXPECT_GE(stale, 10) << "a price from before the cut is stale at once, not when it is old";

    BarQuery query;
    query.symbol = "SBIN";
    query.timeframe = trading::Timeframe::kFiveMinute;
    query.max_rows = 100;
    query.as_of = clock.market_now();
    const auto ready = source.prepare_bars(query, trading::seconds(8));
    ASSERT_TRUE(ready) << ready.error().text();
    const auto bars = source.bars(query);
    ASSERT_TRUE(bars) << bars.error().text();
    EXPECT_EQ(bars->bars.size(), 100U);
    EXPECT_EQ(bars->source, "smartapi");
    for (std::size_t i = 0; i < bars->bars.size(); ++i) EXPECT_LE(bars->bars.ts_us[i] + 300'000'000, query.as_of.us) << "finished bars alone";
  }
  // A second start without a network: the last good instruments and the stored bars are there.
  RealClock machine;
  SmartApiSourceSetup setup;
  setup.rest_url = setup.stream_url = "";
  setup.rest_url = "http://127.0.0.1:9";
  setup.stream_url = "ws://127.0.0.1:9";
  setup.instruments_url = "http://127.0.0.1:9";
  setup.store = folder / "market.db";
  setup.transport = std::move(*CurlTransport::open());
  setup.socket = [] { return make_beast_socket(); };
  setup.clock = &machine;
  auto opened = SmartApiSource::open(std::move(setup));
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_TRUE((*opened)->instruments().find("SBIN"));
  BarQuery query;
  query.symbol = "SBIN";
  query.timeframe = trading::Timeframe::kFiveMinute;
  query.ignore_clock = true;
  EXPECT_GE((*opened)->bars(query)->bars.size(), 100U);
  opened->reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace broker::smartapi
