// Minutes of a simulated day.

#include "execution_broker/market/simulated/day_path.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "execution_broker/market/simulated/draws.h"
#include "execution_broker/market/simulated/trading_days.h"
#include "trading/base/invariant.h"

namespace broker::simulated {

namespace {

constexpr std::int64_t kFine = 256;             // the bridge walks in 1/256 tick
constexpr std::int64_t kLockedVolumeShare = 8;  // a locked minute trades an eighth of what it would

// A point the path must pass: the price at the boundary before minute `minute`.
struct Waypoint {
  std::int64_t minute = 0;
  std::int64_t ticks = 0;
  bool is_flat_after = false;  // the price stands still up to the next waypoint
};

struct Bounds {
  std::int64_t open, high, low, close;  // in ticks
};

// Open, both extremes in a likely order, close; on a lock day a flat stretch at the circuit.
std::vector<Waypoint> waypoints_of(const SimulatedDay& day, const Bounds& bounds,
                                   std::int64_t minutes, Draws& draws) {
  const std::int64_t half = std::max<std::int64_t>(2, minutes / 2);
  const std::int64_t early = 1 + draws.below(std::max<std::int64_t>(1, half - 2));
  const std::int64_t late = half + draws.below(std::max<std::int64_t>(1, minutes - half - 1));
  std::vector<Waypoint> points = {{0, bounds.open}};
  if (day.lock == Lock::kNone) {
    const bool is_rising = bounds.close >= bounds.open;
    const bool low_first = (draws.below(4) != 0) == is_rising;
    points.push_back({early, low_first ? bounds.low : bounds.high});
    points.push_back({late, low_first ? bounds.high : bounds.low});
  } else {
    const bool is_upper = day.lock == Lock::kUpper || day.lock == Lock::kUpperToClose;
    const bool to_close = day.lock == Lock::kUpperToClose || day.lock == Lock::kLowerToClose;
    const std::int64_t circuit = is_upper ? bounds.high : bounds.low;
    const std::int64_t other = is_upper ? bounds.low : bounds.high;
    if (to_close) {
      points.push_back({early, other});
      points.push_back({late, circuit, true});
    } else {
      const std::int64_t length = std::max<std::int64_t>(
          1, minutes / 16 + draws.below(std::max<std::int64_t>(1, minutes / 8)));
      points.push_back({early, circuit, true});
      points.push_back({std::min(early + length, half + minutes / 4), circuit});
      points.push_back({std::max(late, std::min(early + length, half + minutes / 4) + 1), other});
    }
  }
  points.push_back({minutes, bounds.close});
  return points;
}

// 60 at midday, 160 at the edges: percent of the mean, for volatility and volume.
std::int64_t u_shape(std::int64_t minute, std::int64_t minutes) {
  const std::int64_t from_middle = std::abs(2 * minute - minutes) * 100 / minutes;  // 0..100
  return 60 + from_middle * from_middle / 100;
}

// Prices at the minutes' boundaries, in ticks, and which minutes stand still.
struct Bridge {
  std::vector<std::int64_t> boundary;  // minutes + 1
  std::vector<bool> is_flat;           // minutes
};

Bridge bridge_through(const std::vector<Waypoint>& points, const Bounds& bounds,
                      std::int64_t minutes, std::int64_t sigma_fine, Draws& draws) {
  Bridge out;
  out.boundary.assign(static_cast<std::size_t>(minutes) + 1, bounds.open);
  out.is_flat.assign(static_cast<std::size_t>(minutes), false);
  for (std::size_t p = 0; p + 1 < points.size(); ++p) {
    const Waypoint& from = points[p];
    const Waypoint& to = points[p + 1];
    std::int64_t fine = from.ticks * kFine;
    for (std::int64_t m = from.minute; m < to.minute; ++m) {
      const auto i = static_cast<std::size_t>(m);
      if (from.is_flat_after) {
        out.is_flat[i] = true;
        out.boundary[i + 1] = from.ticks;
        continue;
      }
      const std::int64_t left = to.minute - m;
      const std::int64_t noise =
          sigma_fine * u_shape(m, minutes) / 100 * gauss_e3(draws.next()) / 1'000;
      fine += (to.ticks * kFine - fine) / left + noise * (left - 1) / left;
      fine = std::clamp(fine, bounds.low * kFine, bounds.high * kFine);
      out.boundary[i + 1] = left == 1 ? to.ticks : (fine + kFine / 2) / kFine;
    }
  }
  return out;
}

}  // namespace

trading::Bar DayPath::bar(std::size_t minute) const {
  trading::Bar out;
  out.ts = start_of_minute(sessions, minute);
  out.open = trading::Price(open[minute]);
  out.high = trading::Price(high[minute]);
  out.low = trading::Price(low[minute]);
  out.close = trading::Price(close[minute]);
  out.volume = volume_before[minute + 1] - volume_before[minute];
  return out;
}

DaySoFar DayPath::day_before(std::size_t minute) const {
  DaySoFar day;
  if (minute == 0) return day;
  day.open = trading::Price(open[0]);
  day.high = trading::Price(high_before[minute]);
  day.low = trading::Price(low_before[minute]);
  day.volume = volume_before[minute];
  return day;
}

DayPath make_day_path(const SimulatedDay& day, std::vector<trading::SessionHours> sessions,
                      std::uint64_t key) {
  const auto minutes = static_cast<std::int64_t>(minutes_in(sessions));
  INVARIANT(minutes >= 8, "a session shorter than eight minutes");
  const Bounds bounds = {day.open / day.tick, day.high / day.tick, day.low / day.tick,
                         day.close / day.tick};
  Draws draws(key);
  const std::int64_t sigma_fine =
      (bounds.high - bounds.low) * kFine * 6 / 10 / std::max<std::int64_t>(1, square_root(minutes));
  const Bridge bridge =
      bridge_through(waypoints_of(day, bounds, minutes, draws), bounds, minutes, sigma_fine, draws);

  DayPath path;
  path.sessions = std::move(sessions);
  const auto n = static_cast<std::size_t>(minutes);
  for (auto* column : {&path.open, &path.high, &path.low, &path.close}) column->reserve(n);
  std::vector<std::int64_t> weight_before(n + 1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t bits = draws.next();
    const auto m = static_cast<std::int64_t>(i);
    std::int64_t o = bridge.boundary[i];
    const std::int64_t c = bridge.boundary[i + 1];
    std::int64_t weight = u_shape(m, minutes) * (48 + static_cast<std::int64_t>(bits >> 58));
    std::int64_t h = std::max(o, c);
    std::int64_t l = std::min(o, c);
    if (bridge.is_flat[i]) {
      weight = std::max<std::int64_t>(1, weight / kLockedVolumeShare);
    } else {
      // The first trade of a minute lies a tick off the last of the one before, one time in two.
      if (i > 0)
        o = std::clamp(o + (bits & 2 ? static_cast<std::int64_t>(bits & 1) * 2 - 1 : 0), bounds.low,
                       bounds.high);
      const std::int64_t reach = sigma_fine * u_shape(m, minutes) / 100;
      const auto up = static_cast<std::int64_t>((bits >> 8) & 1023);
      const auto down = static_cast<std::int64_t>((bits >> 18) & 1023);
      h = std::min(bounds.high, std::max(o, c) + reach * up / 1'024 * up / 1'024 / kFine);
      l = std::max(bounds.low, std::min(o, c) - reach * down / 1'024 * down / 1'024 / kFine);
    }
    path.open.push_back(static_cast<std::int32_t>(o * day.tick));
    path.high.push_back(static_cast<std::int32_t>(h * day.tick));
    path.low.push_back(static_cast<std::int32_t>(l * day.tick));
    path.close.push_back(static_cast<std::int32_t>(c * day.tick));
    weight_before[i + 1] = weight_before[i] + weight;
  }

  path.volume_before.resize(n + 1);
  path.high_before.resize(n);
  path.low_before.resize(n);
  std::int32_t highest = 0;
  std::int32_t lowest = 0;
  for (std::size_t i = 0; i <= n; ++i) {
    // At most 2e9 shares x 7e6 of weight: far from 64 bits.
    path.volume_before[i] = day.volume * weight_before[i] / weight_before[n];
    if (i == n) break;
    path.high_before[i] = highest;
    path.low_before[i] = lowest;
    highest = i == 0 ? path.high[0] : std::max(highest, path.high[i]);
    lowest = i == 0 ? path.low[0] : std::min(lowest, path.low[i]);
  }
  return path;
}

}  // namespace broker::simulated
