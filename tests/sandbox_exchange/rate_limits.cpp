#include "tests/sandbox_exchange/rate_limits.h"

#include <algorithm>

namespace sandbox {

namespace {

constexpr SteadyUs kSecond = 1'000'000;

// How many of the requests fell into the window that ends now.
std::int64_t within(const std::deque<SteadyUs>& used, SteadyUs now, SteadyUs window) {
  const auto first = std::upper_bound(used.begin(), used.end(), now - window);
  return used.end() - first;
}

}  // namespace

RateLimits::RateLimits()
    : budgets_{{"loginByPassword", 1, 0, 0},
               {"generateTokens", 1, 0, 1'000},
               {"getProfile", 3, 0, 1'000},
               {"logout", 1, 0, 0},
               {"getRMS", 2, 0, 0},
               {"orders", 9, 500, 1'000},  // place, modify and cancel together
               {"getOrderBook", 1, 0, 0},
               {"getTradeBook", 1, 0, 0},
               {"getPosition", 1, 0, 0},
               {"getHolding", 1, 0, 0},
               {"getAllHolding", 1, 0, 0},
               {"searchScrip", 1, 0, 0},
               {"details", 10, 500, 5'000},
               {"getLtpData", 10, 500, 5'000},
               {"quote", 10, 500, 5'000},
               {"convertPosition", 10, 500, 5'000},
               {"margin", 10, 500, 5'000},
               {"gtt_writes", 9, 500, 5'000},
               {"ruleDetails", 10, 500, 5'000},
               {"ruleList", 10, 500, 5'000},
               {"getCandleData", 3, 180, 5'000},
               {"optionGreek", 1, 0, 0}} {}

bool RateLimits::admit(std::string_view client, std::string_view name, SteadyUs steady) {
  if (!is_on) return true;
  const auto budget = std::find_if(budgets_.begin(), budgets_.end(), [&](const Budget& b) { return b.name == name; });
  if (budget == budgets_.end()) return true;
  std::deque<SteadyUs>& used = used_[{std::string(client), budget->name}];
  while (!used.empty() && used.front() <= steady - 3'600 * kSecond) used.pop_front();
  const auto is_full = [&](std::int64_t limit, SteadyUs window) {
    return limit > 0 && within(used, steady, window) >= limit;
  };
  if (is_full(budget->per_second, kSecond) || is_full(budget->per_minute, 60 * kSecond) ||
      is_full(budget->per_hour, 3'600 * kSecond)) {
    ++refused_;
    return false;
  }
  used.push_back(steady);
  return true;
}

bool RateLimits::set(const Budget& replacement) {
  for (Budget& budget : budgets_)
    if (budget.name == replacement.name) {
      budget = replacement;
      return true;
    }
  return false;
}

}  // namespace sandbox
