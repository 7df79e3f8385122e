#include "tests/sandbox_exchange/market.h"

#include <algorithm>

#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

Price on_tick(Price price, Price tick) { return price.floor_to(tick); }

Price moved_by_bps(Price price, std::int64_t bps) {
  return Price(price.value() + mul_div(price.value(), bps, 10'000, Rounding::kFloor));
}

// The last trading day before `date`; the day itself minus one where the tables do not reach.
TradingDate trading_date_before(TradingDate date) {
  for (int back = 1; back <= 15; ++back)
    if (plan_of(date - back).is_trading) return date - back;
  return date - 1;
}

}  // namespace

Price Tape::average() const {
  return volume == 0 ? last : Price(divide(turnover_e4, volume, Rounding::kHalfUp));
}

std::int64_t Tape::total(const Ladder& ladder) const {
  std::int64_t sum = 0;
  for (const Level& level : ladder) sum += level.quantity;
  // The five or twenty levels shown are a part of the book.
  return sum == 0 ? 0 : sum * 12;
}

Market::Market(const ListingBook& listings, std::uint64_t seed, const RecordedBars* recorded)
    : seed_(seed), recorded_(recorded) {
  for (const Listing& listing : listings.all()) {
    auto tape = std::make_unique<Tape>();
    tape->listing = &listing;
    tape->last = listing.anchor;
    tape->year_low = moved_by_bps(listing.anchor, -2'200).floor_to(listing.tick);
    tape->year_high = moved_by_bps(listing.anchor, 1'900).floor_to(listing.tick);
    by_listing_[&listing] = tape.get();
    tapes_.push_back(std::move(tape));
  }
}

void Market::begin_day(const DayPlan& plan) {
  if (!has_begun_) first_day_ = plan.date;
  has_begun_ = true;
  for (const auto& tape : tapes_) {
    const Listing& listing = *tape->listing;
    if (recorded_ != nullptr && listing.segment == "NSE" && listing.series() == "EQ")
      if (const Price close = recorded_->close_before(listing.name, plan.date); !close.is_zero())
        tape->last = on_tick(close, listing.tick);
    tape->previous_close = tape->last;
    tape->lower_circuit = moved_by_bps(tape->last, -listing.band_bps).ceil_to(listing.tick);
    tape->upper_circuit = moved_by_bps(tape->last, listing.band_bps).floor_to(listing.tick);
    tape->open = tape->high = tape->low = Price();
    tape->volume = tape->turnover_e4 = tape->last_quantity = 0;
    tape->buys = tape->sells = Ladder{};
    tape->dice = Dice(mixed_seed(seed_, listing.segment + listing.token, plan.date.days));
    if (board_of(listing) == Board::kDerivatives && tape->open_interest == 0)
      tape->open_interest = tape->dice.below(40'000) * listing.lot_size;
  }
}

void Market::end_day() {
  for (const auto& tape : tapes_) {
    if (tape->today.empty()) continue;
    tape->past[date_of(tape->today.front().begin)] = std::move(tape->today);
    tape->today.clear();
  }
}

bool Market::walk(Tape& tape, Timestamp t) {
  if (tape.is_halted) return false;
  const Listing& listing = *tape.listing;
  if (recorded_ != nullptr && listing.series() == "EQ" && recorded_->series(listing.name) != nullptr) {
    const Bar* bar = recorded_->covering(listing.name, t);
    if (bar == nullptr) return false;
    // Four prints a bar: open, one extreme, the other, close; a rising bar meets its low first.
    const std::int64_t span = recorded_->series(listing.name)->interval.us;
    const std::int64_t quarter = (t.us - bar->begin.us) * 4 / span;
    const bool is_rising = bar->close >= bar->open;
    const std::array<Price, 4> path{bar->open, is_rising ? bar->low : bar->high,
                                    is_rising ? bar->high : bar->low, bar->close};
    const Price price = path[static_cast<std::size_t>(std::clamp<std::int64_t>(quarter, 0, 3))];
    record(tape, {price, std::max<std::int64_t>(1, bar->volume / (span / 1'000'000))}, t);
    return true;
  }
  // A tick or so to either side, drawn back gently to the previous close, inside the band.
  const std::int64_t tick = listing.tick.value();
  const std::int64_t distance = (tape.last.value() - tape.previous_close.value()) / tick;
  const std::int64_t reach = std::max<std::int64_t>(2, tape.last.value() / tick / 4'000);
  std::int64_t steps = tape.dice.around(reach) - distance / 400;
  Price price(tape.last.value() + steps * tick);
  price = std::clamp(price, tape.lower_circuit, tape.upper_circuit);
  const std::int64_t quantity =
      listing.is_index() ? 0 : (1 + tape.dice.below(400)) * listing.lot_size;
  record(tape, {price, quantity}, t);
  return true;
}

void Market::print(Tape& tape, Print print, Timestamp t) {
  record(tape, print, t);
  renew_ladder(tape);
}

void Market::record(Tape& tape, Print print, Timestamp t) {
  tape.last = print.price;
  tape.last_quantity = print.quantity;
  tape.volume += print.quantity;
  tape.turnover_e4 += print.price.value() * print.quantity;
  tape.last_trade = t;
  if (!tape.is_frozen) tape.feed_time = t;
  ++tape.sequence;
  if (tape.open.is_zero()) tape.open = tape.high = tape.low = print.price;
  tape.high = std::max(tape.high, print.price);
  tape.low = std::min(tape.low, print.price);
  tape.year_high = std::max(tape.year_high, print.price);
  tape.year_low = std::min(tape.year_low, print.price);
  const Timestamp minute{t.us - t.us % 60'000'000};
  if (tape.today.empty() || tape.today.back().begin != minute) {
    tape.today.push_back({minute, print.price, print.price, print.price, print.price, print.quantity});
    return;
  }
  Bar& bar = tape.today.back();
  bar.high = std::max(bar.high, print.price);
  bar.low = std::min(bar.low, print.price);
  bar.close = print.price;
  bar.volume += print.quantity;
}

void Market::renew_ladder(Tape& tape) const {
  const Listing& listing = *tape.listing;
  tape.buys = tape.sells = Ladder{};
  if (listing.is_index()) return;
  const std::int64_t tick = listing.tick.value();
  Dice dice(mixed_seed(seed_, listing.segment + listing.token, tape.sequence * 20'000 + date_of(tape.last_trade).days));
  // The touch is about 2 basis points wide, at least a tick to each side.
  const std::int64_t half = std::max<std::int64_t>(1, tape.last.value() / 10'000 / tick);
  const std::int64_t unit = std::max<std::int64_t>(1, 400'000'000 / std::max<std::int64_t>(1, tape.last.value()));
  for (std::size_t i = 0; i < kLadderDepth; ++i) {
    const auto step = static_cast<std::int64_t>(i);
    const Price buy(tape.last.value() - (half + step) * tick);
    const Price sell(tape.last.value() + (half + step) * tick);
    const std::int64_t thicker = unit * (1 + step / 2);
    if (buy >= tape.lower_circuit && buy.is_positive())
      tape.buys[i] = {buy, (1 + dice.below(thicker)) * listing.lot_size, 1 + dice.below(12)};
    if (sell <= tape.upper_circuit)
      tape.sells[i] = {sell, (1 + dice.below(thicker)) * listing.lot_size, 1 + dice.below(12)};
  }
}

std::vector<Print> Market::take(Tape& tape, bool is_buy, Price limit, std::int64_t quantity, Timestamp t) {
  std::vector<Print> fills;
  Ladder& other = is_buy ? tape.sells : tape.buys;
  for (Level& level : other) {
    if (quantity == 0 || tape.is_halted) break;
    if (level.quantity == 0) continue;
    if (is_buy ? level.price > limit : level.price < limit) break;
    const Print fill{level.price, std::min(quantity, level.quantity)};
    level.quantity -= fill.quantity;
    quantity -= fill.quantity;
    if (level.quantity == 0) level = Level{};
    record(tape, fill, t);
    fills.push_back(fill);
  }
  return fills;
}

std::vector<Bar> Market::minutes_of(const Listing& listing, TradingDate date) const {
  const Tape& tape = *by_listing_.at(&listing);
  if (const auto past = tape.past.find(date); past != tape.past.end()) return past->second;
  if (!tape.today.empty() && date_of(tape.today.front().begin) == date) return tape.today;
  if (recorded_ != nullptr && listing.series() == "EQ" && recorded_->series(listing.name) != nullptr)
    return date < first_day_ ? recorded_->of_day(listing.name, date) : std::vector<Bar>{};
  if (date >= first_day_) return {};
  return invented_minutes(listing, date);
}

Price Market::invented_close(const Listing& listing, TradingDate date) const {
  auto& known = closes_[&listing];
  if (known.empty()) known[trading_date_before(first_day_)] = listing.anchor;
  // Backward from the oldest known close: each day moves by up to 2 %.
  while (known.begin()->first > date) {
    const auto [day, close] = *known.begin();
    Dice dice(mixed_seed(seed_, listing.token + "close", day.days));
    const Price before = moved_by_bps(close, dice.around(200)).floor_to(listing.tick);
    known[trading_date_before(day)] = std::max(before, Price(listing.tick.value() * 20));
  }
  const auto found = known.find(date);
  return found == known.end() ? Price() : found->second;
}

std::vector<Bar> Market::invented_minutes(const Listing& listing, TradingDate date) const {
  const DayPlan plan = plan_of(date);
  if (!plan.is_trading) return {};
  const Price from = invented_close(listing, trading_date_before(date));
  const Price to = invented_close(listing, date);
  if (from.is_zero() || to.is_zero()) return {};
  const std::int64_t tick = listing.tick.value();
  const Timestamp end = plan.continuous_end(board_of(listing));
  const std::int64_t count = (end - plan.open).us / 60'000'000;
  Dice dice(mixed_seed(seed_, listing.token + "minutes", date.days));
  std::vector<Bar> bars;
  bars.reserve(static_cast<std::size_t>(count));
  Price at_open = from;
  for (std::int64_t i = 0; i < count; ++i) {
    // A bridge from yesterday's close to today's with some noise on the way.
    const std::int64_t straight = from.value() + mul_div(to.value() - from.value(), i + 1, count, Rounding::kFloor);
    const std::int64_t noise = i + 1 == count ? 0 : dice.around(std::max<std::int64_t>(1, from.value() / tick / 700)) * tick;
    const Price close = i + 1 == count ? to : Price(straight + noise).floor_to(listing.tick);
    const Price top = std::max(at_open, close) + Price(dice.below(4) * tick);
    const Price bottom = std::min(at_open, close) - Price(dice.below(4) * tick);
    bars.push_back({plan.open + minutes(i), at_open, top, std::max(bottom, listing.tick), close,
                    listing.is_index() ? 0 : (1 + dice.below(9'000)) * listing.lot_size});
    at_open = close;
  }
  return bars;
}

}  // namespace sandbox
