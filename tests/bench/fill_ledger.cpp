// Puts orders into the ledger of a home whose broker does not run: entries, their stops and exits, made by the real desk
// over the real checklist and paper exchange, only without sockets. The bench of the programs begins from there.
//   fill_ledger HOME ORDERS      HOME/.env as the broker reads it; prints the orders in the ledger and microseconds an order

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "execution_broker/config/env_file.h"
#include "execution_broker/config/settings.h"
#include "tests/execution_broker/desk/paper_house.h"

namespace {

using broker::PaperHouse;
using trading::Product;
using trading::Side;

constexpr const char* kSymbols[] = {"RELIANCE", "TCS", "INFY", "SBIN", "HDFCBANK"};
constexpr int kEntriesADay = 200;
constexpr int kSyncEvery = 64;  // the bench measures what a sync of each costs; here it only takes time

// Goes on to a time at which entries are taken.
void to_trading_hours(PaperHouse& house) {
  for (int hours = 0; hours < 24 * 14; ++hours) {
    const auto now = house.clock->market_now();
    const auto phase = house.source->calendar().phase(now, true);
    const std::int64_t of_day = now.us - trading::timestamp_of(trading::date_of(now), trading::at(0, 0)).us;
    const bool is_early = of_day < trading::minutes(14 * 60 + 45).us && of_day > trading::minutes(9 * 60 + 20).us;
    if (phase == trading::SessionPhase::kContinuous && is_early) return;
    PaperHouse::must(house.desk->advance_clock(house.human, trading::minutes(30)));
  }
  std::fprintf(stderr, "fill_ledger: the market did not open within a fortnight\n");
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: fill_ledger HOME ORDERS\n");
    return 2;
  }
  const std::filesystem::path home = argv[1];
  const std::int64_t wanted = std::atoll(argv[2]);
  const auto loaded = broker::load_settings((home / ".env").string(), {});
  if (!loaded) {
    std::fprintf(stderr, "fill_ledger: the settings of %s cannot be used\n", argv[1]);
    return 1;
  }
  const broker::Settings& settings = *loaded;
  for (const char* folder : {"storage", "keys"}) {
    std::filesystem::create_directory(home / folder);
    std::filesystem::permissions(home / folder, std::filesystem::perms::owner_all);
  }
  PaperHouse house(home / "storage", home / "keys" / "audit.pub", static_cast<std::uint64_t>(settings.sim_seed),
                   settings.limit_texts(trading::TradingMode::kPaper), *settings.sim_start, settings.paper_starting_capital);
  PaperHouse::must(house.desk->advance_clock(house.human, trading::minutes(10)));
  if (!house.database->defer_sync()) return 1;

  const auto begun = std::chrono::steady_clock::now();
  std::int64_t orders = 0, round = 0, told = 0;
  auto since = begun;
  while (orders < wanted) {
    if (orders - told >= wanted / 10) {
      const auto now = std::chrono::steady_clock::now();
      const auto part = std::chrono::duration_cast<std::chrono::microseconds>(now - since).count();
      std::fprintf(stderr, "%lld orders, %lld us an order since the last line\n", static_cast<long long>(orders),
                   static_cast<long long>(part / (orders - told)));
      told = orders;
      since = now;
    }
    if (round % kEntriesADay == 0) {  // on to the next morning: ten times what a day's limit allows is enough
      if (round > 0) PaperHouse::must(house.desk->advance_clock(house.human, trading::minutes(12 * 60)));
      to_trading_hours(house);
    }
    const std::string symbol = kSymbols[round % 5];
    const auto placed = house.desk->place_paper_order(house.agent, house.bracket(symbol, Side::kBuy, 1 + round % 50));
    ++round;
    if (placed && placed->order.state == trading::OrderState::kFilled) {
      PaperHouse::must(house.desk->close_paper_position(house.agent, symbol, Product::kIntraday, std::nullopt, ""));
      orders += 3;  // the entry, its stop, its exit
    } else if (placed && placed->order.state == trading::OrderState::kRefused) {
      // A round trip loses its charges and the spread: after a thousand of them a human lets it go on.
      PaperHouse::must(house.desk->resume(house.human, "bench"));
      PaperHouse::must(house.desk->advance_clock(house.human, trading::minutes(1)));
    } else {
      std::fprintf(stderr, "fill_ledger: %s\n", placed ? placed->order.reason.c_str() : placed.error().text().c_str());
      return 1;
    }
    if (round % 10 == 0) PaperHouse::must(house.desk->advance_clock(house.human, trading::seconds(10)));
    if (round % kSyncEvery != 0) continue;
    house.database->sync();
    if (!house.database->tidy_log()) return 1;
  }
  if (!house.database->sync_each_commit()) return 1;
  if (!house.desk->keep_time()) return 1;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  std::printf("%lld orders, %lld us an order\n", static_cast<long long>(orders),
              static_cast<long long>(took.count() / std::max<std::int64_t>(1, orders)));
  return 0;
}
