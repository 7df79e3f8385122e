#pragma once

// Packets of the market stream as the service sends them, built byte by byte.

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace broker::smartapi {

struct PacketFields {
  int mode = 1;
  int exchange = 1;
  std::string token = "3045";
  std::int64_t sequence = 1;
  std::int64_t time_ms = 1'795'405'503'000;
  std::int64_t last = 81'300;  // paise, as all prices here
  std::int64_t last_quantity = 5, average = 81'170, volume = 1'204'511;
  double total_buy = 380'112, total_sell = 512'633;
  std::int64_t open = 81'000, high = 81'540, low = 80'820, close = 80'910;
  std::int64_t trade_s = 1'795'405'502, open_interest = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> bids, asks;  // quantity, price
  std::int64_t upper = 89'000, lower = 72'820, year_high = 91'200, year_low = 68'000;
};

template <typename T>
void put(std::string& frame, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  frame.append(bytes, sizeof value);
}

inline std::string build_packet(const PacketFields& f) {
  std::string frame;
  frame.push_back(static_cast<char>(f.mode));
  frame.push_back(static_cast<char>(f.exchange));
  frame += f.token + std::string(25 - f.token.size(), '\0');
  if (f.mode == 4) {
    put(frame, f.time_ms);
    put(frame, std::int64_t{0});
    for (const auto* side : {&f.bids, &f.asks})
      for (const auto& [quantity, price] : *side) {
        put(frame, static_cast<std::int32_t>(quantity));
        put(frame, static_cast<std::int32_t>(price));
        put(frame, std::int16_t{1});
      }
    return frame;
  }
  for (const std::int64_t value : {f.sequence, f.time_ms, f.last}) put(frame, value);
  if (f.mode == 1) return frame;
  for (const std::int64_t value : {f.last_quantity, f.average, f.volume}) put(frame, value);
  put(frame, f.total_buy);
  put(frame, f.total_sell);
  for (const std::int64_t value : {f.open, f.high, f.low, f.close}) put(frame, value);
  if (f.mode == 2) return frame;
  put(frame, f.trade_s);
  put(frame, f.open_interest);
  put(frame, 0.0);
  for (const bool is_buy : {true, false})
    for (const auto& [quantity, price] : is_buy ? f.bids : f.asks) {
      put(frame, static_cast<std::int16_t>(is_buy ? 1 : 0));
      put(frame, quantity);
      put(frame, price);
      put(frame, std::int16_t{2});
    }
  for (const std::int64_t value : {f.upper, f.lower, f.year_high, f.year_low}) put(frame, value);
  return frame;
}

inline void give_book(PacketFields& f, std::int64_t step) {
  const std::size_t levels = f.mode == 4 ? 20 : 5;
  f.bids.clear();
  f.asks.clear();
  for (std::size_t i = 0; i < levels; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    f.bids.emplace_back(10 + n, f.last - step * (n + 1));
    f.asks.emplace_back(20 + n, f.last + step * (n + 1));
  }
}

inline PacketFields random_fields(int mode, std::mt19937_64& random) {
  PacketFields f;
  f.mode = mode;
  f.token = std::to_string(1 + random() % 99'999'999);
  f.sequence = static_cast<std::int64_t>(random() % 100'000'000);
  f.time_ms = 1'795'405'500'000 + static_cast<std::int64_t>(random() % 20'000) * 1'000;
  f.last = 10'000 + static_cast<std::int64_t>(random() % 10'000'000);
  f.volume = static_cast<std::int64_t>(random() % 100'000'000);
  f.high = f.last + 500;
  f.low = f.last - 500;
  f.upper = f.last + f.last / 10;
  f.lower = f.last - f.last / 10;
  give_book(f, 5);
  return f;
}

}  // namespace broker::smartapi
