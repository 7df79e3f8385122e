// The source's rounds against a scripted service: what a day brings, what the clock says, what is
// asked for while the stream is down, and how the account is read. No sockets, no threads.

#include "execution_broker/market/smartapi/smartapi_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>

#include "execution_broker/exchange/smartapi/http/in_process_transport.h"
#include "execution_broker/exchange/smartapi/session/account_reader.h"
#include "tests/execution_broker/exchange/smartapi/payloads.h"
#include "tests/support/fake_clock.h"

namespace broker {
namespace {

namespace payloads = smartapi::payloads;
using smartapi::HttpEnd;
using smartapi::HttpRequest;
using trading::Price;
using trading::Timestamp;
using trading::TradingDate;

const Timestamp kMorning = timestamp_of(TradingDate::from_civil(2026, 11, 23), trading::at(10, 0));

class NoSocket final : public smartapi::FrameSocket {
 public:
  smartapi::ConnectEnd connect(const smartapi::SocketTarget&, std::int64_t) override { return {}; }
  bool send_text(std::string_view) override { return false; }
  smartapi::Frame receive(std::int64_t) override { return {}; }
  void close() override {}
};

std::string instrument(const std::string& token, const std::string& symbol) {
  return R"({"token":")" + token + R"(","symbol":")" + symbol + R"(","name":"X","expiry":"","strike":"-1.000000","lotsize":"1","instrumenttype":"","exch_seg":"NSE","tick_size":"5.000000"})";
}

class Service {
 public:
  FakeClock clock{kMorning};
  std::map<std::string, int> calls;
  std::map<std::string, HttpEnd> script;  // instead of the usual answer
  std::vector<std::string> instruments{instrument("3045", "SBIN-EQ"), instrument("11536", "TCS-EQ")};
  trading::Duration server_is_ahead{};
  std::int64_t boot_us = 1'000'000;
  std::string cautionary = R"([{"token":"11536","symbol":"TCS-EQ","message":"under surveillance"}])";
  std::string previous_close = "809.1";

  static HttpEnd reply(int status, std::string body) {
    HttpEnd end;
    end.kind = HttpEnd::Kind::kReply;
    end.status = status;
    end.body = std::move(body);
    return end;
  }
  HttpEnd answer(const HttpRequest& request) {
    std::string name = request.url.substr(0, request.url.find('?'));
    while (!name.empty() && name.back() == '/') name.pop_back();
    name = name.substr(name.rfind('/') + 1);
    ++calls[name];
    HttpEnd end = script.contains(name) ? script[name] : usual(name);
    if (end.kind == HttpEnd::Kind::kReply) end.server_date = Timestamp{(clock.wall_now() + server_is_ahead).us / 1'000'000 * 1'000'000};
    return end;
  }
  HttpEnd usual(const std::string& name) {
    if (name == "instruments.json") {
      std::string all = "[";
      for (const std::string& row : instruments) all += (all.size() > 1 ? "," : "") + row;
      return reply(200, all + "]");
    }
    if (name == "loginByPassword" || name == "generateTokens") return reply(200, payloads::success(payloads::kTokens));
    if (name == "getProfile") return reply(200, payloads::success(R"({"clientcode":"A1","name":"N","exchanges":["nse_cm"],"products":["CNC"]})"));
    if (name == "cautionaryScrips") return reply(200, payloads::success(cautionary));
    if (name == "getRMS") return reply(200, payloads::success(payloads::kFunds));
    if (name == "getPosition") return reply(200, payloads::success("null"));
    if (name == "getOrderBook") return reply(200, payloads::success("[" + std::string(payloads::kOrderRow) + "]"));
    if (name == "getTradeBook") return reply(200, payloads::success("[" + std::string(payloads::kTradeRow) + "]"));
    if (name == "getCandleData")
      return reply(200, payloads::success(R"([["2026-11-19T00:00:00+05:30",800,812,799,806,1000],["2026-11-20T00:00:00+05:30",805,812,799,809.1,3000]])"));
    if (name == "quote") {
      const std::string time = "23-Nov-2026 " + trading::format_ist(clock.market_now()).substr(11, 8);
      return reply(200, payloads::success(R"({"fetched":[{"exchange":"NSE","tradingSymbol":"SBIN-EQ","symbolToken":"3045","ltp":813,"open":810,"high":815.4,"low":808.2,"close":)" + previous_close +
                                          R"(,"lastTradeQty":5,"exchFeedTime":")" + time + R"(","exchTradeTime":")" + time +
                                          R"(","netChange":3.9,"percentChange":0.48,"avgPrice":811.7,"tradeVolume":1204511,"opnInterest":0,"lowerCircuit":728.2,"upperCircuit":890,"totBuyQuan":380112,"totSellQuan":512633,"52WeekLow":680,"52WeekHigh":912,"depth":{"buy":[{"price":812.95,"quantity":40,"orders":2}],"sell":[{"price":813.05,"quantity":75,"orders":3}]}}],"unfetched":[]})"));
    }
    return reply(404, "");
  }
};

class SourceTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("smartapi-source-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    source_.reset();
    std::filesystem::remove_all(folder_);
  }
  SmartApiSource& open(std::size_t least = 1) {
    source_.reset();
    SmartApiSourceSetup setup;
    setup.rest_url = "https://service.example";
    setup.stream_url = "wss://service.example";
    setup.instruments_url = "https://service.example/instruments.json";
    setup.credentials = {Secret("key"), Secret("A123456"), Secret("1234"), Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")};
    setup.store = folder_ / "market.db";
    setup.transport = std::make_unique<smartapi::InProcessTransport>([this](const HttpRequest& request) {
      return service_.answer(request);
    });
    setup.socket = [] { return std::make_unique<NoSocket>(); };
    setup.clock = &service_.clock;
    setup.pause = [this](std::int64_t us) { pass({us}); };
    setup.boot_us = [this] { return service_.boot_us; };
    setup.least_instruments = least;
    setup.runs_threads = false;
    auto opened = SmartApiSource::open(std::move(setup));
    EXPECT_TRUE(opened) << opened.error().text();
    source_ = std::move(*opened);
    return *source_;
  }
  void pump(int times = 6) {
    for (int i = 0; i < times; ++i) (void)source_->pump_rest();
  }
  void pass(trading::Duration by) {
    service_.clock.advance(by);
    service_.boot_us += by.us;
  }
  static TradingDate today() { return TradingDate::from_civil(2026, 11, 23); }
  Service service_;
  std::filesystem::path folder_;
  std::unique_ptr<SmartApiSource> source_;
};

using State = Standing::State;

TEST_F(SourceTest, TheCautionaryListIsUnknownUntilItIsThere) {
  SmartApiSource& source = open();
  EXPECT_EQ(source.surveillance("SBIN", today()).state, State::kUnknown);
  service_.script["cautionaryScrips"] = Service::reply(503, "");
  pump();
  const Standing missing = source.surveillance("SBIN", today());
  EXPECT_EQ(missing.state, State::kUnknown) << "a list that could not be read is not an empty one";
  EXPECT_NE(missing.why.find("cautionaryScrips"), std::string::npos) << missing.why;
  service_.script.clear();
  pass(trading::seconds(61));
  pump();
  EXPECT_EQ(source.surveillance("SBIN", today()).state, State::kGood);
  const Standing listed = source.surveillance("TCS", today());
  EXPECT_EQ(listed.state, State::kBad);
  EXPECT_NE(listed.why.find("under surveillance"), std::string::npos);
  const int read = service_.calls["cautionaryScrips"];
  pump(20);
  EXPECT_EQ(service_.calls["cautionaryScrips"], read) << "once a day";
  EXPECT_EQ(source.surveillance("SBIN", today() + 2).state, State::kUnknown) << "another day's list is none";
  // A list with a row that cannot be read is not the whole list.
  pass(trading::hours(48));
  service_.cautionary = R"([{"symbol":"TCS-EQ"}])";
  pump();
  EXPECT_EQ(source.surveillance("SBIN", today() + 2).state, State::kUnknown);
}

TEST_F(SourceTest, TheClockIsHeldAgainstTheServerAndTheMachine) {
  SmartApiSource& source = open();
  EXPECT_EQ(source.clock_sanity().state, State::kUnknown) << "nobody has told the time yet";
  pump();
  EXPECT_EQ(source.clock_sanity().state, State::kGood) << source.clock_sanity().why;
  service_.server_is_ahead = trading::seconds(90);
  pass(trading::minutes(6));
  pump();
  const Standing apart = source.clock_sanity();
  EXPECT_EQ(apart.state, State::kBad);
  EXPECT_NE(apart.why.find("differs from the machine's by"), std::string::npos) << apart.why;
  service_.server_is_ahead = {};
  pass(trading::minutes(6));
  pump();
  EXPECT_EQ(source.clock_sanity().state, State::kGood);
  // Nobody answers for a quarter of an hour: what was known is known no more.
  HttpEnd lost;
  lost.kind = HttpEnd::Kind::kUnknown;
  service_.script["getProfile"] = lost;
  pass(trading::minutes(16));
  EXPECT_EQ(source.clock_sanity().state, State::kUnknown);
  // The wall clock is set while the machine's own count goes on.
  service_.script.clear();
  pump();
  service_.clock.set_wall(service_.clock.wall_now() + trading::minutes(5));
  const Standing set = source.clock_sanity();
  EXPECT_EQ(set.state, State::kBad);
  EXPECT_NE(set.why.find("was set by 300000 ms"), std::string::npos) << set.why;
}

TEST_F(SourceTest, EachDayBringsItsInstruments) {
  SmartApiSource& source = open();
  EXPECT_FALSE(source.instruments().find("NEWCO"));
  const trading::Instrument* held = *source.instruments().find("SBIN");
  service_.instruments.push_back(instrument("777", "NEWCO-EQ"));
  pump();
  EXPECT_FALSE(source.instruments().find("NEWCO")) << "not within the day";
  pass(trading::hours(18));  // 04:00: the new file is not out yet
  pump();
  EXPECT_EQ(service_.calls["instruments.json"], 1);
  pass(trading::hours(3));
  pump();
  EXPECT_TRUE(source.instruments().find("NEWCO"));
  EXPECT_EQ(held->token, "3045") << "what somebody holds stays readable";
  EXPECT_EQ(service_.calls["instruments.json"], 2);
  // The next day's is cut: yesterday's stays in use, says so, and is tried again.
  pass(trading::hours(24));
  service_.script["instruments.json"] = Service::reply(200, R"([{"token":"1","sym)");
  pump();
  EXPECT_TRUE(source.instruments().find("NEWCO"));
  bool is_told = false;
  for (const std::string& finding : source.findings()) is_told = is_told || finding.find("is in use") != std::string::npos;
  EXPECT_TRUE(is_told);
  const int tried = service_.calls["instruments.json"];
  pump(20);
  EXPECT_EQ(service_.calls["instruments.json"], tried) << "not at every turn";
  service_.script.clear();
  pass(trading::minutes(11));
  pump();
  for (const std::string& finding : source.findings()) EXPECT_EQ(finding.find("is in use"), std::string::npos) << finding;
}

TEST_F(SourceTest, AFileThatLostAFifthOverNightIsACutOne) {
  service_.instruments.clear();
  for (int i = 0; i < 20; ++i) service_.instruments.push_back(instrument(std::to_string(100 + i), "CO" + std::to_string(i) + "-EQ"));
  (void)open(5);
  service_.instruments.resize(10);
  const SmartApiSource& again = open(5);
  EXPECT_EQ(again.instruments().all().size(), 20U) << "the last good file's";
}

TEST_F(SourceTest, APreviousCloseThatDoesNotContinueTheBarsIsACorporateAction) {
  SmartApiSource& source = open();
  EXPECT_EQ(source.continuity("SBIN", today()).state, State::kUnknown);
  (void)source.average_daily_volume("SBIN", today());
  (void)source.quote("SBIN", service_.clock.market_now());
  pump();
  EXPECT_EQ(source.average_daily_volume("SBIN", today()), 2'000);
  EXPECT_EQ(source.continuity("SBIN", today()).state, State::kGood) << source.continuity("SBIN", today()).why;
  service_.previous_close = "404.55";  // split two for one
  pass(trading::seconds(5));
  (void)source.quote("SBIN", service_.clock.market_now());
  pump();
  const Standing split = source.continuity("SBIN", today());
  EXPECT_EQ(split.state, State::kBad);
  EXPECT_NE(split.why.find("404.55"), std::string::npos) << split.why;
}

// The socket of this test never opens: stops are watched by what is asked for, and only while
// somebody looks and the market is open.
TEST_F(SourceTest, QuotesAreAskedForWhileTheStreamIsDown) {
  SmartApiSource& source = open();
  pump();
  EXPECT_EQ(service_.calls["quote"], 0) << "nobody looks";
  for (int i = 0; i < 40; ++i) {
    (void)source.next_slice("SBIN", service_.clock.market_now(), service_.clock.market_now());
    (void)source.pump_rest();
    pass(trading::milliseconds(250));
  }
  const int asked = service_.calls["quote"];
  EXPECT_GE(asked, 2) << "a price is fresh for three seconds";
  EXPECT_LE(asked, 8) << "ten seconds, at most one in one and a half";
  const auto quote = source.quote("SBIN", service_.clock.market_now());
  ASSERT_TRUE(quote);
  EXPECT_FALSE(quote->is_stale) << quote->note;
  EXPECT_EQ(quote->slice.heard->line, 0);
  EXPECT_NE(quote->note.find("from a request"), std::string::npos);
  pass(trading::hours(9));  // the evening
  for (int i = 0; i < 20; ++i) {
    (void)source.next_slice("SBIN", service_.clock.market_now(), service_.clock.market_now());
    (void)source.pump_rest();
    pass(trading::seconds(1));
  }
  EXPECT_EQ(service_.calls["quote"], asked) << "out of hours nothing is asked for";
}

// --- the account --------------------------------------------------------------------------------------------------------

class AccountTest : public SourceTest {
 protected:
  // The read on a thread of its own, the source's work on this one.
  template <typename Read>
  auto answer_of(Read read) {
    std::optional<decltype(read())> out;
    std::atomic<bool> is_done{false};
    std::thread caller([&] {
      out.emplace(read());
      is_done = true;
    });
    while (!is_done) {
      (void)source_->pump_rest();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    caller.join();
    return *out;
  }
  smartapi::AccountReader reader() {
    return {[this](smartapi::AccountReader::Work work) { return source_->post(std::move(work)); }, service_.clock, Secret("A123456")};
  }
};

TEST_F(AccountTest, ManyCallersShareOneAnswerThatTellsItsAge) {
  (void)open();
  smartapi::AccountReader account = reader();
  const auto first = answer_of([&] { return account.funds(); });
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->answer.account, "*****56");
  EXPECT_EQ(first->net, trading::Money(10'000'000));
  pass(trading::seconds(1));
  const auto second = account.funds();  // nothing has to be asked for
  ASSERT_TRUE(second);
  EXPECT_EQ(second->answer.age.us, 1'000'000);
  EXPECT_EQ(service_.calls["getRMS"], 1);
  pass(trading::seconds(2));
  EXPECT_TRUE(answer_of([&] { return account.funds(); }));
  EXPECT_EQ(service_.calls["getRMS"], 2);
}

TEST_F(AccountTest, AFailureIsAnErrorAndIsNotAskedForAtEveryCall) {
  (void)open();
  pump();
  smartapi::AccountReader account = reader();
  service_.script["getRMS"] = Service::reply(200, R"({"status":true,"message":"SUCCESS","errorcode":"","data":null})");
  const auto failed = answer_of([&] { return account.funds(); });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "SMARTAPI_NO_ANSWER");
  EXPECT_FALSE(failed.error().fix.empty());
  const int asked = service_.calls["getRMS"];
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(account.funds());
  EXPECT_EQ(service_.calls["getRMS"], asked);
}

TEST_F(AccountTest, NoPositionsBesideTradesIsNotFlat) {
  (void)open();
  smartapi::AccountReader account = reader();
  const auto positions = answer_of([&] { return account.positions(); });
  ASSERT_FALSE(positions) << "the trade book holds a trade: its position would be listed with 0";
  EXPECT_EQ(positions.error().code, "SMARTAPI_BOOKS_DISAGREE");
  service_.script["getTradeBook"] = Service::reply(200, payloads::success("null"));
  pass(trading::seconds(6));
  const auto flat = answer_of([&] { return account.positions(); });
  ASSERT_TRUE(flat) << flat.error().text();
  EXPECT_TRUE(flat->positions.empty());
  service_.script["getTradeBook"] = Service::reply(503, "");
  pass(trading::seconds(6));
  EXPECT_FALSE(answer_of([&] { return account.positions(); })) << "what cannot be confirmed is not flat";
}

TEST_F(AccountTest, AnOrderIsFoundByItsNumberOrItsTagAndAHoleInTheBookIsNoAbsence) {
  (void)open();
  smartapi::AccountReader account = reader();
  for (const char* id : {"261123000000001", "8f0c0f5e-0000-4000-8000-000000000001", "x7Q2m9"}) {
    const auto found = answer_of([&] { return account.order_status(id); });
    ASSERT_TRUE(found) << id << found.error().text();
    EXPECT_EQ(found->order.order_id, "261123000000001");
    EXPECT_TRUE(found->order.is_done);
  }
  EXPECT_EQ(service_.calls["getOrderBook"], 1);
  EXPECT_EQ(account.order_status("nobody").error().code, "ACCOUNT_ORDER_NOT_FOUND");
  EXPECT_EQ(account.order_status("").error().code, "ACCOUNT_ORDER_NOT_FOUND") << "an empty tag is nobody's";
  service_.script["getOrderBook"] =
      Service::reply(200, payloads::success("[" + std::string(payloads::kOrderRow) + R"(,{"orderid":"2","quantity":"many"}])"));
  pass(trading::seconds(3));
  const auto hole = answer_of([&] { return account.order_status("nobody"); });
  ASSERT_FALSE(hole);
  EXPECT_EQ(hole.error().code, "ACCOUNT_BOOK_UNREADABLE");
}

TEST_F(AccountTest, WhoWaitsTooLongIsToldSo) {
  (void)open();
  smartapi::AccountReader account = reader();
  while (source_->post([](smartapi::Client&) {})) {
  }
  EXPECT_EQ(account.funds().error().code, "ACCOUNT_READ_BUSY");
}

}  // namespace
}  // namespace broker
