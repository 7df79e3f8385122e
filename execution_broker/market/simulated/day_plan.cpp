// Corporate actions and circuit locks by seed.

#include "execution_broker/market/simulated/day_plan.h"

#include <algorithm>

#include "execution_broker/market/simulated/draws.h"

namespace broker::simulated {

namespace {

constexpr int kDividendsAMonth = 4;
constexpr std::int64_t kSmallestDividendPpm = 2'000;
constexpr std::int64_t kDividendSpreadPpm = 10'000;

// The action of `day`, made when it is not there yet.
PlannedAction& action_on(DayPlan& plan, std::size_t day) {
  for (PlannedAction& action : plan.actions)
    if (action.day == day) return action;
  plan.actions.push_back(PlannedAction{.day = day});
  return plan.actions.back();
}

void plan_month(std::uint64_t seed, int year, int month, std::size_t first_day, std::size_t end_day,
                std::vector<DayPlan>& plans) {
  Draws draws(key_of(seed, Stream::kActions, static_cast<std::uint64_t>(year),
                     static_cast<std::uint64_t>(month)));
  const auto days = static_cast<std::int64_t>(end_day - first_day);
  const auto names = static_cast<std::int64_t>(plans.size());
  for (int i = 0; i < kDividendsAMonth; ++i) {
    DayPlan& plan = plans[static_cast<std::size_t>(draws.below(names))];
    const std::size_t day = first_day + static_cast<std::size_t>(draws.below(days));
    action_on(plan, day).dividend_ppm = kSmallestDividendPpm + draws.below(kDividendSpreadPpm);
  }
  if (month % 3 != 0) return;  // splits: once a quarter, in its last month
  DayPlan& plan = plans[static_cast<std::size_t>(draws.below(names))];
  const std::size_t day = first_day + static_cast<std::size_t>(draws.below(days));
  action_on(plan, day).split = draws.below(4) == 0 ? 5 : 2;
}

}  // namespace

std::vector<DayPlan> make_plans(std::uint64_t seed, const TradingDays& days,
                                std::size_t instruments) {
  std::vector<DayPlan> plans(instruments);
  // Day 0 has no day before it that an action could change.
  for (std::size_t first = 1; first < days.size();) {
    const int year = days[first].date.year();
    const int month = days[first].date.month();
    std::size_t end = first + 1;
    while (end < days.size() && days[end].date.month() == month) ++end;
    plan_month(seed, year, month, first, end, plans);
    first = end;
  }
  for (std::size_t day = 0; day < days.size(); ++day) {
    Draws draws(key_of(seed, Stream::kLocks, static_cast<std::uint64_t>(days[day].date.days)));
    DayPlan& plan =
        plans[static_cast<std::size_t>(draws.below(static_cast<std::int64_t>(instruments)))];
    PlannedLock lock{.day = day};
    lock.is_upper = draws.below(2) == 0;
    lock.holds_to_close = draws.below(3) == 0;
    plan.locks.push_back(lock);
  }
  for (DayPlan& plan : plans)
    std::sort(plan.actions.begin(), plan.actions.end(),
              [](const PlannedAction& a, const PlannedAction& b) { return a.day < b.day; });
  return plans;
}

}  // namespace broker::simulated
