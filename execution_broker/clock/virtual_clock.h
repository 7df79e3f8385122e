#pragma once

// The clock of a simulated or recorded market. Market time is moved by its single writer (the desk)
// with set_market and by nobody else, never back; between the moves it stands still. `target` says
// where real time would have it, and `advanced_by` where a step command would: the writer walks
// there, event by event.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

#include "execution_broker/clock/clock.h"
#include "trading/time/exchange_calendar.h"

namespace broker {

// How market time follows real time.
struct Pace {
  std::int64_t speed_e4 = 10'000;  // SIM_SPEED in 1/10,000: 10,000 = as fast as real time; 0 = step
  bool skips_closed = true;        // SIM_SKIP_CLOSED
  // Where the market's own time stands, on a real market or an exchange's clock; the clock follows it and the two above
  // say nothing. Any thread; may stand still, what goes back is ignored.
  std::function<trading::Timestamp()> followed = {};
  [[nodiscard]] bool is_step() const { return speed_e4 == 0 && !followed; }
};

// SIM_SPEED as text: "step", or a factor above 0 and at most 100,000 with up to 4 decimals.
// SETTING_INVALID otherwise.
trading::Result<std::int64_t> parse_speed(std::string_view text);

class VirtualClock final : public Clock {
 public:
  // Market time begins at `start` (the durable one after a restart), real time at `steady_us`.
  // `calendar` outlives the clock.
  VirtualClock(const trading::ExchangeCalendar& calendar, trading::Timestamp start, Pace pace,
               std::int64_t steady_us);
  VirtualClock(const trading::ExchangeCalendar& calendar, trading::Timestamp start,
               Pace pace);  // from now on

  [[nodiscard]] trading::Timestamp market_now() const override;
  [[nodiscard]] trading::Timestamp wall_now() const override;
  [[nodiscard]] std::int64_t steady_us() const override;

  // The single writer only. INVARIANT: never back.
  void set_market(trading::Timestamp t);
  // After a start, once the market has been walked to `t`: real time counts from there and now on.
  void go_on_from(trading::Timestamp t);

  // Where market time should stand when the steady clock shows `steady_us`; never before
  // market_now(). A step clock stays where it is.
  [[nodiscard]] trading::Timestamp target(std::int64_t steady_us) const;
  // Where `from` gets by a step of `by`; when the pace skips closed spans and that lies in one, the
  // next pre-open. (A step of a day is a day; a step over the evening ends at the next morning.)
  [[nodiscard]] trading::Timestamp advanced_by(trading::Timestamp from, trading::Duration by) const;

  [[nodiscard]] const Pace& pace() const { return pace_; }

 private:
  const trading::ExchangeCalendar& calendar_;
  const Pace pace_;
  std::atomic<std::int64_t> market_us_;
  mutable std::mutex mutex_;           // guards the anchor
  mutable trading::Timestamp anchor_;  // market time that ...
  mutable std::int64_t
      anchor_steady_us_;  // ... belongs to this; moves up to keep target cheap
};

}  // namespace broker
