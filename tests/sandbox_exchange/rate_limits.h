#pragma once

// Budgets a client: so many requests in any rolling second, minute and hour of the machine's steady
// clock (a client's own buckets know no other time, however fast the exchange's day runs).

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sandbox_exchange/exchange_clock.h"

namespace sandbox {

struct Budget {
  std::string name;  // endpoints of one name share it
  std::int64_t per_second = 0;  // 0 = not limited
  std::int64_t per_minute = 0;
  std::int64_t per_hour = 0;
};

class RateLimits {
 public:
  RateLimits();  // the published table

  bool is_on = true;
  // Counts the request where the budget allows it. A refused request is not counted.
  bool admit(std::string_view client, std::string_view budget, SteadyUs steady);
  // Replaces a row; false where there is none of that name.
  bool set(const Budget& budget);
  [[nodiscard]] const std::vector<Budget>& budgets() const { return budgets_; }
  [[nodiscard]] std::int64_t refused() const { return refused_; }

 private:
  std::vector<Budget> budgets_;
  std::map<std::pair<std::string, std::string>, std::deque<SteadyUs>> used_;
  std::int64_t refused_ = 0;
};

}  // namespace sandbox
