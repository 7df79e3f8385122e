// Every fault of the sandbox's catalogue at every read of the client, over real sockets. A cell of
// the printed table is what became of the read:
//
//   E   an error, with a code and what to do
//   =   the very answer that comes without the fault
//   ~   another answer; only where the table of known ones says why that is all a single read can know
//   .   the fault cannot strike there
//
// The account holds something of everything, so that "nothing", "flat" or zero never equals the
// answer without the fault. Whether a fault struck is the exchange's own count.

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "execution_broker/exchange/smartapi/wire/order_requests.h"
#include "execution_broker/exchange/smartapi/stream/beast_socket.h"
#include "execution_broker/exchange/smartapi/stream/market_stream.h"
#include "execution_broker/exchange/smartapi/stream/order_stream.h"
#include "execution_broker/market/smartapi/smartapi_source.h"
#include "tests/execution_broker/exchange/smartapi/sandbox_session.h"

namespace broker::smartapi {
namespace {

using trading::Quantity;
using trading::Result;

struct Fault {
  const char* name;
  const char* options;
};

// Each kind of each fault that can meet a read. Kinds that differ for writes alone stand elsewhere.
const std::vector<Fault> kFaults = {
    {"Q01", R"({})"}, {"Q01", R"({"code":"AG8002"})"}, {"Q02", "{}"}, {"Q03", "{}"}, {"Q04", "{}"}, {"Q05", "{}"}, {"Q06", "{}"},
    {"Q07", R"({"http":200})"}, {"Q07", R"({"http":403})"}, {"Q08", R"({"http":502,"kind":"html"})"}, {"Q08", R"({"http":503,"kind":"json"})"},
    {"Q08", R"({"http":504,"kind":"empty"})"}, {"Q25", "{}"}, {"Q26", "{}"}, {"Q27", "{}"}, {"Q28", "{}"}, {"Q29", R"({"kind":"null","always":1})"},
    {"Q29", R"({"kind":"array","always":1})"}, {"Q29", R"({"kind":"string","always":1})"}, {"Q29", R"({"kind":"missing","always":1})"}, {"Q30", R"({"always":1})"},
    {"Q31", R"({"kind":"missing"})"}, {"Q32", R"({"tokens":0})"}, {"Q33", R"({"kind":"zero"})"}, {"Q33", R"({"kind":"depth"})"}, {"Q33", R"({"kind":"crossed"})"},
    {"Q33", R"({"kind":"stale"})"}, {"Q34", R"({"kind":"gap"})"}, {"Q34", R"({"kind":"bad_bar"})"}, {"Q34", R"({"kind":"negative_volume"})"}, {"Q34", R"({"kind":"null"})"},
    {"Q34", R"({"kind":"duplicate"})"}, {"Q34", R"({"kind":"unordered"})"}, {"Q34", R"({"kind":"future"})"}, {"Q34", R"({"kind":"truncated"})"}, {"Q35", "{}"}, {"Q36", "{}"},
    {"Q49", R"({"kind":"redirect"})"}, {"Q49", R"({"kind":"gzip"})"}, {"Q50", R"({"seconds":90})"}, {"Q51", "{}"}, {"Q52", R"({"kind":"zero"})"}, {"Q52", R"({"kind":"null"})"},
    {"X01", R"({"ms":200})"}, {"X02", "{}"}, {"X03", "{}"}, {"X04", "{}"}, {"X05", "{}"}, {"X06", R"({"ms":0})"}, {"X07", "{}"}, {"X08", "{}"}, {"X09", "{}"}, {"X11", "{}"},
    {"X12", "{}"}, {"X13", R"({"megabytes":16})"}, {"X14", "{}"}};

// What a single read cannot know better, and who does.
struct Known {
  const char* fault;
  const char* read;  // "*": any
  const char* why;
};
const std::vector<Known> kKnown = {
    {"Q25", "*", "`status` says modified beside its orderstatus, which is the one that counts"},
    {"Q26", "*", "an order whose tag is null is nobody's by tag; it is there under its number"},
    {"Q52", "getRMS", "funds of zero are what an empty account has, too: nothing is bought on them"},
    {"Q29", "getTradeBook", "the documented form of nothing; the books that rest on it are confirmed by one another"},
    {"Q29", "getHolding", "the documented form of nothing, of a list that no other book speaks of"},
    {"Q29", "getAllHolding", "as above"},
    {"Q29", "getCandleData", "the documented form of no bars; the coverage of days tells the gap"},
    {"Q30", "getTradeBook", "says in words that there is nothing: as Q29"},
    {"Q30", "getHolding", "as above"},
    {"Q30", "getAllHolding", "as above"},
    {"Q31", "*", "a book that lacks a row looks whole to one reader; reconciliation reads on"},
    {"Q32", "quote", "each token has its verdict: no price, and why"},
    {"Q33", "quote", "a row without a price, with one side of the book, or with its true age"},
    {"Q33", "getLtpData", "as above"},
    {"Q34", "getCandleData", "bars that cannot be true are left out and told; what is cut off is found by the coverage of days"},
};

const Known* known(std::string_view fault, std::string_view read) {
  for (const Known& one : kKnown)
    if (fault == one.fault && (one.read == std::string_view("*") || read == one.read)) return &one;
  return nullptr;
}

// Does a row's `where` name this endpoint?
bool can_strike(std::string_view where, std::string_view endpoint) {
  std::istringstream words{std::string(where)};
  for (std::string word; words >> word;) {
    if (word == endpoint || word == "rest") return true;
    if (word == "secure" && endpoint != "loginByPassword") return true;
  }
  return false;
}

template <typename Row, typename Tell>
Result<std::string> told(const Result<Rows<Row>>& rows, Tell tell) {
  if (!rows) return rows.error();
  std::string out = std::to_string(rows->rows.size()) + " rows, " + std::to_string(rows->unreadable.size()) + " unreadable";
  for (const Row& row : rows->rows) out += "; " + tell(row);
  return out;
}

std::string told_order(const OrderRow& row) {
  return row.order_id + " " + row.ordertag + " " + row.trading_symbol + " " + std::to_string(row.quantity) + " filled " +
         std::to_string(row.filled) + " " + (row.is_done ? "done" : "alive") + " " + std::to_string(static_cast<int>(row.word));
}

std::string number(std::int64_t value) { return std::to_string(value); }

struct Read {
  const char* endpoint;  // as the exchange calls it
  std::function<Result<std::string>(Client&)> run;
};

class Matrix : public testing::Test {
 protected:
  void SetUp() override {
    if (::access(SANDBOX_EXCHANGE, X_OK) != 0) GTEST_SKIP() << "there is no " SANDBOX_EXCHANGE ": build the target sandbox_exchange";
  }
};

WireRequest get(Endpoint endpoint) { return {endpoint, std::string(row_of(endpoint).path), ""}; }

std::vector<Read> reads_of(const std::string& unique_id, const std::string& rule_id) {
  const trading::Timestamp day = timestamp_of(trading::TradingDate::from_civil(2026, 11, 20), trading::at(9, 15));
  const std::vector<QuoteWanted> sbin = {{"NSE", "3045", "SBIN-EQ"}};
  const auto quote = [sbin](QuoteMode mode) {
    return [sbin, mode](Client& c) -> Result<std::string> {
      const auto reply = fetch_quotes(c, mode, sbin);
      if (!reply) return reply.error();
      std::string out = number(static_cast<std::int64_t>(reply->rows.size())) + " priced";
      for (const QuoteRow& row : reply->rows)
        out += " " + row.trading_symbol + (row.last.is_positive() ? " above zero" : " zero") + (row.depth_fault.empty() ? "" : " no depth") +
               (row.bids[0].quantity.is_positive() && row.asks[0].quantity.is_positive() ? " two-sided" : "");
      for (const QuoteMissing& one : reply->missing) out += " missing " + one.token + (one.why.empty() ? "" : " told");
      return out;
    };
  };
  return {
      {"getProfile", [](Client& c) -> Result<std::string> {
         const auto profile = fetch_profile(c);
         if (!profile) return profile.error();
         return profile->client_code + number(static_cast<std::int64_t>(profile->exchanges.size()));
       }},
      {"getRMS", [](Client& c) -> Result<std::string> {
         const auto funds = fetch_funds(c);
         if (!funds) return funds.error();
         return number(funds->net.value()) + " " + number(funds->available_cash.value());
       }},
      {"getOrderBook", [](Client& c) { return told<OrderRow>(fetch_confirmed_order_book(c), told_order); }},
      {"getTradeBook", [](Client& c) { return told<TradeRow>(fetch_trade_book(c), [](const TradeRow& row) {
         return row.order_id + " " + number(row.quantity) + "@" + number(row.price.value());
       }); }},
      {"details", [unique_id](Client& c) -> Result<std::string> {
         const auto order = fetch_order(c, unique_id);
         if (!order) return order.error();
         return told_order(*order);
       }},
      {"getPosition", [](Client& c) { return told<PositionRow>(fetch_confirmed_positions(c), [](const PositionRow& row) {
         return row.trading_symbol + " " + number(row.net_quantity) + " " + number(row.buy_average.value());
       }); }},
      {"getHolding", [](Client& c) -> Result<std::string> {
         const auto reply = c.read(get(Endpoint::kHoldings));
         if (!reply) return reply.error();
         if (reply->kind == ReplyKind::kEmpty) return std::string("0 rows");
         return told<HoldingRow>(read_holdings(reply->data), [](const HoldingRow& row) { return row.trading_symbol + " " + number(row.quantity); });
       }},
      {"getAllHolding", [](Client& c) { return told<HoldingRow>(fetch_holdings(c), [](const HoldingRow& row) {
         return row.trading_symbol + " " + number(row.quantity) + " " + number(row.average_price.value());
       }); }},
      {"quote", quote(QuoteMode::kFull)},
      {"quote", quote(QuoteMode::kOhlc)},
      {"quote", quote(QuoteMode::kLtp)},
      {"getLtpData", [sbin](Client& c) -> Result<std::string> {
         const auto reply = c.read(ltp_request(sbin.front()));
         if (!reply) return reply.error();
         const auto row = read_ltp(sbin.front(), reply->data);
         if (!row) return row.error();
         return row->trading_symbol + (row->last.is_positive() ? " above zero" : " zero");
       }},
      {"getCandleData", [day](Client& c) -> Result<std::string> {
         const auto reply = fetch_candles(c, "NSE", "3045", trading::Timeframe::kFiveMinute, day, day + trading::hours(6));
         if (!reply) return reply.error();
         std::int64_t sum = 0;
         for (std::size_t i = 0; i < reply->bars.size(); ++i) {
           const trading::Bar bar = reply->bars.at(i);
           EXPECT_TRUE(bar.low <= bar.open && bar.open <= bar.high && bar.low <= bar.close && bar.close <= bar.high && bar.volume >= 0);
           EXPECT_TRUE(bar.ts >= day && bar.ts <= day + trading::hours(6));
           EXPECT_TRUE(i == 0 || reply->bars.ts_us[i - 1] < reply->bars.ts_us[i]);
           sum += bar.close.value();
         }
         return number(static_cast<std::int64_t>(reply->bars.size())) + " bars " + number(sum) + " left out " + number(static_cast<std::int64_t>(reply->left_out));
       }},
      {"margin", [](Client& c) -> Result<std::string> {
         const auto margin = fetch_margin(c, {{"NSE", "3045", "INTRADAY", trading::Side::kBuy, Quantity(10), trading::Price(8'000'000)}});
         if (!margin) return margin.error();
         return number(margin->value());
       }},
      {"estimateCharges", [](Client& c) -> Result<std::string> {
         const auto charges = fetch_charges(c, {{"NSE", "3045", "SBIN-EQ", "INTRADAY", trading::Side::kBuy, Quantity(10), trading::Price(8'000'000)}});
         if (!charges) return charges.error();
         return number(charges->total.value()) + " in " + number(static_cast<std::int64_t>(charges->lines.size()));
       }},
      {"ruleList", [](Client& c) { return told<GttRule>(fetch_gtt_rules(c), [](const GttRule& row) {
         return row.id + " " + row.trading_symbol + " " + number(row.quantity) + "@" + number(row.price.value());
       }); }},
      {"ruleDetails", [rule_id](Client& c) -> Result<std::string> {
         const auto reply = c.read(gtt_details_request(rule_id));
         if (!reply) return reply.error();
         const auto rule = read_gtt_details(reply->data);
         if (!rule) return rule.error();
         return rule->trading_symbol + " " + number(rule->quantity) + "@" + number(rule->price.value());
       }},
      {"cautionaryScrips", [](Client& c) { return told<CautionaryScrip>(fetch_cautionary(c), [](const CautionaryScrip& row) { return row.token; }); }},
      {"loginByPassword", [](Client& c) -> Result<std::string> {
         (void)c.logout();
         RETURN_IF_ERROR(c.ensure_session());
         return std::string("a session");
       }},
      {"generateTokens", [](Client& c) -> Result<std::string> {
         c.distrust_session();
         RETURN_IF_ERROR(c.ensure_session());
         return std::string("a session");
       }},
  };
}

// An account with an order that rests, one that filled, holdings, and a rule. {unique id, rule id}
std::pair<std::string, std::string> furnish(Sandbox& sandbox, Session& session) {
  sandbox.control("/limits", R"({"is_on":false})");
  sandbox.control("/settings", R"({"latency_ms":0})");
  sandbox.control("/account", R"({"holding":{"symbol":"TCS-EQ","quantity":7,"average":3000.5}})");
  EXPECT_TRUE(session.client.ensure_session());
  const auto quote = fetch_quotes(session.client, QuoteMode::kFull, {{"NSE", "3045", "SBIN-EQ"}});
  EXPECT_TRUE(quote && quote->rows.size() == 1);
  const std::int64_t last = quote->rows.at(0).last.value() / 1'000 * 1'000;
  const OrderInstrument sbin{trading::Exchange::kNse, "SBIN-EQ", "3045"};
  for (const auto& [tag, limit] : {std::pair{"rests", last * 97 / 100 / 1'000 * 1'000}, {"fills", last * 101 / 100 / 1'000 * 1'000}}) {
    const IntradayOrder order{sbin, trading::Side::kBuy, Quantity(3), LimitTerms{trading::Price(limit)}};
    const Outcome placed = session.client.write(*place_order(order, *OrderTag::parse(tag)), Lane::kEntry);
    EXPECT_EQ(placed.kind, Outcome::Kind::kAccepted) << placed.reason;
  }
  sandbox.control("/orders", R"({"action":"settle"})");
  const auto book = fetch_order_book(session.client);
  EXPECT_TRUE(book && book->rows.size() == 2);
  HttpRequest request;
  request.is_post = true;
  request.url = sandbox.at("rest_url") + "/rest/secure/angelbroking/gtt/v1/createRule";
  const std::string body = R"({"tradingsymbol":"SBIN-EQ","symboltoken":"3045","exchange":"NSE","transactiontype":"BUY","producttype":"DELIVERY",)"
                           R"("price":"700","qty":"4","triggerprice":"701","disclosedqty":"4","timeperiod":"30"})";
  request.body = body;
  const std::string bearer = "Bearer " + std::string(session.client.stream_credentials()->jwt.reveal());
  const std::string key = sandbox.at("api_key");
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}, {"X-UserType", "USER"}, {"X-SourceID", "WEB"},
                     {"X-ClientLocalIP", "127.0.0.1"}, {"X-ClientPublicIP", "127.0.0.1"}, {"X-MACAddress", "00:00:00:00:00:00"}, {"X-PrivateKey", key}, {"Authorization", bearer}};
  const HttpEnd end = session.transport->exchange(request);
  const auto rules = fetch_gtt_rules(session.client);
  EXPECT_TRUE(rules && rules->rows.size() == 1) << end.status << end.body;
  return {book->rows.at(0).unique_order_id, rules && !rules->rows.empty() ? rules->rows.at(0).id : ""};
}

// One-time passwords are used once: the exchange's clock goes on to the next.
bool come_back(Sandbox& sandbox, Session& session) {
  for (int i = 0; i < 12; ++i) {
    session.client.hear_date();
    if (session.client.ensure_session()) return true;
    sandbox.control("/clock", R"({"advance":"31s"})");
    session.clock.skipped_us += 400'000'000;  // past the pauses between log-ins
  }
  return false;
}

TEST_F(Matrix, EveryFaultAtEveryRead) {
  Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30", "--speed", "step"});
  ASSERT_TRUE(sandbox.is_ready());
  auto session = std::make_unique<Session>(sandbox, false);
  const auto [unique_id, rule_id] = furnish(sandbox, *session);
  const std::vector<Read> reads = reads_of(unique_id, rule_id);
  std::map<std::string, std::string> where;
  for (const Json& row : sandbox.control("/faults/catalogue").items) where[row.find("name")->text] = row.find("where")->text;

  std::vector<std::string> usual;
  for (const Read& read : reads) {
    ASSERT_TRUE(come_back(sandbox, *session)) << read.endpoint;
    const std::string name = read.endpoint;
    if (name == "loginByPassword" || name == "generateTokens") sandbox.control("/clock", R"({"advance":"31s"})");
    session->client.hear_date();
    const auto answer = read.run(session->client);
    ASSERT_TRUE(answer) << name << ": " << answer.error().text();
    usual.push_back(*answer);
  }
  std::printf("%-46s", "");
  for (std::size_t i = 0; i < reads.size(); ++i) std::printf(" %2zu", i + 1);
  std::printf("   hits\n");
  std::map<std::string, int> knowns;
  int cells = 0;
  for (const Fault& fault : kFaults) {
    ASSERT_TRUE(where.contains(fault.name)) << fault.name << " is not in the exchange's catalogue";
    std::string row;
    std::int64_t hits = 0;
    for (std::size_t i = 0; i < reads.size(); ++i) {
      const Read& read = reads[i];
      const std::string what = std::string(fault.name) + " " + fault.options + " at " + read.endpoint;
      if (!can_strike(where[fault.name], read.endpoint)) {
        row += "  .";
        continue;
      }
      // Rests after refusals are over: what is looked at here is one cell, not the cells before it.
      session->clock.skipped_us += 100'000'000;
      // A client that was refused for good is a new one the next day.
      if (!come_back(sandbox, *session)) {
        session = std::make_unique<Session>(sandbox, false);
        ASSERT_TRUE(come_back(sandbox, *session)) << what;
      }
      if (std::string_view(read.endpoint) == "loginByPassword") sandbox.control("/clock", R"({"advance":"31s"})"), session->client.hear_date();
      // Q04 strikes the first call of an endpoint since the log-in.
      if (std::string_view(fault.name) == "Q04") {
        (void)session->client.logout();
        session->clock.skipped_us += 400'000'000;
        sandbox.control("/clock", R"({"advance":"31s"})");
        session->client.hear_date();
      }
      const auto count = [&] {
        const Json state = sandbox.control("/faults");
        const Json* all = state.find("hits");
        const Json* one = all == nullptr ? nullptr : all->find(fault.name);
        return one == nullptr ? 0 : std::stoll(one->text);
      };
      const std::int64_t before = count();
      sandbox.control("/faults", std::string(R"({"name":")") + fault.name + R"(","endpoint":")" + read.endpoint + R"(","count":1000,"options":)" + fault.options + "}");
      const auto answer = read.run(session->client);
      const std::int64_t struck = count() - before;
      sandbox.disarm();
      hits += struck;
      ++cells;
      if (struck == 0) {
        // Some kinds have nothing to change in an answer; the exchange counts only what took effect.
        EXPECT_TRUE(answer && *answer == usual[i]) << what << " did not strike, and the answer is another";
        row += "  -";
      } else if (!answer) {
        EXPECT_FALSE(answer.error().code.empty()) << what;
        EXPECT_FALSE(answer.error().fix.empty()) << what << ": " << answer.error().text();
        EXPECT_GT(answer.error().what.size(), 10U) << what;
        row += "  E";
      } else if (*answer == usual[i]) {
        row += "  =";
      } else {
        const Known* why = known(fault.name, read.endpoint);
        EXPECT_NE(why, nullptr) << what << " was taken for an answer: " << *answer << " instead of " << usual[i];
        if (why != nullptr) ++knowns[std::string(fault.name) + ": " + why->why];
        row += "  ~";
      }
    }
    std::printf("%-46s%s  %5lld\n", (std::string(fault.name) + " " + fault.options).c_str(), row.c_str(), static_cast<long long>(hits));
    EXPECT_GT(hits, 0) << fault.name << " " << fault.options << " never struck";
  }
  for (std::size_t i = 0; i < reads.size(); ++i) std::printf("%zu %s%s", i + 1, reads[i].endpoint, i + 1 == reads.size() ? "\n" : ", ");
  for (const auto& [why, times] : knowns) std::printf("~ %dx %s\n", times, why.c_str());
  std::printf("%d cells\n", cells);
  // Every fault of the catalogue that can meet a read is in the table above.
  for (const auto& [name, places] : where) {
    const bool meets = std::any_of(reads.begin(), reads.end(), [&](const Read& read) { return can_strike(places, read.endpoint); });
    const bool is_login_alone = places == "loginByPassword";
    const bool is_there = std::any_of(kFaults.begin(), kFaults.end(), [&](const Fault& fault) { return name == fault.name; });
    if (!meets || is_login_alone) continue;
    EXPECT_TRUE(is_there) << name << " has no row";
  }
}

// The instrument file: what cannot be believed leaves yesterday's in use, what is odd in one row
// costs that row.
TEST_F(Matrix, EveryFaultAtTheInstrumentFile) {
  Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30"});
  ASSERT_TRUE(sandbox.is_ready());
  const auto folder = std::filesystem::temp_directory_path() / ("instrument-faults-" + std::to_string(::getpid()));
  struct Case {
    const char* name;
    const char* options;
    enum { kKeepsYesterdays, kLeavesOut, kMoved, kTick, kSame } end;
  };
  std::vector<std::unique_ptr<HeardClock>> clocks;  // each outlives its source
  const auto open = [&]() {
    HeardClock* clock = clocks.emplace_back(std::make_unique<HeardClock>()).get();
    SmartApiSourceSetup setup;
    setup.rest_url = sandbox.at("rest_url");
    setup.stream_url = sandbox.at("stream_url");
    setup.instruments_url = sandbox.at("instruments_url");
    setup.store = folder / "market.db";
    setup.transport = std::move(*CurlTransport::open());
    setup.socket = [] { return make_beast_socket(); };
    setup.clock = setup.heard = clock;
    setup.least_instruments = 15;
    setup.runs_threads = false;
    return SmartApiSource::open(std::move(setup));
  };
  const auto has_finding = [](const SmartApiSource& source, const std::string& words) {
    for (const std::string& finding : source.findings())
      if (finding.find(words) != std::string::npos) return true;
    return false;
  };
  for (const Case& c : {Case{"Q48", R"({"kind":"truncated"})", Case::kKeepsYesterdays}, Case{"Q48", R"({"kind":"stalled","ms":300})", Case::kKeepsYesterdays},
                        Case{"Q48", R"({"kind":"empty"})", Case::kKeepsYesterdays}, Case{"Q48", R"({"kind":"not_json"})", Case::kKeepsYesterdays},
                        Case{"Q48", R"({"kind":"html"})", Case::kKeepsYesterdays}, Case{"Q48", R"({"kind":"two_rows","symbol":"SBIN-EQ"})", Case::kLeavesOut},
                        Case{"Q48", R"({"kind":"tick_changed","symbol":"SBIN-EQ"})", Case::kTick}, Case{"Q48", R"({"kind":"token_moved","symbol":"SBIN-EQ"})", Case::kMoved},
                        Case{"Q48", R"({"kind":"unknown_fields"})", Case::kSame}, Case{"Q48", R"({"kind":"missing_rows","symbol":"SBIN-EQ"})", Case::kMoved},
                        Case{"Q49", R"({"kind":"redirect"})", Case::kKeepsYesterdays}, Case{"Q49", R"({"kind":"gzip"})", Case::kKeepsYesterdays},
                        Case{"X01", R"({"ms":200})", Case::kSame}, Case{"X02", "{}", Case::kKeepsYesterdays}, Case{"X13", R"({"megabytes":300})", Case::kKeepsYesterdays}}) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const std::string what = std::string(c.name) + " " + c.options;
    trading::Instrument usual;
    {
      auto good = open();
      ASSERT_TRUE(good) << good.error().text();
      usual = **(*good)->instruments().find("SBIN");
    }
    sandbox.control("/faults", std::string(R"({"name":")") + c.name + R"(","endpoint":"instruments","count":1,"options":)" + c.options + "}");
    const auto source = open();
    sandbox.disarm();
    ASSERT_TRUE(source) << what << ": " << source.error().text();
    const auto sbin = (*source)->instruments().find("SBIN");
    switch (c.end) {
      case Case::kKeepsYesterdays:
        EXPECT_TRUE(has_finding(**source, "is in use")) << what;
        ASSERT_TRUE(sbin) << what;
        EXPECT_EQ((*sbin)->token, usual.token) << what;
        break;
      case Case::kLeavesOut:
        EXPECT_TRUE(!sbin || (*sbin)->trading_symbol != "SBIN-EQ") << what << ": which of the two rows is meant is not said";
        EXPECT_TRUE(has_finding(**source, "two rows that differ")) << what;
        break;
      case Case::kMoved:
        ASSERT_TRUE(sbin) << what;
        EXPECT_NE((*sbin)->token, usual.token) << what;
        EXPECT_TRUE(has_finding(**source, "moved from token")) << what;
        break;
      case Case::kTick:
        ASSERT_TRUE(sbin) << what;
        EXPECT_NE((*sbin)->fixed_tick, usual.fixed_tick) << what;
        break;
      case Case::kSame:
        ASSERT_TRUE(sbin) << what;
        EXPECT_EQ((*sbin)->token, usual.token) << what;
        EXPECT_FALSE(has_finding(**source, "is in use")) << what;
        break;
    }
    std::printf("  %-60s %s\n", what.c_str(), c.end == Case::kKeepsYesterdays ? "yesterday's stays" : c.end == Case::kSame ? "=" : "told");
  }
  std::filesystem::remove_all(folder);
}

// The market stream: no fault puts a price into the cache that the exchange did not have, and a line
// that says nothing is given up.
TEST_F(Matrix, EveryFaultAtTheMarketStream) {
  struct Case {
    const char* name;
    const char* endpoint;
    const char* options;
    enum { kDropped, kOutdated, kGap, kRefused, kHarmless } end;
  };
  int met = 0;
  for (const Case& c : {Case{"Q38", "market_stream", R"({"kind":"all"})", Case::kGap}, Case{"Q38", "market_stream", R"({"kind":"packets"})", Case::kGap},
                        Case{"Q39", "market_stream_connect", "{}", Case::kRefused}, Case{"Q40", "market_stream", R"({"kind":"short"})", Case::kDropped},
                        Case{"Q40", "market_stream", R"({"kind":"long"})", Case::kDropped}, Case{"Q40", "market_stream", R"({"kind":"mode"})", Case::kDropped},
                        Case{"Q40", "market_stream", R"({"kind":"token"})", Case::kHarmless}, Case{"Q40", "market_stream", R"({"kind":"empty"})", Case::kDropped},
                        Case{"Q40", "market_stream", R"({"kind":"text"})", Case::kHarmless}, Case{"Q41", "market_stream", R"({"kind":"sequence"})", Case::kOutdated},
                        Case{"Q41", "market_stream", R"({"kind":"time"})", Case::kOutdated}, Case{"Q41", "market_stream", R"({"kind":"duplicate"})", Case::kOutdated},
                        Case{"Q43", "market_stream_connect", "{}", Case::kRefused}, Case{"X01", "market_stream_connect", R"({"ms":300})", Case::kHarmless},
                        Case{"X10", "market_stream", "{}", Case::kGap}}) {
    const std::string what = std::string(c.name) + " " + c.options;
    Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30", "--prints", "10"});
    ASSERT_TRUE(sandbox.is_ready());
    Session session(sandbox, false);
    ASSERT_TRUE(session.client.ensure_session()) << what;
    trading::Instrument sbin;
    sbin.symbol = "SBIN", sbin.trading_symbol = "SBIN-EQ", sbin.token = "3045";
    const InstrumentMaster master({sbin});
    QuoteCache cache(master, trading::ExchangeCalendar::nse(), nullptr);
    auto socket = make_beast_socket();
    int gaps = 0, refusals = 0, packets = 0;
    MarketStreamSetup setup{*socket, session.clock, sandbox.at("stream_url"), StreamMode::kSnapQuote, {}, {}, {}, {}, {}};
    setup.credentials = [&] { return session.client.stream_credentials(); };
    setup.on_packet = [&](const MarketPacket& packet) {
      ++packets;
      session.clock.hear(packet.exchange_time);
      cache.on_packet(packet, session.clock.market_now());
    };
    setup.on_gap = [&](const std::string&) {
      ++gaps;
      cache.on_gap();
    };
    setup.on_refused = [&](int, const std::string& why) {
      ++refusals;
      EXPECT_FALSE(why.empty()) << what;
    };
    MarketStream stream(std::move(setup));
    sandbox.control("/faults", std::string(R"({"name":")") + c.name + R"(","endpoint":")" + c.endpoint + R"(","count":)" +
                                   (std::string_view(c.name) == "Q38" ? "1" : "3") + R"(,"skip":)" +
                                   (std::string_view(c.name) == "Q41" ? "5" : "0") + R"(,"options":)" + c.options + "}");
    stream.want({{ExchangeType::kNseCash, "3045"}});
    const auto settled = [&] {
      std::int64_t dropped = 0;
      for (int fault = 1; fault < 7; ++fault) dropped += stream.dropped(static_cast<PacketFault>(fault));
      switch (c.end) {
        case Case::kDropped: return dropped + stream.errors() > 0 && packets > 0;
        case Case::kOutdated: return cache.outdated_packets() > 0;
        case Case::kGap: return gaps > 0 && packets > 0;
        case Case::kRefused: return refusals > 0 && packets > 0;
        case Case::kHarmless: return packets > 0;
      }
      return false;
    };
    for (int i = 0; i < 300 && !settled(); ++i) {
      stream.step(20'000);
      // What is waited for - silence, a pause between two tries - is waited for in the client's own time.
      session.clock.skipped_us += 400'000;
      ::usleep(2'000);
    }
    EXPECT_TRUE(settled()) << what << ": gaps " << gaps << ", refused " << refusals << ", packets " << packets << ", outdated " << cache.outdated_packets();
    const Json state = sandbox.control("/faults");
    const Json* hits = state.find("hits");
    EXPECT_TRUE(hits != nullptr && hits->find(c.name) != nullptr) << what << " never struck";
    met += hits != nullptr && hits->find(c.name) != nullptr ? 1 : 0;
    // Whatever came: what is called fresh is what the exchange shows, within a second's prints.
    const auto quote = cache.quote("SBIN", session.clock.market_now());
    if (quote && !quote->is_stale) {
      const Json tape = sandbox.control("/market", R"({"symbol":"SBIN-EQ"})");
      const std::int64_t now_e4 = std::stoll(tape.find("last_e4")->text);
      EXPECT_LT(std::abs(quote->slice.last.value() - now_e4), now_e4 / 100) << what;
    }
    std::printf("  %-50s gaps %d, refused %d, packets %d, outdated %lld\n", what.c_str(), gaps, refusals, packets, static_cast<long long>(cache.outdated_packets()));
    stream.close();
  }
  EXPECT_EQ(met, 15);
}

// The order stream: no fault makes an order out of nothing or hides one for good; whoever listens
// reads the book after each loss, and rows that come twice or turned round say the same in the end.
// (Q44, a rejected order under the greeting's code, is among the messages of order_rows_test.)
TEST_F(Matrix, EveryFaultAtTheOrderStream) {
  struct Case {
    const char* name;
    const char* endpoint;
    const char* options;
    bool is_lost;     // the connection, or an update (the last of a turned pair is held back for ever)
    bool is_refused;
  };
  for (const Case& c : {Case{"Q45", "order_stream", "{}", true, false},
                        Case{"Q47", "order_stream", R"({"kind":"duplicate"})", false, false}, Case{"Q47", "order_stream", R"({"kind":"reorder"})", true, false},
                        Case{"Q43", "order_stream_connect", "{}", false, true}, Case{"X01", "order_stream_connect", R"({"ms":300})", false, false},
                        Case{"X10", "order_stream", "{}", true, false}}) {
    const std::string what = std::string(c.name) + " " + c.options;
    Sandbox sandbox({"--start", "2026-11-23T10:00:00+05:30"});
    ASSERT_TRUE(sandbox.is_ready());
    sandbox.control("/limits", R"({"is_on":false})");
    Session session(sandbox, false);
    ASSERT_TRUE(session.client.ensure_session()) << what;
    if (c.is_refused || std::string_view(c.name) == "X01")
      sandbox.control("/faults", std::string(R"({"name":")") + c.name + R"(","endpoint":")" + c.endpoint + R"(","count":2,"options":)" + c.options + "}");
    auto socket = make_beast_socket();
    std::map<std::string, OrderRow> rows;
    int books = 0, refusals = 0, updates = 0;
    OrderStreamSetup setup{*socket, session.clock, sandbox.at("order_stream_url"), {}, {}, {}, {}};
    setup.credentials = [&] { return session.client.stream_credentials(); };
    setup.on_order = [&](const OrderRow& row) {
      ++updates;
      EXPECT_FALSE(row.order_id.empty()) << what << ": a blank order is none";
      // A row that is done stays done: an older word behind it changes nothing.
      OrderRow& known = rows[row.order_id];
      if (!known.is_done) known = row;
    };
    setup.on_book_needed = [&](const std::string&) { ++books; };
    setup.on_refused = [&](int, const std::string&) { ++refusals; };
    OrderStream stream(std::move(setup));
    const auto step = [&](const std::function<bool()>& until) {
      for (int i = 0; i < 300 && !until(); ++i) {
        stream.step(10'000);
        session.clock.skipped_us += 100'000;
        ::usleep(2'000);
      }
      return until();
    };
    ASSERT_TRUE(step([&] { return stream.is_open(); })) << what;
    EXPECT_EQ(refusals > 0, c.is_refused) << what;
    if (!c.is_refused && std::string_view(c.name) != "X01")
      sandbox.control("/faults", std::string(R"({"name":")") + c.name + R"(","endpoint":")" + c.endpoint + R"(","count":2,"options":)" + c.options + "}");
    const int books_before = books;
    const IntradayOrder order{{trading::Exchange::kNse, "SBIN-EQ", "3045"}, trading::Side::kBuy, Quantity(2), LimitTerms{trading::Price(7'400'000)}};
    const Outcome placed = session.client.write(*place_order(order, *OrderTag::parse("seen")), Lane::kEntry);
    ASSERT_EQ(placed.kind, Outcome::Kind::kAccepted) << what << placed.reason;
    const Outcome cancelled = session.client.write(cancel_order(*OrderId::parse(placed.exchange_order_id), false), Lane::kCancel);
    EXPECT_EQ(cancelled.kind, Outcome::Kind::kAccepted) << what << cancelled.reason;
    (void)step([&] { return rows[placed.exchange_order_id].is_done || (c.is_lost && books > books_before); });
    // What the stream does not tell, the book does: the same end either way.
    const auto book = fetch_order_book(session.client);
    ASSERT_TRUE(book && book->rows.size() == 1) << what;
    EXPECT_TRUE(book->rows.at(0).is_done) << what;
    if (rows[placed.exchange_order_id].is_done) {
      EXPECT_EQ(rows[placed.exchange_order_id].word, book->rows.at(0).word) << what;
    } else {
      EXPECT_TRUE(c.is_lost) << what << ": the end of the order never came, and nothing was lost";
    }
    const Json state = sandbox.control("/faults");
    const Json* hits = state.find("hits");
    EXPECT_TRUE(hits != nullptr && hits->find(c.name) != nullptr) << what << " never struck";
    std::printf("  %-40s updates %d, books asked for %d, refused %d\n", what.c_str(), updates, books, refusals);
    stream.close();
  }
}

}  // namespace
}  // namespace broker::smartapi
