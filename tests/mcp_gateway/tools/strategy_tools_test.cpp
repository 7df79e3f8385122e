// The strategy tools against the doors of a broker whose market serves bars of the test's choice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "execution_broker/market/csv/csv_source.h"
#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/jobs/pool.h"
#include "mcp_gateway/mcp/server.h"
#include "mcp_gateway/registry.h"
#include "mcp_gateway/research/backtest/run.h"
#include "mcp_gateway/tools/market/data_hash.h"
#include "tests/support/test_broker.h"

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

// A walk of small steps on the price grid, a bar a day.
trading::BarSeries walk(std::size_t days, unsigned seed) {
  std::mt19937 random(seed);
  trading::BarSeries bars;
  std::int64_t close = 10'000'000;
  const trading::Timestamp first =
      timestamp_of(trading::TradingDate::from_civil(2000, 1, 3), trading::at(9, 15));
  for (std::size_t i = 0; i < days; ++i) {
    const auto step = [&] { return (static_cast<std::int64_t>(random() % 401) - 200) * 500; };
    const std::int64_t open = close + step() / 1'000 * 500;
    close = std::max<std::int64_t>(open + step(), 2'000'000);
    bars.push_back({first + trading::length_of(bars.timeframe) * static_cast<std::int64_t>(i),
                    trading::Price(open), trading::Price(std::max(open, close) + 5'000),
                    trading::Price(std::min(open, close) - 5'000), trading::Price(close),
                    100'000 + static_cast<std::int64_t>(random() % 100'000)});
  }
  return bars;
}

class StrategyTools : public testing::Test {
 protected:
  StrategyTools() : StrategyTools(jobs::Limits{.patience = 60s}) {}
  explicit StrategyTools(const jobs::Limits& limits)
      : client_({.socket_path = broker_.agent_socket(),
                 .broker_uids = {::geteuid()},
                 .program_version = "0.1.0",
                 .launch = {}}),
        jobs_(limits),
        server_(options()) {
    RecordProperty("seed", kSeed);
    broker_.market.series = walk(1'500, kSeed);
    broker_.open();
  }
  mcp::ServerOptions options() {
    mcp::ServerOptions made;
    made.info.version = "0.1.0";
    made.tools = all_tools();
    made.services = {.broker = &client_, .jobs = &jobs_};
    return made;
  }
  json call(const std::string& tool, const json& arguments) {
    const auto answer = server_.call_tool(tool, arguments.dump());
    EXPECT_EQ(answer.usage_error, "") << tool;
    json reply = json::parse(answer.structured);
    EXPECT_EQ(answer.is_error, reply.contains("error")) << answer.structured;
    return reply;
  }
  std::string code_of(const std::string& tool, const json& arguments) {
    const json reply = call(tool, arguments);
    return reply.contains("error") ? reply["error"]["code"].get<std::string>() : "";
  }

  static constexpr unsigned kSeed = 20261123;
  broker::TestBroker broker_;
  broker_client::BrokerClient client_;
  jobs::Pool jobs_;
  mcp::Server server_;
};

class Impatient : public StrategyTools {
 protected:
  Impatient() : StrategyTools(jobs::Limits{.patience = 1ms}) {}
};

void expect_trades_of_the_engine(const json& reply, const trading::BarSeries& bars) {
  auto checked = research::CheckedBars::check(bars, {});
  ASSERT_TRUE(checked) << checked.error().text();
  research::BacktestRequest request;
  request.strategy = reply.at("strategy");
  request.has_costs = reply.at("costs") == "on";
  request.symbols = {{"TCS", &*checked}};
  request.max_trades = 200;
  const auto report = research::run_backtest(request);
  ASSERT_TRUE(report) << report.error().text();
  ASSERT_GT(report->num_trades, 3U);
  EXPECT_EQ(reply.at("num_trades"), report->num_trades);
  EXPECT_DOUBLE_EQ(reply.at("final_capital").get<double>() * 10'000,
                   static_cast<double>(report->final_capital.value()));
  ASSERT_EQ(reply.at("trades").size(), report->trades.size());
  for (std::size_t i = 0; i < report->trades.size(); ++i) {
    const json& row = reply.at("trades")[i];
    const research::Trade& trade = report->trades[i];
    EXPECT_THAT(row.at("entry_date").get<std::string>(),
                HasSubstr(trading::date_of(trade.entry_ts).iso()));
    EXPECT_THAT(row.at("exit_date").get<std::string>(),
                HasSubstr(trading::date_of(trade.exit_ts).iso()));
    EXPECT_EQ(row.at("quantity"), trade.quantity.value());
    EXPECT_DOUBLE_EQ(row.at("pnl").get<double>() * 10'000,
                     static_cast<double>(trade.pnl().value()));
  }
  EXPECT_EQ(reply.at("data_hash"), tools::data_hash("TCS", true, bars));
}

TEST_F(StrategyTools, ABacktestHasTheFieldsOfItsContractAndIsTheSameTwice) {
  const json arguments = {{"strategy_name", "ma_crossover"}, {"symbol", "TCS"}};
  const json reply = call("run_strategy_backtest", arguments);
  for (const char* field : {"strategy",
                            "symbol",
                            "period",
                            "initial_capital",
                            "final_capital",
                            "total_return_pct",
                            "buy_and_hold_return_pct",
                            "num_trades",
                            "win_rate_pct",
                            "total_pnl",
                            "avg_pnl_per_trade",
                            "avg_win",
                            "avg_loss",
                            "profit_factor",
                            "max_drawdown_pct",
                            "max_drawdown_closed_trades_pct",
                            "profitable",
                            "beats_buy_and_hold",
                            "trades",
                            "robustness",
                            "data_hash",
                            "source",
                            "as_of",
                            "mode",
                            "notice",
                            "findings"})
    EXPECT_TRUE(reply.contains(field)) << field;
  EXPECT_EQ(reply["period"]["bars"], 1'500);
  EXPECT_THAT(reply["notice"].get<std::string>(), HasSubstr("SIMULATED"));
  EXPECT_LE(reply.dump().size(), 8'192U);
  EXPECT_LE(reply["trades"].size(), 20U);
  json again = call("run_strategy_backtest", arguments);
  EXPECT_EQ(reply, again);
  for (const char* costs : {"on", "off"}) {
    json all = arguments;
    all["max_trades"] = 200;
    all["costs"] = costs;
    expect_trades_of_the_engine(call("run_strategy_backtest", all), broker_.market.series);
  }
}

// Each day in two halves: the first makes the high, the second the low, whatever its colour.
trading::BarSeries halves_of(const trading::BarSeries& days) {
  trading::BarSeries out;
  out.timeframe = trading::Timeframe::kFiveMinute;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const trading::Bar day = days.at(i);
    out.push_back({day.ts, day.open, day.high, std::min(day.open, day.close), day.open, 500});
    out.push_back({day.ts + trading::minutes(5), day.open, std::max(day.open, day.close), day.low,
                   day.close, 500});
  }
  return out;
}

TEST_F(StrategyTools, DoubtfulBarsAreSettledByFinerOnes) {
  const json arguments = {{"strategy_name", "ma_crossover"},
                          {"symbol", "TCS"},
                          {"costs", "off"},
                          {"params", {{"stop_percent", 0.04}, {"target_percent", 0.04}}}};
  const json coarse = call("run_strategy_backtest", arguments);
  ASSERT_GT(coarse["robustness"]["ambiguous_bars"].get<int>(), 3);
  EXPECT_FALSE(coarse["robustness"].contains("finer_bars")) << "the market has none";

  broker_.market.five_minutes = halves_of(broker_.market.series);
  const json fine = call("run_strategy_backtest", arguments);
  EXPECT_EQ(fine["robustness"]["finer_bars"]["timeframe"], "FIVE_MINUTE");
  EXPECT_EQ(fine["robustness"]["finer_bars"]["bars"], 3'000);
  EXPECT_EQ(fine["robustness"]["finer_bars"]["ambiguous_bars_without"],
            coarse["robustness"]["ambiguous_bars"]);
  EXPECT_LT(fine["robustness"]["ambiguous_bars"], coarse["robustness"]["ambiguous_bars"]);
  EXPECT_EQ(fine["period"], coarse["period"]);

  // The same by hand.
  const auto days = research::CheckedBars::check(broker_.market.series, {});
  const auto halves = research::CheckedBars::check(broker_.market.five_minutes, {{}, true});
  ASSERT_TRUE(days && halves);
  research::BacktestRequest request;
  request.strategy = "ma_crossover";
  request.has_costs = false;
  request.protection.stop = request.protection.target = trading::Bps(4);
  request.symbols = {{"TCS", &*days, &*halves}};
  const auto report = research::run_backtest(request);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_DOUBLE_EQ(fine["final_capital"].get<double>() * 10'000,
                   static_cast<double>(report->final_capital.value()));
}

// Days that only rise, bought before noon: when they are sold is the broker's square-off.
TEST_F(StrategyTools, TheBrokersSquareOffIsTheBacktests) {
  trading::BarSeries bars;
  bars.timeframe = trading::Timeframe::kFiveMinute;
  const auto monday = trading::TradingDate::from_civil(2024, 1, 1);
  for (int day = 0; day < 12; ++day) {
    if (day % 7 > 4) continue;
    for (int i = 0; i < 75; ++i) {
      const auto level = [&](int step) { return trading::Price(10'000'000 + 5'000 * step); };
      const int at = 20 + std::max(0, i - 20) / 2;
      bars.push_back({timestamp_of(monday + day, trading::at(9, 15)) + trading::minutes(5 * i),
                      level(at), level(at + 1), level(at - 1), level(at + 1), 100'000});
    }
  }
  broker_.market.series = bars;
  const auto expect_sold_at = [this](const char* time) {
    const json reply = call("run_strategy_backtest", {{"strategy_name", "opening_range_breakout"},
                                                      {"symbol", "TCS"},
                                                      {"timeframe", "FIVE_MINUTE"},
                                                      {"costs", "off"},
                                                      {"params", {{"target_ranges", 20}}}});
    ASSERT_FALSE(reply.contains("error")) << reply;
    ASSERT_GT(reply["num_trades"].get<int>(), 3) << reply.dump(1);
    for (const json& trade : reply["trades"]) {
      EXPECT_EQ(trade["exit_reason"], "square_off");
      EXPECT_THAT(trade["exit_date"].get<std::string>(), HasSubstr(time)) << trade;
    }
  };
  expect_sold_at("T15:15:00");  // 15 minutes before 15:30, the default of SQUARE_OFF_MINUTES
  using broker::risk::Limit;
  auto& source = broker_.desk.limit_sources.at(Limit::kSquareOff, broker::risk::LimitSource::kFile);
  source.current.emplace();
  source.current->value = 45;
  expect_sold_at("T14:45:00");
}

TEST_F(StrategyTools, BadArgumentsAreNamedNeverComputed) {
  const json good = {{"strategy_name", "ma_crossover"}, {"symbol", "TCS"}};
  const auto with = [&good](const char* field, const json& value) {
    json arguments = good;
    arguments[field] = value;
    return arguments;
  };
  const char* kTool = "run_strategy_backtest";
  EXPECT_EQ(code_of(kTool, with("strategy_name", "moon")), "UNKNOWN_STRATEGY");
  EXPECT_EQ(code_of(kTool, with("initial_capital", 0)), "INVALID_ARGUMENT");
  EXPECT_EQ(code_of(kTool, with("initial_capital", 100.001)), "INVALID_ARGUMENT");
  EXPECT_EQ(code_of(kTool, with("params", {{"fast_period", 1e300}})), "PARAM_OUT_OF_RANGE");
  EXPECT_EQ(code_of(kTool, with("params", {{"fast_period", 60}})), "PARAM_OUT_OF_RANGE");
  EXPECT_EQ(code_of(kTool, with("params", {{"fast_period", "20"}})), "INVALID_ARGUMENT");
  EXPECT_EQ(code_of(kTool, with("params", {{"colour", 1}})), "UNKNOWN_PARAM");
  EXPECT_EQ(code_of(kTool, with("params", {{"stop_percent", -1}})), "INVALID_ARGUMENT");
  EXPECT_EQ(code_of(kTool, with("params", {{"fast", 5}, {"fast_period", 6}})), "INVALID_ARGUMENT");
  EXPECT_EQ(code_of(kTool, with("start_date", "2026-13-01")), "INVALID_ARGUMENT");
  json reversed = with("start_date", "2024-01-01");
  reversed["end_date"] = "2023-01-01";
  EXPECT_EQ(code_of(kTool, reversed), "INVALID_ARGUMENT");
  for (const char* sizing : {"", "risk", "risk:", "risk:x", "fixed:1.5", "all_in:3", "NaN:1"})
    EXPECT_EQ(code_of(kTool, with("position_sizing", sizing)), "INVALID_ARGUMENT") << sizing;
  EXPECT_EQ(code_of(kTool, with("position_sizing", "percent:0")), "SIZING_INVALID");
  EXPECT_EQ(code_of(kTool, with("position_sizing", "risk:1")), "SIZING_NEEDS_STOP");
  json stopped = with("position_sizing", "risk:1");
  stopped["params"] = {{"stop_percent", 3}};
  EXPECT_EQ(code_of(kTool, stopped), "");
  EXPECT_NE(code_of(kTool, with("symbol", "NOSUCH")), "");
  const json sweep = with("ranges", {{"fast", {5, 50, 0}}});
  EXPECT_EQ(code_of("run_parameter_sweep", sweep), "SWEEP_INVALID");
  EXPECT_EQ(code_of("run_parameter_sweep", with("ranges", {{"fast", {5, 50}}})),
            "INVALID_ARGUMENT");
  EXPECT_EQ(code_of("get_job", {{"job_id", "J-77"}}), "JOB_UNKNOWN");
  broker_.market.series = walk(59, kSeed);
  EXPECT_EQ(code_of(kTool, good), "TOO_FEW_BARS");
}

TEST_F(StrategyTools, ASweepRanksWhatItTriedAndCountsIt) {
  const json reply =
      call("run_parameter_sweep", {{"strategy_name", "ma_crossover"},
                                   {"symbol", "TCS"},
                                   {"costs", "off"},
                                   {"score", "return"},
                                   {"ranges", {{"fast", {5, 50, 5}}, {"slow", {20, 100, 20}}}}});
  EXPECT_EQ(reply["trials"].get<int>() + reply["unfit"].get<int>(), 50);
  ASSERT_GE(reply["rows"].size(), 2U);
  for (std::size_t i = 1; i < reply["rows"].size(); ++i)
    EXPECT_GE(reply["rows"][i - 1]["total_return_pct"], reply["rows"][i]["total_return_pct"]);
  const json& best = reply["rows"][0];
  const json alone = call("run_strategy_backtest", {{"strategy_name", "ma_crossover"},
                                                    {"symbol", "TCS"},
                                                    {"costs", "off"},
                                                    {"params", best["params"]}});
  EXPECT_EQ(alone["final_capital"], best["final_capital"]);
}

TEST_F(Impatient, ALongSweepAnswersWithAHandleAndCanBeStopped) {
  broker_.market.series = walk(20'000, kSeed);
  const json reply =
      call("run_parameter_sweep", {{"strategy_name", "ma_crossover"},
                                   {"symbol", "TCS"},
                                   {"ranges", {{"fast", {2, 101, 1}}, {"slow", {102, 201, 1}}}}});
  ASSERT_TRUE(reply.contains("job_id")) << reply;
  EXPECT_THAT(reply["status"].get<std::string>(), testing::AnyOf("queued", "running"));
  const json seen = call("get_job", {{"job_id", reply["job_id"]}, {"wait_seconds", 1}});
  EXPECT_EQ(seen["status"], "running");
  EXPECT_GT(seen["done"].get<int>(), 0);
  EXPECT_EQ(seen["total"], 10'000);
  EXPECT_FALSE(seen.contains("result"));
  EXPECT_EQ(call("cancel_job", {{"job_id", reply["job_id"]}})["status"], "cancelled");
  EXPECT_EQ(call("get_job", {{"job_id", reply["job_id"]}})["status"], "cancelled");
}

TEST_F(Impatient, TheResultOfAJobIsTheReplyOfTheTool) {
  json reply =
      call("run_strategy_backtest", {{"strategy_name", "ma_crossover"}, {"symbol", "TCS"}});
  if (reply.contains("job_id"))
    reply = call("get_job", {{"job_id", reply["job_id"]}, {"wait_seconds", 20}})["result"];
  EXPECT_EQ(reply["period"]["bars"], 1'500);
}

TEST_F(StrategyTools, ASetupIsTheSumOfItsPartsWithTheBrokersOwnLevels) {
  for (const char* tool : {"evaluate_swing_trade_setup", "evaluate_intraday_trade_setup"}) {
    const json setup = call(tool, {{"symbol", "TCS"}});
    ASSERT_FALSE(setup.contains("error")) << setup;
    int points = 0, of = 0;
    for (const json& part : setup["parts"]) {
      points += part["points"].get<int>();
      of += part["of"].get<int>();
    }
    EXPECT_EQ(points, setup["score"]);
    EXPECT_EQ(of, 100);
    const json target =
        call("calculate_target_price", {{"entry_price", setup["entry"]},
                                        {"stop_loss", setup["stop_loss"]},
                                        {"risk_reward_ratio", setup["risk_reward_ratio"]}});
    EXPECT_EQ(target["target"], setup["target"]);
    EXPECT_LT(setup["stop_loss"], setup["entry"]);
    EXPECT_THAT(setup["notes"].dump(), HasSubstr("not financial advice"));
  }
}

TEST_F(StrategyTools, AScanTellsEverySymbolFoundOrFailed) {
  for (const char* tool :
       {"scan_watchlist_for_intraday_opportunities", "scan_watchlist_for_swing_opportunities"}) {
    const json scan = call(tool, json::object());
    ASSERT_FALSE(scan.contains("error")) << scan;
    EXPECT_EQ(scan["scanned"], 10);
    // The market knows two of the ten.
    EXPECT_EQ(scan["opportunities"].size() + scan["others"].size(), 2U);
    EXPECT_EQ(scan["failures"].size(), 8U);
    for (const json& failure : scan["failures"]) EXPECT_TRUE(failure.contains("code"));
  }
  const json compared = call("compare_multiple_symbols", {{"symbols", {"SBIN", "TCS", "NOSUCH"}}});
  EXPECT_EQ(compared["ranking"].size(), 2U);
  EXPECT_EQ(compared["failures"][0]["symbol"], "NOSUCH");
  EXPECT_EQ(code_of("compare_multiple_symbols", {{"symbols", {"SBIN", "SBIN"}}}),
            "INVALID_ARGUMENT");
  EXPECT_NE(code_of("compare_multiple_symbols", {{"symbols", json::array({"NOSUCH"})}}), "");
}

std::string program(const std::string& arguments, int& code) {
  FILE* pipe =
      ::popen((std::string(GATEWAY_PROGRAM) + " " + arguments + " 2>/dev/null").c_str(), "r");
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  code = WEXITSTATUS(::pclose(pipe));
  return out;
}

TEST_F(StrategyTools, ThroughBothProcessesTheRecordedBarsGiveTheTradesOfTheEngine) {
  const std::filesystem::path folder = TRADING_SHARED_DATA;
  if (!std::filesystem::exists(folder / "TCS_nse_5m.csv"))
    GTEST_SKIP() << "NOT TESTED: " << folder
                 << " is absent: put the shared price files beside the project";
  const auto source = broker::CsvSource::open(folder);
  ASSERT_TRUE(source) << source.error().text();
  broker::BarQuery query;
  query.symbol = "TCS";
  query.timeframe = trading::Timeframe::kFiveMinute;
  query.ignore_clock = true;
  const auto recorded = (*source)->bars(query);
  ASSERT_TRUE(recorded) << recorded.error().text();
  ASSERT_EQ(recorded->bars.size(), 18'354U);
  broker_.market.series = recorded->bars;
  const std::string page = broker_.folder.path() / "report.html";
  for (const char* costs : {"off", "on"}) {
    int code = -1;
    const std::string out = program(
        "--home " + broker_.folder.path().string() + " --report " + page +
            R"( --call run_strategy_backtest '{"strategy_name":"ma_crossover","symbol":"TCS",)"
            R"("timeframe":"FIVE_MINUTE","max_trades":200,"costs":")" +
            costs + "\"}'",
        code);
    ASSERT_EQ(code, 0) << out;
    expect_trades_of_the_engine(json::parse(out), recorded->bars);
    std::ifstream file(page);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_THAT(text, HasSubstr("<polyline"));
    EXPECT_THAT(text, HasSubstr("ma_crossover on TCS"));
    EXPECT_EQ(text.find("<script"), std::string::npos);
    EXPECT_EQ(text.find("http://"), std::string::npos);
  }
  int code = -1;
  program("--report " + page + " --call fetch_watchlist", code);
  EXPECT_EQ(code, 2);
}

}  // namespace
