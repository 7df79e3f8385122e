// What an order costs inside the broker: the whole checklist, the ledger, the audit log and the paper exchange on a real
// file, without sockets. The sync at the end of each job is counted and timed by itself.
//   build/bin/desk_bench [--benchmark_filter=...]

#include <benchmark/benchmark.h>

#include <map>
#include <string>

#include "tests/execution_broker/desk/paper_house.h"

namespace {

using trading::Product;
using trading::Side;

// Wide limits: the cost of an order is measured, not what refuses one.
const std::map<std::string, std::string> kLimits = {
    {"MAX_ORDER_VALUE", "1000000000"},      {"MAX_ORDER_QUANTITY", "1000000"},
    {"MAX_POSITION_SIZE_PERCENT", "100"},   {"MAX_RISK_PER_TRADE_PERCENT", "100"},
    {"MAX_VOLUME_SHARE_PERCENT", "100"},    {"MAX_DEPTH_SHARE_PERCENT", "100"},
    {"MAX_OPEN_POSITIONS", "1000"},         {"MAX_SECTOR_EXPOSURE_PERCENT", "100"},
    {"MAX_GROSS_EXPOSURE_PERCENT", "500"},  {"MAX_OPEN_ENTRIES_PERCENT", "100"},
    {"MIN_SAME_ORDER_INTERVAL_SECONDS", "1"}, {"MAX_REPEATS_IN_DIRECTION", "1000"},
    {"REPEAT_WINDOW_MINUTES", "1"},         {"MAX_ENTRIES_PER_MINUTE", "1000"},
    {"MAX_ENTRIES_PER_DAY", "10000"},       {"MAX_DAILY_LOSS_PERCENT", "100"},
    {"HALT_DAILY_LOSS_PERCENT", "100"},     {"MAX_WEEKLY_LOSS_PERCENT", "100"},
    {"MAX_DRAWDOWN_PERCENT", "100"},        {"MAX_CONSECUTIVE_LOSSES", "1000"},
    {"MAX_DAILY_TURNOVER_PERCENT", "10000"}, {"MIN_RISK_REWARD_RATIO", "0"}};

constexpr const char* kSymbols[] = {"RELIANCE", "TCS", "INFY", "SBIN", "HDFCBANK"};

// A bracket that fills and its close, each settled as the desk's thread does it.
void round_trip(benchmark::State& state) {
  broker::PaperHouse house(1, kLimits);
  if (!house.desk->advance_clock(house.human, trading::minutes(10))) state.SkipWithError("the clock does not move");
  if (!house.database->defer_sync()) state.SkipWithError("no group commit");
  const bool is_synced = state.range(0) != 0;
  std::int64_t round = 0;
  for (auto _ : state) {
    const std::string symbol = kSymbols[round % 5];
    const auto placed = house.desk->place_paper_order(house.agent, house.bracket(symbol, Side::kBuy, 1 + round % 5));
    if (!placed || placed->order.state != trading::OrderState::kFilled) {
      state.SkipWithError(placed ? placed->order.reason.c_str() : placed.error().text().c_str());
      break;
    }
    if (is_synced) house.database->sync();
    const auto closed = house.desk->close_paper_position(house.agent, symbol, Product::kIntraday, std::nullopt, "");
    if (!closed) {
      state.SkipWithError(closed.error().text().c_str());
      break;
    }
    if (is_synced) house.database->sync();
    ++round;
    state.PauseTiming();
    if (!house.desk->advance_clock(house.human, trading::seconds(1))) state.SkipWithError("the clock does not move");
    if (!house.database->tidy_log()) state.SkipWithError("the log stays long");
    state.ResumeTiming();
  }
}
BENCHMARK(round_trip)->Arg(0)->Arg(1)->ArgName("synced")->Unit(benchmark::kMicrosecond)->Iterations(900);

}  // namespace
