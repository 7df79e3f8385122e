#pragma once

// Bars for tests of what reads them: a seeded walk on the exchange's grid, in sessions, with flat
// stretches, gaps and bars without volume; and the recorded files, where they are.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "execution_broker/market/csv/parse_csv.h"
#include "tests/trading/support/seeded.h"
#include "trading/bars/bar.h"

namespace trading::test {

struct WalkShape {
  std::int64_t start_e4 = 15'000'000;
  std::int64_t tick_e4 = 500;
  std::int64_t most_ticks_a_bar = 60;
  int flat_percent = 10;  // bars whose close repeats
  int bars_a_session = 75;
};

// 5-minute bars of session after session from Monday 2024-01-01 09:15 IST on, weekends included.
inline BarSeries walk(Random& random, std::size_t bars, const WalkShape& shape = {}) {
  BarSeries out;
  out.timeframe = Timeframe::kFiveMinute;
  out.reserve(bars);
  std::int64_t close = shape.start_e4;
  const std::int64_t low_end = shape.start_e4 / 8 / shape.tick_e4 * shape.tick_e4;
  for (std::size_t i = 0; i < bars; ++i) {
    const auto session = static_cast<std::int64_t>(i) / shape.bars_a_session;
    const auto bar = static_cast<std::int64_t>(i) % shape.bars_a_session;
    const auto step = [&](std::int64_t most) { return random.between(-most, most) * shape.tick_e4; };
    std::int64_t open = close;
    if (bar == 0) open = std::max(low_end, open + step(4 * shape.most_ticks_a_bar));
    if (!random.chance(shape.flat_percent))
      close = std::max(low_end, open + step(shape.most_ticks_a_bar));
    const std::int64_t above = random.between(0, shape.most_ticks_a_bar / 2) * shape.tick_e4;
    const std::int64_t below = random.between(0, shape.most_ticks_a_bar / 2) * shape.tick_e4;
    const std::int64_t start_us = 1'704'080'700'000'000;
    out.push_back({Timestamp{start_us + session * 86'400'000'000 + bar * 300'000'000}, Price(open),
                   Price(std::max(open, close) + above), Price(std::min(open, close) - below),
                   Price(close), random.chance(3) ? 0 : random.between(1, 250'000)});
  }
  return out;
}

inline BarSeries first_bars(const BarSeries& bars, std::size_t count) {
  BarSeries out;
  out.timeframe = bars.timeframe;
  for (std::size_t i = 0; i < count && i < bars.size(); ++i) out.push_back(bars.at(i));
  return out;
}

// The price files of `folder` (or TRADING_MCP_DATA); empty where there are none.
struct RecordedBars {
  std::string name;
  BarSeries bars;
};
inline std::vector<RecordedBars> recorded_bars(const std::string& usual_folder) {
  const char* given = std::getenv("TRADING_MCP_DATA");
  const std::filesystem::path folder = given == nullptr ? usual_folder : given;
  std::vector<RecordedBars> out;
  if (!std::filesystem::is_directory(folder)) return out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".csv") || name.ends_with("_actions.csv")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    auto parsed = broker::parse_csv(bytes.str(), name);
    if (!parsed) std::abort();  // the files are good, or the test must not pass
    out.push_back({name, std::move(parsed->bars)});
  }
  return out;
}

}  // namespace trading::test
