// One symbol's bars: what happens in them, and what is ordered after them.

#include "mcp_gateway/research/backtest/lane.h"

#include <cmath>

#include "trading/time/exchange_calendar.h"

namespace research {

using trading::Accrual;
using trading::Duration;
using trading::Execution;
using trading::OrderType;
using trading::Price;
using trading::Product;
using trading::Quantity;
using trading::RestingOrder;
using trading::Side;
using trading::Status;

namespace {

constexpr Duration kSession = trading::minutes(375);

trading::TradingDay day_of(trading::TradingDate date) {
  auto day = trading::ExchangeCalendar::nse().trading_day(date);
  // The bars are the evidence that it traded; the hours are those of its time.
  return day ? *std::move(day) : trading::ExchangeCalendar::ordinary_day(date);
}

bool is_finite(const Decision& decision) {
  for (const std::optional<double>& level :
       {decision.limit, decision.trigger, decision.stop, decision.target, decision.stop_distance,
        decision.target_distance, decision.trail_distance})
    if (level && !(std::isfinite(*level) && std::abs(*level) < 2.0 * kMostPriceE4)) return false;
  return true;
}

// Nearest point of the grid, at least one step.
Price on_grid(double e4, Price grid) {
  const double steps = std::round(e4 / static_cast<double>(grid.value()));
  return Price(std::max<std::int64_t>(1, static_cast<std::int64_t>(steps)) * grid.value());
}

}  // namespace

Lane::Lane(std::size_t index, const SymbolBars& symbol, const EngineTerms& terms,
           std::size_t symbols, Account& account, EngineOutcome& outcome)
    : index_(index),
      symbol_(symbol),
      bars_(*symbol.bars),
      terms_(terms),
      most_shares_(kMostValueE4 / static_cast<std::int64_t>(symbols) / symbol.bars->highest_e4()),
      account_(account),
      outcome_(outcome),
      length_(symbol.bars->is_intraday() ? length_of(symbol.bars->timeframe()) : kSession),
      book_(terms.has_costs ? Book::kModelled : Book::kAnyQuantity) {
  slice_.symbol = symbol.symbol;
}

// --- a bar ------------------------------------------------------------------------------------

Status Lane::trade_next_bar() {
  const trading::BarSeries& series = bars_.series();
  const std::size_t i = next_++;
  current_bar_ = static_cast<std::uint32_t>(i);
  bar_ = {trading::Timestamp{series.ts_us[i]},
          series.open_e4[i],
          series.high_e4[i],
          series.low_e4[i],
          series.close_e4[i],
          series.volume[i],
          series.ts_us[i] >= day_end_us_};
  if (bar_.is_first_of_day) open_day();
  if (exit_ && is_flat()) exit_.reset();
  if (can_anything_happen()) RETURN_IF_ERROR(walk_bar());
  if (entry_) {
    if (entry_->executed.is_zero() && entry_->order.type == OrderType::kMarket)
      ++outcome_.entries_unfilled;
    entry_.reset();
  }
  if (terms_.sizing.kind == SizingKind::kVolatility) range_.update(bar_.high, bar_.low, bar_.close);
  account_.mark(index_, bar_.close);
  ++outcome_.bars;
  if (!is_flat()) ++outcome_.bars_in_position;
  return {};
}

void Lane::open_day() {
  date_ = date_of(bar_.ts);
  day_end_us_ = timestamp_of(date_ + 1, {}).us;
  if (terms_.product != Product::kIntraday) return;
  const trading::TradingDay day = day_of(date_);
  const bool has_auction = symbol_.has_derivatives && day.closing_auction.has_value();
  const SquareOff& rule = terms_.square_off;
  close_ts_ = day.close(symbol_.has_derivatives);
  square_off_ts_ =
      close_ts_ - trading::minutes(has_auction ? rule.minutes_closing_auction : rule.minutes);
  last_entry_ts_ =
      close_ts_ - trading::minutes(has_auction ? rule.last_entry_minutes_closing_auction
                                               : rule.last_entry_minutes);
}

bool Lane::may_sell() const {
  return !terms_.holds_until_settled || terms_.product == Product::kIntraday || entry_date_ < date_;
}

bool Lane::can_anything_happen() const {
  if (entry_ || exit_) return true;
  const std::int64_t quantity = account_.quantity(index_).value();
  if (quantity == 0) return false;
  if (trail_distance_ || (stop_ && stop_->is_triggered)) return true;
  const auto is_reached = [&](const std::optional<Level>& level, bool is_below) {
    if (!level) return false;
    return is_below ? bar_.low <= level->price.value() : bar_.high >= level->price.value();
  };
  return is_reached(stop_, quantity > 0) || is_reached(target_, quantity < 0);
}

Status Lane::walk_bar() {
  is_doubtful_bar_ = has_trailed_in_bar_ = false;
  const trading::Bar whole{bar_.ts,         Price(bar_.open),  Price(bar_.high),
                           Price(bar_.low), Price(bar_.close), bar_.volume};
  const auto [begin, end] = finer_inside();
  for (std::size_t i = begin; i < end; ++i) {
    const trading::BarSeries& finer = symbol_.finer->series();
    RETURN_IF_ERROR(walk_prints(finer.at(i), length_of(finer.timeframe), i == begin));
  }
  return begin == end ? walk_prints(whole, length_, true) : Status{};
}

// The finer bars of the current one, when together they reach from its low to its high: others are
// of another adjustment or have gaps, and would fill where this bar never was.
std::pair<std::size_t, std::size_t> Lane::finer_inside() {
  if (symbol_.finer == nullptr) return {0, 0};
  const trading::BarSeries& finer = symbol_.finer->series();
  const std::int64_t end_us = bars_.is_intraday() ? bar_end().us : day_end_us_;
  while (next_finer_ < finer.size() && finer.ts_us[next_finer_] < bar_.ts.us) ++next_finer_;
  const std::size_t begin = next_finer_;
  std::int64_t low = kMostPriceE4 + 1, high = 0;
  for (; next_finer_ < finer.size() && finer.ts_us[next_finer_] < end_us; ++next_finer_) {
    low = std::min(low, finer.low_e4[next_finer_]);
    high = std::max(high, finer.high_e4[next_finer_]);
  }
  const bool is_same = low == bar_.low && high == bar_.high;
  return {begin, is_same ? next_finer_ : begin};
}

// The order of the extremes matters only where a bar can hold both sides of a position's fate.
bool Lane::is_low_first(const trading::Bar& bar) const {
  const bool likely = trading::makes_low_first(bar);
  if (terms_.path == PathRule::kLikely) return likely;
  bool hurts_low_first = is_long();
  if (!is_flat()) {
    const auto is_inside = [&](const std::optional<Level>& level) {
      return level && level->price >= bar.low && level->price <= bar.high;
    };
    if (!trail_distance_ && !(is_inside(stop_) && is_inside(target_))) return likely;
  } else {
    if (!entry_) return likely;
    // At the open a long fears the low; one that comes later fears that the low follows it.
    hurts_low_first =
        (entry_->order.side == Side::kBuy) == (entry_->order.type == OrderType::kMarket);
  }
  return terms_.path == PathRule::kWorst ? hurts_low_first : !hurts_low_first;
}

Status Lane::walk_prints(const trading::Bar& bar, Duration length, bool is_first) {
  walked_ = bar;
  const auto prints = trading::walk(bar, length, is_low_first(bar));
  for (std::size_t k = 0; k < prints.size(); ++k) {
    make_slice(bar, length, prints[k], book_, slice_);
    RETURN_IF_ERROR(meet(is_first && k == 0));
    if (is_flat() && !entry_) break;
  }
  return {};
}

// Exits before protection before entries: what leaves makes room for what comes.
Status Lane::meet(bool is_first_print) {
  trading::Liquidity liquidity = trading::liquidity_of(slice_);
  if (!is_flat() && may_sell()) {
    if (exit_)
      leave(liquidity, is_first_print);
    else
      protect(slice_, liquidity, !slice_.path_from);
  }
  // Also what an earlier print of the bar did not give.
  const bool is_part_in = entry_ && !entry_->executed.is_zero() && !exit_;
  if (entry_ && (is_flat() || is_part_in)) RETURN_IF_ERROR(enter(liquidity, is_first_print));
  if (!is_flat() && trail_distance_) trail(slice_.last);
  return {};
}

// --- out --------------------------------------------------------------------------------------

void Lane::leave(trading::Liquidity& liquidity, bool is_fresh) {
  RestingOrder order;
  order.side = exit_side();
  order.open_quantity = abs(account_.quantity(index_));
  order.is_fresh = is_fresh;
  for (const Execution& execution : match(order, slice_, liquidity).executions)
    take_exit(execution, *exit_);
  if (is_flat()) after_exit();
}

void Lane::protect(const trading::MarketSlice& slice, trading::Liquidity& liquidity, bool is_gap) {
  if (stop_ && fill_stop(slice, liquidity, is_gap)) return;
  if (!target_) return;
  RestingOrder order;
  order.side = exit_side();
  order.type = OrderType::kLimit;
  order.limit_price = target_->price;
  order.open_quantity = abs(account_.quantity(index_));
  order.is_fresh = false;
  const trading::FillOutcome outcome = match(order, slice, liquidity);
  if (outcome.executions.empty()) return;
  if (!is_gap && is_in_walked(stop_)) doubt();
  for (const Execution& execution : outcome.executions) take_exit(execution, ExitReason::kTarget);
  if (is_flat()) after_exit();
}

// True when the stop went off: the target is then gone.
bool Lane::fill_stop(const trading::MarketSlice& slice, trading::Liquidity& liquidity,
                     bool is_gap) {
  RestingOrder order;
  order.side = exit_side();
  order.type = OrderType::kStopMarket;
  order.trigger_price = stop_->price;
  order.is_triggered = stop_->is_triggered;
  order.open_quantity = abs(account_.quantity(index_));
  order.is_fresh = false;
  const trading::FillOutcome outcome = match(order, slice, liquidity);
  if (!outcome.is_triggered) return false;
  if (!stop_->is_triggered && !is_gap &&
      (is_in_walked(target_) || (is_stop_trailing_ && has_trailed_in_bar_)))
    doubt();
  stop_->is_triggered = true;
  target_.reset();
  for (const Execution& execution : outcome.executions)
    take_exit(execution, is_stop_trailing_ ? ExitReason::kTrailingStop : ExitReason::kStop);
  if (is_flat()) after_exit();
  return true;
}

void Lane::doubt() {
  account_.set_ambiguous(index_);
  if (!is_doubtful_bar_) ++outcome_.ambiguous_bars;
  is_doubtful_bar_ = true;
}

void Lane::take_exit(const Execution& execution, ExitReason reason) {
  if (reason != exit_reason_) exit_executed_ = Accrual();
  exit_reason_ = reason;
  account_.apply({index_, exit_side(), execution.quantity, execution.price, bar_.ts, current_bar_,
                  exit_executed_, reason});
  exit_executed_ += value_of(execution.price, execution.quantity);
}

// An entry that was under way is over with it; one that has not begun (a reversal) goes on.
void Lane::after_exit() {
  if (entry_ && !entry_->executed.is_zero()) entry_.reset();
  exit_.reset();
  stop_.reset();
  target_.reset();
  trail_distance_.reset();
  is_stop_trailing_ = false;
  exit_executed_ = Accrual();
}

void Lane::take_all(Price price, ExitReason reason) {
  take_exit({abs(account_.quantity(index_)), price}, reason);
  after_exit();
}

// --- in ---------------------------------------------------------------------------------------

Status Lane::enter(trading::Liquidity& liquidity, bool is_first_print) {
  if (!entry_->is_sized) size_entry();
  if (entry_->order.open_quantity.is_zero()) {
    ++outcome_.entries_too_small;
    entry_.reset();
    return {};
  }
  entry_->order.is_fresh = is_first_print;
  const trading::FillOutcome outcome = match(entry_->order, slice_, liquidity);
  entry_->order.is_triggered = outcome.is_triggered;
  if (outcome.executions.empty()) return {};
  ASSIGN_OR_RETURN(const bool is_complete, take_entry(outcome));
  if (is_complete) {
    entered_by_ = entry_->decision;
    entry_.reset();
  }
  if (is_flat()) return {};

  // From here the market goes on from where the entry was filled.
  if (slice_.path_from && (is_in_walked(stop_) || is_in_walked(target_))) doubt();
  trading::MarketSlice rest = slice_;
  rest.path_from = outcome.executions.back().price;
  if (may_sell()) protect(rest, liquidity, !slice_.path_from);
  return {};
}

// True when nothing more is wanted.
trading::Result<bool> Lane::take_entry(const trading::FillOutcome& outcome) {
  const Side side = entry_->order.side;
  for (const Execution& execution : outcome.executions) {
    const Quantity paid =
        account_.affordable(index_, side, execution.price, execution.quantity, entry_->executed);
    if (!paid.is_positive()) return true;
    if (abs(account_.quantity(index_)).value() + paid.value() > most_shares_)
      return value_too_large();
    if (is_flat()) {
      entry_date_ = date_;
      entry_bar_ = current_bar_;
      best_ = execution.price;
    }
    account_.apply({index_, side, paid, execution.price, bar_.ts, current_bar_, entry_->executed,
                    ExitReason::kSignal});
    entry_->executed += value_of(execution.price, paid);
    entry_->order.open_quantity -= paid;
    entered_by_ = entry_->decision;
    set_protection(account_.position(index_).average_price());
    if (paid < execution.quantity) return true;
  }
  return entry_->order.open_quantity.is_zero();
}

void Lane::size_entry() {
  entry_->is_sized = true;
  const RestingOrder& order = entry_->order;
  const bool is_buy = order.side == Side::kBuy;
  Price price = (is_buy ? slice_.ask() : slice_.bid()).value_or(slice_.last);
  if (order.limit_price) price = *order.limit_price;
  if (order.trigger_price) price = *order.trigger_price;
  const Decision& by = entry_->decision;
  const std::optional<Price> stop =
      level_of(by.stop, by.stop_distance ? by.stop_distance : by.trail_distance,
               std::max(terms_.protection.stop, terms_.protection.trail), price, is_buy ? -1 : 1);
  const std::int64_t risk = stop ? abs(price - *stop).value() : 0;
  const double range = range_.value();
  const std::int64_t range_e4 = std::isfinite(range) ? std::llround(range) : 0;
  const Quantity wanted =
      wanted_quantity(terms_.sizing, account_.equity_e4(), price, risk, range_e4);
  entry_->order.open_quantity = account_.affordable(index_, order.side, price, wanted, Accrual());
}

std::optional<Price> Lane::level_of(std::optional<double> price, std::optional<double> distance,
                                    trading::Bps part, Price entry, int direction) const {
  const Price grid = grid_of(walked_);
  if (price) return on_grid(*price, grid);
  const auto away = static_cast<double>(direction);
  const auto from = static_cast<double>(entry.value());
  if (distance) return on_grid(from + away * *distance, grid);
  if (part.is_positive())
    return on_grid(from * (1.0 + away * static_cast<double>(part.value()) / 10'000.0), grid);
  return std::nullopt;
}

void Lane::set_protection(Price entry) {
  const int below = is_long() ? -1 : 1;
  const Protection& always = terms_.protection;
  const Decision& by = entered_by_;
  stop_.reset();
  target_.reset();
  is_stop_trailing_ = false;
  if (const auto stop = level_of(by.stop, by.stop_distance, always.stop, entry, below))
    stop_ = Level{*stop};
  if (const auto target = level_of(by.target, by.target_distance, always.target, entry, -below))
    target_ = Level{*target};
  trail_distance_.reset();
  if (const auto trailed = level_of({}, by.trail_distance, always.trail, entry, below)) {
    trail_distance_ = abs(entry - *trailed);
    if (!stop_) {
      stop_ = Level{*trailed};
      is_stop_trailing_ = true;
    }
  }
}

void Lane::trail(Price last) {
  if (stop_ && stop_->is_triggered) return;
  best_ = is_long() ? std::max(best_, last) : std::min(best_, last);
  const Price level = is_long() ? best_ - *trail_distance_ : best_ + *trail_distance_;
  const bool is_tighter = !stop_ || (is_long() ? level > stop_->price : level < stop_->price);
  if (!is_tighter || !level.is_positive()) return;
  stop_ = Level{level};
  is_stop_trailing_ = has_trailed_in_bar_ = true;
}

// --- between bars -----------------------------------------------------------------------------

Held Lane::held() const {
  const std::int64_t quantity = account_.quantity(index_).value();
  return {quantity, quantity == 0 ? 0 : current_bar_ - entry_bar_, entry_date_ == date_};
}

Status Lane::decide(const Decision& decision) {
  if (next_ == 0) return {};  // no bar yet: nothing can be ordered
  if (!is_finite(decision))
    return trading::make_error("STRATEGY_VALUE_INVALID",
                               "the strategy gave a level that is no price at " +
                                   trading::format_ist(bar_.ts) + " in " + symbol_.symbol,
                               "report it: this is a fault of the strategy");
  const bool wants_long = decision.action == Decision::Action::kBuy;
  const bool wants_short = decision.action == Decision::Action::kSellShort;
  if (!is_flat()) {
    const bool turns = is_long() ? wants_short : wants_long;
    if ((turns || decision.action == Decision::Action::kExit) && !exit_)
      exit_ = ExitReason::kSignal;
    if (!exit_ && decision.stop) {
      walked_ = {bar_.ts,         Price(bar_.open),  Price(bar_.high),
                 Price(bar_.low), Price(bar_.close), bar_.volume};
      stop_ = Level{on_grid(*decision.stop, grid_of(walked_))};
      is_stop_trailing_ = false;
    }
    if (!turns) return {};
  }
  if (!wants_long && !(wants_short && terms_.allows_short)) return {};
  if (terms_.product == Product::kIntraday && bar_end() >= last_entry_ts_) {
    ++outcome_.entries_after_cutoff;
    return {};
  }
  const trading::Bar whole{bar_.ts,         Price(bar_.open),  Price(bar_.high),
                           Price(bar_.low), Price(bar_.close), bar_.volume};
  Entry entry;
  entry.decision = decision;
  entry.order.side = wants_long ? Side::kBuy : Side::kSell;
  if (decision.trigger) {
    entry.order.type = decision.limit ? OrderType::kStopLimit : OrderType::kStopMarket;
    entry.order.trigger_price = on_grid(*decision.trigger, grid_of(whole));
  } else if (decision.limit) {
    entry.order.type = OrderType::kLimit;
  }
  if (decision.limit) entry.order.limit_price = on_grid(*decision.limit, grid_of(whole));
  entry_ = std::move(entry);
  return {};
}

void Lane::end_day_if_due() {
  if (terms_.product != Product::kIntraday || is_flat()) return;
  if (bar_end() >= close_ts_)
    take_all(Price(bar_.close), ExitReason::kSquareOff);
  else if (bar_end() >= square_off_ts_ && !exit_)
    exit_ = ExitReason::kSquareOff;
}

void Lane::square_off_at_last_price() {
  if (terms_.product != Product::kIntraday) return;
  entry_.reset();
  if (is_flat()) return;
  ++outcome_.squared_off_late;
  take_all(Price(bar_.close), ExitReason::kSquareOff);
}

void Lane::close_at_end() {
  entry_.reset();
  if (!is_flat()) take_all(Price(bar_.close), ExitReason::kEnd);
}

}  // namespace research
