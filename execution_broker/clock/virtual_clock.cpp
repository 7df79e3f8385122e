// Virtual market time.

#include "execution_broker/clock/virtual_clock.h"

#include <algorithm>

#include "execution_broker/clock/open_span.h"
#include "execution_broker/clock/system_time.h"
#include "trading/base/checked.h"
#include "trading/base/decimal.h"
#include "trading/base/invariant.h"

namespace broker {

namespace {

constexpr int kSpeedDecimals = 4;
constexpr std::int64_t kRealTime = 10'000;
constexpr std::int64_t kFastest = 100'000 * kRealTime;
// Once the anchor is this far behind, it moves up: a walk over many days is done once, not at every
// question.
constexpr trading::Duration kAnchorStep = trading::hours(1);

}  // namespace

trading::Result<std::int64_t> parse_speed(std::string_view text) {
  if (text == "step") return 0;
  const trading::Result<std::int64_t> speed = trading::parse_decimal(text, kSpeedDecimals);
  if (!speed || *speed <= 0 || *speed > kFastest)
    return trading::make_error(
        "SETTING_INVALID", "SIM_SPEED is neither \"step\" nor a factor above 0 and at most 100000",
        "write e.g. SIM_SPEED=1, SIM_SPEED=60 or SIM_SPEED=step", trading::Retry::kNo, "SIM_SPEED");
  return *speed;
}

VirtualClock::VirtualClock(const trading::ExchangeCalendar& calendar, trading::Timestamp start,
                           Pace pace, std::int64_t steady_us)
    : calendar_(calendar),
      pace_(pace),
      market_us_(start.us),
      anchor_(start),
      anchor_steady_us_(steady_us) {
  INVARIANT(pace.speed_e4 >= 0 && pace.speed_e4 <= kFastest, "a speed that the settings refuse");
}

VirtualClock::VirtualClock(const trading::ExchangeCalendar& calendar, trading::Timestamp start,
                           Pace pace)
    : VirtualClock(calendar, start, pace, system_steady_us()) {}

trading::Timestamp VirtualClock::market_now() const {
  return {market_us_.load(std::memory_order_acquire)};
}
trading::Timestamp VirtualClock::wall_now() const {
  return system_wall_now();
}
std::int64_t VirtualClock::steady_us() const {
  return system_steady_us();
}

void VirtualClock::set_market(trading::Timestamp t) {
  INVARIANT(t.us >= market_us_.load(std::memory_order_relaxed), "market time went back");
  market_us_.store(t.us, std::memory_order_release);
}

void VirtualClock::go_on_from(trading::Timestamp t) {
  set_market(t);
  const std::lock_guard lock(mutex_);
  anchor_ = t;
  anchor_steady_us_ = system_steady_us();
}

trading::Timestamp VirtualClock::target(std::int64_t steady_us) const {
  const trading::Timestamp now = market_now();
  if (pace_.followed) return std::max(now, pace_.followed());
  if (pace_.is_step()) return now;
  const std::lock_guard lock(mutex_);
  if (steady_us <= anchor_steady_us_) return std::max(now, anchor_);
  const trading::Duration elapsed{trading::mul_div(steady_us - anchor_steady_us_, pace_.speed_e4,
                                                   kRealTime, trading::Rounding::kFloor)};
  const trading::Timestamp reached =
      walk_market_time(calendar_, anchor_, elapsed, pace_.skips_closed);
  if (elapsed >= kAnchorStep) {
    anchor_ = reached;
    anchor_steady_us_ = steady_us;
  }
  return std::max(now, reached);
}

trading::Timestamp VirtualClock::advanced_by(trading::Timestamp from, trading::Duration by) const {
  const trading::Timestamp t = from + by;
  if (!pace_.skips_closed) return t;
  const auto span = open_span_from(calendar_, t);
  return span ? std::max(t, span->begin) : t;
}

}  // namespace broker
