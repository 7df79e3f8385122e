// The chain of days of one simulated instrument. Integers throughout: ideal prices in 1/1,000,000
// rupee, returns in parts per million.

#include "execution_broker/market/simulated/daily_chain.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "trading/base/checked.h"
#include "trading/base/invariant.h"

namespace broker::simulated {

namespace {

using trading::mul_div;
using trading::Price;
using trading::Rounding;
using trading::TradingDate;

constexpr std::int64_t kMillion = 1'000'000;
constexpr TradingDate kAnchor =
    TradingDate::from_civil(2026, 11, 23);  // prices are plausible the day before
constexpr std::int64_t kPaisa = 100;        // in 1/10,000 rupee
constexpr std::int64_t kDividendStep =
    50'000;  // 0.05 rupee in 1/1,000,000: dividends are declared in such steps
constexpr std::int64_t kNormalMinutes = 375;
constexpr std::int64_t kMostVolume = 2'000'000'000;

std::int64_t magnified(std::int64_t price, std::int64_t ppm) {
  return mul_div(price, kMillion + ppm, kMillion, Rounding::kHalfUp);
}

// Terms that hold for the whole chain.
struct Character {
  std::uint64_t number = 0;
  std::int64_t beta_percent = 100;
  std::int64_t band_ppm = 0;     // width of the price band
  std::int64_t largest_ppm = 0;  // largest return of a day without a lock
};

Character character_of(const ChainInputs& in) {
  Character out;
  out.number = number_of(in.known.symbol);
  Draws draws(key_of(in.seed, Stream::kCloses, out.number, 1));
  out.beta_percent = 70 + draws.below(70);
  const Price probe(1'000 * trading::kRupeeE4);
  const trading::PriceBand band = trading::band_of(in.instrument, in.days[0].date, probe);
  out.band_ppm =
      mul_div(band.upper.value() - probe.value(), kMillion, probe.value(), Rounding::kDown);
  out.largest_ppm = out.band_ppm * 85 / 100;
  return out;
}

struct Returns {
  std::vector<std::int64_t> ppm;    // close to close, without dividend and split
  std::vector<std::int64_t> sigma;  // the day's own volatility
};

Returns returns_of(const ChainInputs& in, const Character& character) {
  ClusteringReturns own(key_of(in.seed, Stream::kCloses, character.number),
                        in.known.daily_move_ppm);
  Returns out;
  for (std::size_t d = 0; d < in.days.size(); ++d) {
    const std::int64_t move = own.next_ppm() +
                              in.factors.market_ppm(d) * character.beta_percent / 100 +
                              in.factors.sector_ppm(in.instrument.sector, d);
    out.ppm.push_back(std::clamp(move, -character.largest_ppm, character.largest_ppm));
    out.sigma.push_back(own.sigma_ppm());
  }
  for (const PlannedLock& lock : in.plan.locks)
    if (lock.holds_to_close)
      out.ppm[lock.day] = lock.is_upper ? character.band_ppm : -character.band_ppm;
  return out;
}

const PlannedAction* action_on(const DayPlan& plan, std::size_t day) {
  for (const PlannedAction& action : plan.actions)
    if (action.day == day) return &action;
  return nullptr;
}

std::int64_t dividend_of(std::int64_t price_e6, std::int64_t ppm) {
  if (ppm == 0) return 0;
  return std::max(kDividendStep, price_e6 * ppm / kMillion / kDividendStep * kDividendStep);
}

// Ideal closes in 1/1,000,000 rupee, and each day's dividend for one old share in the same unit.
struct Level {
  std::vector<std::int64_t> close;
  std::vector<std::int64_t> dividend;
};

Level level_of(const ChainInputs& in, const Character& character, const Returns& returns) {
  const std::size_t n = in.days.size();
  Level out{std::vector<std::int64_t>(n), std::vector<std::int64_t>(n)};
  const std::size_t anchor = in.days.at_or_before(kAnchor - 1).value_or(0);
  Draws draws(key_of(in.seed, Stream::kCloses, character.number, 2));
  out.close[anchor] = magnified(in.known.price_rupees * kMillion, draws.below(60'000) - 30'000);

  for (std::size_t d = anchor; d > 0;
       --d) {  // what stood before, so that the return leads to today
    std::int64_t before =
        mul_div(out.close[d], kMillion, kMillion + returns.ppm[d], Rounding::kHalfUp);
    if (const PlannedAction* action = action_on(in.plan, d)) {
      before *= action->split;
      out.dividend[d] = dividend_of(before, action->dividend_ppm);
      before += out.dividend[d];
    }
    out.close[d - 1] = before;
  }
  for (std::size_t d = anchor + 1; d < n; ++d) {
    std::int64_t before = out.close[d - 1];
    if (const PlannedAction* action = action_on(in.plan, d)) {
      out.dividend[d] = dividend_of(before, action->dividend_ppm);
      before = (before - out.dividend[d]) / action->split;
    }
    out.close[d] = magnified(before, returns.ppm[d]);
  }
  return out;
}

Lock lock_on(const DayPlan& plan, std::size_t day) {
  const auto found = std::lower_bound(
      plan.locks.begin(), plan.locks.end(), day,
      [](const PlannedLock& lock, std::size_t wanted) { return lock.day < wanted; });
  if (found == plan.locks.end() || found->day != day) return Lock::kNone;
  if (found->is_upper) return found->holds_to_close ? Lock::kUpperToClose : Lock::kUpper;
  return found->holds_to_close ? Lock::kLowerToClose : Lock::kLower;
}

std::int32_t narrow(Price price) {
  INVARIANT(price.is_positive() && price.value() <= 2'000'000'000,
            "a simulated price above 2 lakh");
  return static_cast<std::int32_t>(price.value());
}

// A price in 1/1,000,000 rupee on the tick, at least `room` ticks inside the band.
Price placed(std::int64_t price_e6, const DayTerms& terms, std::int64_t room) {
  const std::int64_t tick = terms.tick.value();
  const std::int64_t e4 = price_e6 / 100;
  const Price rounded((e4 + tick / 2) / tick * tick);
  const Price lowest(terms.band.lower.ceil_to(terms.tick).value() + room * tick);
  const Price highest(terms.band.upper.floor_to(terms.tick).value() - room * tick);
  return std::clamp(rounded, std::min(lowest, highest), std::max(lowest, highest));
}

struct DayForces {
  std::int64_t ideal_close_e6 = 0;
  std::int64_t fair_base_e6 = 0;  // yesterday's close after today's dividend and split
  std::int64_t return_ppm = 0;
  std::int64_t sigma_ppm = 0;
  std::int64_t normal_volume = 0;
  Lock lock = Lock::kNone;
};

SimulatedDay make_day(const DayForces& forces, const DayTerms& terms, Draws draws) {
  const std::int64_t move = std::abs(forces.return_ppm);
  const std::int64_t sigma = std::max(forces.sigma_ppm, move * 3 / 4);
  const std::int64_t gap =
      forces.return_ppm * 30 / 100 + sigma * fat_gauss_e3(draws) / 1'000 * 35 / 100;
  const Price open = placed(magnified(forces.fair_base_e6, gap), terms, 2);
  Price close = placed(forces.ideal_close_e6, terms, 2);
  const Price lower = terms.band.lower.ceil_to(terms.tick);
  const Price upper = terms.band.upper.floor_to(terms.tick);
  if (forces.lock == Lock::kUpperToClose) close = upper;
  if (forces.lock == Lock::kLowerToClose) close = lower;

  const std::int64_t up = sigma * std::abs(gauss_e3(draws.next())) / 1'000 * 45 / 100;
  const std::int64_t down = sigma * std::abs(gauss_e3(draws.next())) / 1'000 * 45 / 100;
  Price high =
      std::max({open, close, placed(magnified(std::max(open, close).value() * 100, up), terms, 1)});
  Price low = std::min(
      {open, close, placed(magnified(std::min(open, close).value() * 100, -down), terms, 1)});
  if (forces.lock == Lock::kUpper || forces.lock == Lock::kUpperToClose) high = upper;
  if (forces.lock == Lock::kLower || forces.lock == Lock::kLowerToClose) low = lower;

  SimulatedDay day;
  day.base = narrow(terms.previous_close);
  day.open = narrow(open);
  day.high = narrow(high);
  day.low = narrow(low);
  day.close = narrow(close);
  day.tick = narrow(terms.tick);
  day.lock = forces.lock;
  // Busy days move: up to three times the normal volume on the largest moves.
  const std::int64_t busy_percent = 65 + draws.below(60) + std::min<std::int64_t>(200, move / 300);
  day.volume =
      std::clamp<std::int64_t>(forces.normal_volume * busy_percent / 100, 1'000, kMostVolume);
  return day;
}

}  // namespace

std::uint64_t number_of(std::string_view symbol) {
  std::uint64_t number = 0;
  for (const char c : symbol) number = mix(number ^ static_cast<unsigned char>(c));
  return number;
}

DailyChain make_daily_chain(const ChainInputs& in) {
  const Character character = character_of(in);
  const Returns returns = returns_of(in, character);
  const Level level = level_of(in, character, returns);
  const std::int64_t turnover_e6 = in.known.daily_volume * in.known.price_rupees;  // rupees a day

  DailyChain chain;
  chain.days.reserve(in.days.size());
  std::int64_t last_close =
      mul_div(level.close[0], kMillion, kMillion + returns.ppm[0], Rounding::kHalfUp) / 100 /
      kPaisa * kPaisa;
  for (std::size_t d = 0; d < in.days.size(); ++d) {
    const trading::TradingDay& day = in.days[d];
    const PlannedAction* action = action_on(in.plan, d);
    const std::int64_t split = action ? action->split : 1;
    const std::int64_t base =
        split == 1 ? last_close
                   : mul_div(last_close, 1, split * kPaisa, Rounding::kHalfUp) * kPaisa;
    const DayTerms terms = terms_of(in.instrument, day.date, Price(base));

    DayForces forces;
    forces.ideal_close_e6 = level.close[d];
    forces.fair_base_e6 = (last_close * 100 - level.dividend[d]) / split;
    forces.return_ppm = returns.ppm[d];
    forces.sigma_ppm = returns.sigma[d];
    forces.lock = lock_on(in.plan, d);
    const auto minutes =
        static_cast<std::int64_t>(minutes_in(day.sessions(in.instrument.has_derivatives)));
    forces.normal_volume = mul_div(mul_div(turnover_e6, kMillion, level.close[d], Rounding::kDown),
                                   minutes, kNormalMinutes, Rounding::kDown);
    chain.days.push_back(make_day(forces, terms,
                                  Draws(key_of(in.seed, Stream::kDayShape, character.number,
                                               static_cast<std::uint64_t>(day.date.days)))));
    last_close = chain.days.back().close;
    if (action != nullptr) {
      CorporateAction record;
      record.symbol = in.instrument.symbol;
      record.ex_date = day.date;
      record.split_numerator = split;
      record.dividend = Price(level.dividend[d] / 100);
      chain.actions.push_back(std::move(record));
    }
  }

  chain.steps = steps_of(chain.actions, [&](TradingDate date) -> std::optional<Price> {
    const auto before = in.days.at_or_before(date - 1);
    if (!before) return std::nullopt;
    return Price(chain.days[*before].close);
  });
  return chain;
}

}  // namespace broker::simulated
