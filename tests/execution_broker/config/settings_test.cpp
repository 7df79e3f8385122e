#include "execution_broker/config/settings.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "tests/support/generated_page.h"
#include "tests/trading/support/seeded.h"

namespace broker {
namespace {

using trading::TradingMode;

Settings parsed(std::string_view text) {
  auto settings = parse_env(text);
  EXPECT_TRUE(settings) << problems_text(settings ? SettingProblems() : settings.error());
  return settings ? std::move(*settings) : Settings();
}

SettingProblems problems_of(std::string_view text) {
  const auto settings = parse_env(text);
  return settings ? SettingProblems() : settings.error();
}

std::string first_code(std::string_view text) {
  const auto problems = problems_of(text);
  return problems.empty() ? "" : problems.front().code;
}

TEST(Settings, DefaultsArePaperAndTight) {
  const Settings settings = parsed("");
  EXPECT_EQ(settings.trading_mode, TradingMode::kPaper);
  EXPECT_FALSE(settings.allow_live_trading);
  EXPECT_EQ(settings.paper_starting_capital, trading::Money(100'000'000));
  EXPECT_EQ(settings.market_data, MarketData::kSimulated);
  EXPECT_EQ(settings.sim_seed, 1);
  EXPECT_FALSE(settings.sim_start);
  EXPECT_EQ(settings.sim_speed.factor_e3, 1'000);
  EXPECT_TRUE(settings.sim_skip_closed);
  EXPECT_FALSE(settings.has_broker_secret());
  EXPECT_FALSE(settings.is_smartapi_on_loopback());
}

TEST(Settings, AWholeFileIsRead) {
  const Settings settings = parsed(
      "# paper\n\n"
      "TRADING_MODE=rehearsal\n"
      "ALLOW_LIVE_TRADING=true\n"
      "MAX_ORDER_VALUE=75000.50\n"
      "  # an indented comment, with \xe2\x82\xb9\n"
      "MARKET_DATA=csv\n"
      "MARKET_DATA_DIR='/srv/my data'\n"
      "SIM_SPEED=step\n"
      "SIM_START=2026-11-23T10:00:00+05:30\n"
      "SIM_SKIP_CLOSED=0\n"
      "ALLOWED_SYMBOLS=SBIN,M&M,BAJAJ-AUTO\n"
      "AGENT_TOOLSETS=\"core, paper\"\n"
      "BROKER_PASSWORD=\"a #secret\"\n"
      "TELEGRAM_BOT_TOKEN=\n"
      "ENABLE_INTRADAY_TRADING=0");
  EXPECT_EQ(settings.trading_mode, TradingMode::kRehearsal);
  EXPECT_TRUE(settings.allow_live_trading);
  EXPECT_EQ(settings.market_data, MarketData::kCsv);
  EXPECT_EQ(settings.market_data_dir, "/srv/my data");
  EXPECT_TRUE(settings.sim_speed.is_step);
  EXPECT_EQ(format_ist(*settings.sim_start), "2026-11-23T10:00:00+05:30");
  EXPECT_FALSE(settings.sim_skip_closed);
  EXPECT_EQ(settings.allowed_symbols, (std::vector<std::string>{"SBIN", "M&M", "BAJAJ-AUTO"}));
  EXPECT_EQ(settings.agent_toolsets, (std::vector<std::string>{"core", "paper"}));
  EXPECT_EQ(settings.broker_password.reveal(), "a #secret");
  EXPECT_FALSE(settings.telegram_bot_token.is_set());
  const auto limits = settings.limit_texts(TradingMode::kRehearsal);
  EXPECT_EQ(limits.at("MAX_ORDER_VALUE"), "75000.50");
  EXPECT_EQ(limits.at("ENABLE_INTRADAY_TRADING"), "false");
  EXPECT_EQ(limits.size(), 2U);
}

TEST(Settings, EveryBadLineIsNamedAtOnce) {
  const auto problems = problems_of(
      "TRADING_MODE=Live\n"    // 1
      "MAX_ORDR_VALUE=5\n"     // 2
      "MAX_ORDER_VALUE=NaN\n"  // 3
      "MAX_OPEN_POSITIONS=5\n"
      "MAX_OPEN_POSITIONS=6\n"                           // 5
      "just words\n"                                     // 6
      "ALLOW_DELIVERY_SELL=true\n"                       // 7
      "REQUIRE_MANUAL_APPROVAL_FOR_LIVE_ORDERS=false\n"  // 8
      "MARKET_DATA_DIR=relative\n"                       // 9
      "SIM_SEED = 4\n");                                 // 10
  ASSERT_EQ(problems.size(), 9U) << problems_text(problems);
  const std::vector<std::string> codes = {
      "ENV_VALUE_INVALID", "ENV_KEY_UNKNOWN",   "ENV_VALUE_INVALID",
      "ENV_KEY_DUPLICATE", "ENV_LINE_INVALID",  "ENV_VALUE_REFUSED",
      "ENV_VALUE_REFUSED", "ENV_VALUE_INVALID", "ENV_LINE_INVALID"};
  const std::vector<int> lines = {1, 2, 3, 5, 6, 7, 8, 9, 10};
  for (std::size_t i = 0; i < problems.size(); ++i) {
    EXPECT_EQ(problems[i].code, codes[i]) << problems[i].text();
    EXPECT_EQ(problems[i].what.rfind("line " + std::to_string(lines[i]) + ": ", 0), 0U)
        << problems[i].text();
    EXPECT_FALSE(problems[i].fix.empty());
  }
  EXPECT_NE(problems[1].fix.find("did you mean MAX_ORDER_VALUE?"), std::string::npos);
}

TEST(Settings, TheTwoThatNothingMayChange) {
  EXPECT_EQ(first_code("ALLOW_DELIVERY_SELL=true"), "ENV_VALUE_REFUSED");
  EXPECT_EQ(first_code("ALLOW_DELIVERY_SELL=1"), "ENV_VALUE_REFUSED");
  EXPECT_EQ(first_code("REQUIRE_MANUAL_APPROVAL_FOR_LIVE_ORDERS=false"), "ENV_VALUE_REFUSED");
  EXPECT_EQ(first_code("ALLOW_DELIVERY_SELL=false\nREQUIRE_MANUAL_APPROVAL_FOR_LIVE_ORDERS=true\n"),
            "");
}

TEST(Settings, LinesThatTrickReadersAreRefused) {
  for (const std::string& line :
       std::vector<std::string>{"MAX_ORDER_VALUE=5\r\n",
                                "MAX_ORDER_VALUE=5\rALLOW_LIVE_TRADING=true",
                                std::string("MAX_ORDER_VALUE=5\0", 18),
                                std::string("# comment\0", 10),
                                "MAX_ORDER_VALUE=5 # five",
                                "MAX_ORDER_VALUE= 5",
                                " MAX_ORDER_VALUE=5",
                                "MAX_ORDER_VALUE=5 ",
                                "MAX_ORDER_VALUE =5",
                                "export MAX_ORDER_VALUE=5",
                                "MAX_ORDER_VALUE=\"5",
                                "MAX_ORDER_VALUE=\"5\"6",
                                "MAX_ORDER_VALUE='5\"",
                                "max_order_value=5",
                                "=5",
                                "MAX_ORDER_VALUE",
                                "\xef\xbb\xbfMAX_ORDER_VALUE=5",
                                "MAX_ORDER_VALUE=\xc2\xa0"
                                "5",
                                "# bad utf-8 \xff",
                                "MAX_ORDER_VALUE=5\x1b[2K",
                                "BROKER_PASSWORD=\xe2\x80\xae",
                                "BROKER_PASSWORD=" + std::string(kLongestEnvLine, 'x')})
    EXPECT_EQ(first_code(line), "ENV_LINE_INVALID") << line;
  EXPECT_EQ(first_code(std::string(kLargestEnvBytes + 1, '\n')), "ENV_TOO_LARGE");
  EXPECT_EQ(first_code(std::string(kLargestEnvBytes, '\n')), "");
}

TEST(Settings, ValuesOutOfBoundsAreRefused) {
  for (const char* line : {"MAX_RISK_PER_TRADE_PERCENT=100.01",
                           "MAX_RISK_PER_TRADE_PERCENT=0",
                           "MAX_RISK_PER_TRADE_PERCENT=-1",
                           "MAX_RISK_PER_TRADE_PERCENT=inf",
                           "MAX_RISK_PER_TRADE_PERCENT=1e1",
                           "MAX_RISK_PER_TRADE_PERCENT=",
                           "MAX_OPEN_POSITIONS=2.5",
                           "PAPER_STARTING_CAPITAL=999",
                           "PAPER_STARTING_CAPITAL=nan",
                           "SIM_SEED=-1",
                           "SIM_SEED=4294967296",
                           "SIM_SPEED=0",
                           "SIM_SPEED=fast",
                           "SIM_START=tomorrow",
                           "TRADING_MODE=",
                           "TRADING_MODE=LIVE",
                           "ALLOW_LIVE_TRADING=yes",
                           "ALLOW_LIVE_TRADING=TRUE",
                           "ALLOWED_SYMBOLS=SBIN,,TCS",
                           "ALLOWED_SYMBOLS=sbin",
                           "ALLOWED_SYMBOLS=SBIN,",
                           "ALLOWED_SYMBOLS=SBIN,SBIN",
                           "AGENT_TOOLSETS=everything",
                           "MARKET_DATA=live",
                           "SMARTAPI_REST_URL=http://example.com",
                           "SMARTAPI_REST_URL=https://user:pw@example.com",
                           "SMARTAPI_REST_URL=https://",
                           "SMARTAPI_STREAM_URL=https://127.0.0.1/",
                           "SMARTAPI_REST_URL=ftp://127.0.0.1/",
                           "SMARTAPI_REST_URL=http://127.0.0.1.example.com/",
                           "SMARTAPI_REST_URL=http://localhost:99999999/"})
    EXPECT_EQ(first_code(line), "ENV_VALUE_INVALID") << line;
}

TEST(Settings, LiveAndRehearsalParse) {
  EXPECT_EQ(parsed("TRADING_MODE=live\n").trading_mode, TradingMode::kLive);
  EXPECT_EQ(parsed("TRADING_MODE=rehearsal\n").trading_mode, TradingMode::kRehearsal);
}

TEST(Settings, TheExchangesClockIsForTheSandboxAlone) {
  const std::string loopback =
      "SMARTAPI_REST_URL=http://127.0.0.1:8080\nSMARTAPI_STREAM_URL=ws://localhost:1/s\n"
      "SMARTAPI_ORDER_STREAM_URL=ws://[::1]:2/o\nSMARTAPI_INSTRUMENTS_URL=http://127.0.0.1:8080/"
      "i.json\n";
  EXPECT_TRUE(parsed(loopback).is_smartapi_on_loopback());
  EXPECT_EQ(parsed(loopback + "MARKET_CLOCK=exchange\n").market_clock, MarketClock::kExchange);
  EXPECT_EQ(first_code("MARKET_CLOCK=exchange\n"), "ENV_VALUE_REFUSED");
  // A root of one's own could answer for the real service.
  EXPECT_EQ(parsed(loopback + "SMARTAPI_TEST_CA_FILE=/tmp/ca.pem\n").smartapi_test_ca_file, "/tmp/ca.pem");
  EXPECT_EQ(first_code("SMARTAPI_TEST_CA_FILE=/tmp/ca.pem\n"), "ENV_VALUE_REFUSED");
  EXPECT_EQ(first_code("SMARTAPI_TEST_CA_FILE=\n"), "") << "not set";
  EXPECT_EQ(first_code(loopback + "MARKET_CLOCK=exchange\nTRADING_MODE=live\n"),
            "ENV_VALUE_REFUSED");
  EXPECT_EQ(first_code("MARKET_DATA=csv\n"), "ENV_VALUE_INVALID");
}

TEST(Settings, PaperOrderValueIsAFifthOfTheCapitalUnlessSet) {
  EXPECT_EQ(parsed("").limit_texts(TradingMode::kPaper).at("MAX_ORDER_VALUE"), "200000");
  EXPECT_EQ(parsed("PAPER_STARTING_CAPITAL=50000\n")
                .limit_texts(TradingMode::kPaper)
                .at("MAX_ORDER_VALUE"),
            "10000");
  EXPECT_EQ(parsed("MAX_ORDER_VALUE=7\n").limit_texts(TradingMode::kPaper).at("MAX_ORDER_VALUE"),
            "7");
  EXPECT_TRUE(parsed("").limit_texts(TradingMode::kLive).empty());
}

TEST(Settings, SecretsAreNeverRepeated) {
  const std::string planted = "PLANTEDSECRET7777";
  const std::vector<std::string> files = {"BROKER_API_KEY=" + planted + " x\n",
                                          "BROKER_API_KEY=\"" + planted + "\n",
                                          planted + "==\n",
                                          planted + "\n",
                                          "BROKER_API_KEY=a\nBROKER_API_KEY=" + planted + "\n",
                                          "BROKER_APY_KEY=" + planted + "\n",
                                          "TELEGRAM_BOT_TOKEN=" + planted + "\x01\n"};
  for (const std::string& file : files) {
    const std::string text = problems_text(problems_of(file));
    EXPECT_FALSE(text.empty()) << file;
    EXPECT_EQ(text.find(planted), std::string::npos) << text;
  }
  const Settings settings =
      parsed("BROKER_API_KEY=" + planted + "\nNEWS_API_KEY=" + planted + "\n");
  const std::string json = print_settings_json(settings);
  EXPECT_EQ(json.find(planted), std::string::npos);
  EXPECT_NE(
      json.find(
          R"("key":"BROKER_API_KEY","type":"secret","unit":"","default":"not set","default_paper":"not set",)"
          R"("default_live":"not set","value":"set","source":"file")"),
      std::string::npos);
  for (const auto& [key, value] : settings.from_file)
    EXPECT_EQ(value.find(planted), std::string::npos);
}

TEST(Settings, ASecretCannotBeCopiedAndIsGoneWhenMoved) {
  static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
  static_assert(!std::is_copy_constructible_v<Settings>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  Secret first("abc");
  Secret second(std::move(first));
  EXPECT_FALSE(first.is_set());  // NOLINT: that is the question
  EXPECT_EQ(second.reveal(), "abc");
  Secret third("xyz");
  third = std::move(second);
  EXPECT_EQ(third.reveal(), "abc");
  third.wipe();
  EXPECT_FALSE(third.is_set());
}

TEST(SettingTable, IsSoundAndHoldsEveryLimit) {
  std::set<std::string> keys;
  std::size_t limits = 0;
  for (const SettingRow& row : setting_table()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_EQ(find_setting(row.key), &row);
    EXPECT_FALSE(row.meaning.empty()) << row.key;
    if (row.limit) ++limits;
    EXPECT_EQ(row.is_secret(), Settings().secret(row.key) != nullptr) << row.key;
    // The default is a value that the file may state.
    for (const std::string& value : {row.paper_default, row.live_default}) {
      EXPECT_TRUE(value.empty() || first_code(row.key + "=" + value).empty()) << row.key;
    }
  }
  EXPECT_EQ(limits, risk::kLimits);
}

TEST(SettingTable, HasTheNamesThatOthersRelyOn) {
  for (const char* key : {"TRADING_MODE",
                          "ALLOW_LIVE_TRADING",
                          "REQUIRE_MANUAL_APPROVAL_FOR_LIVE_ORDERS",
                          "ENABLE_INTRADAY_TRADING",
                          "ENABLE_SWING_TRADING",
                          "ALLOW_INTRADAY_BUY",
                          "ALLOW_INTRADAY_SELL",
                          "ALLOW_DELIVERY_BUY",
                          "ALLOW_DELIVERY_SELL",
                          "MAX_RISK_PER_TRADE_PERCENT",
                          "MAX_DAILY_LOSS_PERCENT",
                          "MAX_OPEN_POSITIONS",
                          "MAX_POSITION_SIZE_PERCENT",
                          "MIN_RISK_REWARD_RATIO",
                          "PAPER_STARTING_CAPITAL",
                          "BROKER_API_KEY",
                          "BROKER_CLIENT_CODE",
                          "BROKER_PASSWORD",
                          "BROKER_TOTP_SECRET",
                          "NEWS_API_KEY",
                          "TELEGRAM_BOT_TOKEN",
                          "TELEGRAM_CHAT_ID",
                          "MARKET_DATA",
                          "MARKET_DATA_DIR",
                          "SIM_SEED",
                          "SIM_START",
                          "SIM_SPEED",
                          "SIM_SKIP_CLOSED",
                          "MARKET_CLOCK",
                          "AGENT_USERS",
                          "OPERATOR_USERS",
                          "AGENT_READ_ONLY",
                          "AGENT_TOOLSETS",
                          "AGENT_ALWAYS_TAINTED",
                          "TAINTED_MAX_ORDER_VALUE",
                          "QUICK_APPROVAL_VALUE",
                          "LIVE_CAPITAL",
                          "MAX_ORDER_VALUE",
                          "RESEARCH_SEALED_MONTHS",
                          "SMARTAPI_REST_URL"})
    EXPECT_NE(find_setting(key), nullptr) << key;
}

TEST(SettingPages, JsonShowsValueSourceAndDefault) {
  const std::string json = print_settings_json(
      parsed("MAX_RISK_PER_TRADE_PERCENT=0.50\nQUICK_APPROVAL_VALUE=5000.00\n"));
  EXPECT_NE(
      json.find(
          R"({"key":"MAX_RISK_PER_TRADE_PERCENT","type":"decimal","unit":"percent","default":1,)"
          R"("default_paper":1,"default_live":1,"value":0.5,"source":"file","applies_to":["paper","live"],)"
          R"("denial_code":"RISK_PER_TRADE_ABOVE_LIMIT")"),
      std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("default_live":10000,"value":5000,"source":"file")"), std::string::npos);
  EXPECT_NE(json.find(R"("value":200000,"source":"default")"),
            std::string::npos);  // MAX_ORDER_VALUE on paper
}

TEST(SettingPages, MarkdownIsTheTable) {
  const std::string page = print_settings_markdown();
  EXPECT_EQ(test::page_on_disk(REPOSITORY_ROOT "/docs/settings.md", page), page)
      << "run config_tests with TRADING_MCP_UPDATE_PAGES=1";
}

TEST(SettingPages, ExampleIsTheTableAndParsesWithItsMarksTakenAway) {
  const std::string page = print_env_example();
  EXPECT_EQ(test::page_on_disk(REPOSITORY_ROOT "/.env.example", page), page)
      << "run config_tests with TRADING_MCP_UPDATE_PAGES=1";
  EXPECT_TRUE(parsed(page).from_file.empty());
  std::string all;
  for (std::size_t at = 0; at < page.size();) {
    const auto end = page.find('\n', at);
    const std::string line = page.substr(at, end - at);
    all += (line.size() > 1 && line[0] == '#' && line[1] != ' ' ? line.substr(1) : line) + "\n";
    at = end + 1;
  }
  EXPECT_GT(parsed(all).from_file.size(), 60U);
}

TEST(Settings, AnyBytesAreReadWithoutHarm) {
  SEEDED_RANDOM(random, 23);
  constexpr char kInteresting[] = "=#\n\"'\r\0A_9.,";
  const std::string base = print_env_example();
  for (int i = 0; i < 3'000; ++i) {
    std::string text = base.substr(static_cast<std::size_t>(random.between(0, 4'000)),
                                   static_cast<std::size_t>(random.between(0, 600)));
    for (auto n = random.between(0, 30); n > 0 && !text.empty(); --n)
      text[static_cast<std::size_t>(
          random.between(0, static_cast<std::int64_t>(text.size()) - 1))] =
          random.chance(60) ? kInteresting[static_cast<std::size_t>(random.between(0, 11))]
                            : static_cast<char>(random.between(0, 255));
    const auto settings = parse_env(text);
    if (settings) print_settings_json(*settings);
  }
}

}  // namespace
}  // namespace broker
