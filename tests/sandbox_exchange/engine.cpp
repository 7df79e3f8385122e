#include "tests/sandbox_exchange/engine.h"

#include <algorithm>
#include <limits>

#include "tests/sandbox_exchange/funds.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() >= width ? digits : std::string(width - digits.size(), '0') + digits;
}

bool reaches_trigger(const Order& order, Price last) {
  return order.terms.is_buy ? last >= order.terms.trigger : last <= order.terms.trigger;
}

bool is_crossed(const Order& order, Price other_side) {
  return order.terms.is_buy ? other_side <= order.terms.price : other_side >= order.terms.price;
}

}  // namespace

Price protected_limit(const Tape& tape, bool is_buy) {
  const std::int64_t room = mul_div(tape.last.value(), 50, 10'000, Rounding::kDown);
  const Price limit(tape.last.value() + (is_buy ? room : -room));
  const Price on_tick = is_buy ? limit.floor_to(tape.listing->tick) : limit.ceil_to(tape.listing->tick);
  return std::clamp(on_tick, tape.lower_circuit, tape.upper_circuit);
}

Order& Engine::place(Account& account, OrderTerms terms, Timestamp now, SteadyUs steady, const Fate& fate,
                     std::string source) {
  auto order = std::make_unique<Order>();
  order->order_id = yymmdd(date_of(now)) + padded(++order_number_, 9);
  order->unique_id = uuid_from(dice_);
  order->client_code = account.client_code;
  order->source = std::move(source);
  order->asked_type = terms.type;
  order->terms = std::move(terms);
  order->placed_at = order->updated_at = now;
  Order& placed = *order;
  account.orders.push_back(std::move(order));
  pending_.push_back({Wish::kEnter, &account, &placed, steady + settings.latency_us + fate.extra_latency_us, {}, fate});
  return placed;
}

void Engine::modify(Account& account, Order& order, Change change, SteadyUs steady) {
  pending_.push_back({Wish::kModify, &account, &order, steady + settings.latency_us, change, {}});
}

void Engine::cancel(Account& account, Order& order, SteadyUs steady) {
  pending_.push_back({Wish::kCancel, &account, &order, steady + settings.latency_us, {}, {}});
}

SteadyUs Engine::next_due() const {
  SteadyUs next = std::numeric_limits<SteadyUs>::max();
  for (const Pending& pending : pending_) next = std::min(next, pending.due);
  return next;
}

void Engine::settle(Timestamp now, SteadyUs steady, bool everything) {
  for (std::size_t i = 0; i < pending_.size();) {
    if (!everything && pending_[i].due > steady) {
      ++i;
      continue;
    }
    const Pending due = pending_[i];
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    switch (due.wish) {
      case Wish::kEnter: enter(*due.account, *due.order, due.fate, now); break;
      case Wish::kModify: change(*due.account, *due.order, due.change, now); break;
      case Wish::kCancel:
        if (due.order->is_alive()) {
          cancel_now(*due.account, *due.order, now);
        } else if (due.order->state == OrderState::kComplete) {
          due.order->shown_status = "not cancelled";
          tell(*due.account, *due.order, now);
        }
        break;
    }
  }
}

void Engine::enter(Account& account, Order& order, const Fate& fate, Timestamp now) {
  if (!order.is_alive()) return;
  if (!fate.reject_text.empty()) return reject(account, order, fate.reject_text, now);
  if (std::string refusal = broker_refusal(account, order); !refusal.empty())
    return reject(account, order, std::move(refusal), now);
  order.state = OrderState::kValidation;
  const Phase phase = plan_of(date_of(now)).phase(board_of(*order.terms.listing), now);
  if (phase == Phase::kClosed && settings.takes_after_market) {
    order.state = OrderState::kAfterMarket;
    return tell(account, order, now);
  }
  if (std::string refusal = exchange_refusal(order, now); !refusal.empty())
    return reject(account, order, std::move(refusal), now);
  order.exchange_id = "11000" + padded(++exchange_number_, 11);
  order.exchange_at = now;
  order.state = OrderState::kOpenPending;
  tell(account, order, now);
  Tape& tape = market_.tape(*order.terms.listing);
  working_[order.terms.listing].push_back({&account, &order});
  if (order.terms.is_stop()) {
    order.state = OrderState::kTriggerPending;
    tell(account, order, now);
    if (phase == Phase::kContinuous && reaches_trigger(order, tape.last)) trigger(account, order, now);
    return;
  }
  if (order.terms.type == OrderType::kMarket) {
    order.terms.type = OrderType::kLimit;
    order.terms.price = protected_limit(tape, order.terms.is_buy);
  }
  order.state = OrderState::kOpen;
  tell(account, order, now);
  if (phase == Phase::kContinuous) match(account, order, fate.fill_percent, now);
  if (order.is_working() && order.terms.duration == "IOC") return cancel_now(account, order, now);
  rest(order);
}

void Engine::change(Account& account, Order& order, const Change& change, Timestamp now) {
  if (!order.is_alive()) {
    if (order.state == OrderState::kComplete) order.shown_status = "not modified";
    return tell(account, order, now);
  }
  Order wished = order;  // judged as a whole before anything of it counts
  wished.terms.price = change.price;
  wished.terms.trigger = change.trigger;
  wished.terms.quantity = change.quantity;
  wished.terms.type = change.type;
  wished.asked_type = change.type;
  std::string refusal;
  if (change.quantity <= order.filled) refusal = "Modified quantity is not above the filled quantity";
  if (refusal.empty() && order.state != OrderState::kAfterMarket) refusal = exchange_refusal(wished, now);
  if (refusal.empty()) refusal = funds_refusal(account, needed_e4(account, wished) - needed_e4(account, order));
  if (!refusal.empty()) {
    order.text = refusal;
    order.shown_status = "not modified";
    return tell(account, order, now);
  }
  const bool loses_place = change.price != order.terms.price || change.quantity > order.terms.quantity;
  order.terms = wished.terms;
  order.asked_type = change.type;
  order.text.clear();
  order.shown_status = "modified";
  tell(account, order, now);
  if (order.state == OrderState::kAfterMarket) return;
  Tape& tape = market_.tape(*order.terms.listing);
  if (order.terms.is_stop() && !order.is_triggered) {
    // The row keeps saying `modified` beside an orderstatus of `trigger pending`, as seen live.
    order.state = OrderState::kTriggerPending;
    return tell(account, order, now);
  }
  order.shown_status.clear();
  if (order.terms.type == OrderType::kMarket) {
    order.terms.type = OrderType::kLimit;
    order.terms.price = protected_limit(tape, order.terms.is_buy);
  }
  order.state = OrderState::kOpen;
  tell(account, order, now);
  if (plan_of(date_of(now)).phase(board_of(*order.terms.listing), now) == Phase::kContinuous)
    match(account, order, 100, now);
  if (loses_place) rest(order);
}

void Engine::cancel_now(Account& account, Order& order, Timestamp now) {
  order.cancelled = order.terms.quantity - order.filled;
  order.state = order.state == OrderState::kAfterMarket ? OrderState::kAfterMarketCancelled : OrderState::kCancelled;
  order.shown_status.clear();
  tell(account, order, now);
}

void Engine::reject(Account& account, Order& order, std::string text, Timestamp now) {
  order.state = OrderState::kRejected;
  order.shown_status.clear();
  order.text = std::move(text);
  tell(account, order, now);
}

void Engine::trigger(Account& account, Order& order, Timestamp now) {
  Tape& tape = market_.tape(*order.terms.listing);
  order.is_triggered = true;
  order.shown_status.clear();
  if (order.terms.type == OrderType::kStopMarket) order.terms.price = protected_limit(tape, order.terms.is_buy);
  order.state = OrderState::kOpen;
  tell(account, order, now);
  match(account, order, 100, now);
  rest(order);
}

void Engine::match(Account& account, Order& order, std::int64_t percent, Timestamp now) {
  Tape& tape = market_.tape(*order.terms.listing);
  const std::int64_t leave = order.terms.quantity * (100 - percent) / 100;
  const auto wanted = [&] { return order.is_working() ? order.open_quantity() - leave : 0; };
  while (wanted() > 0) {
    // The ladder up to the best price of another account's order, at which it was there before.
    const std::optional<Working> other = best_against(order);
    const Price until = other ? other->order->terms.price : order.terms.price;
    for (const Print& print : market_.take(tape, order.terms.is_buy, until, wanted(), now)) fill(account, order, print, now);
    if (!other) return;
    if (wanted() <= 0) return;
    const Print print{until, std::min(wanted(), other->order->open_quantity())};
    market_.record(tape, print, now);
    fill(*other->account, *other->order, print, now);
    fill(account, order, print, now);
  }
}

std::optional<Engine::Working> Engine::best_against(const Order& order) const {
  std::optional<Working> best;
  const auto here = working_.find(order.terms.listing);
  if (here == working_.end()) return best;
  for (const Working& other : here->second) {
    const OrderTerms& terms = other.order->terms;
    if (!other.order->is_working() || terms.is_buy == order.terms.is_buy || !is_crossed(order, terms.price)) continue;
    const bool is_better = !best || (order.terms.is_buy ? terms.price < best->order->terms.price : terms.price > best->order->terms.price);
    if (is_better) best = other;
  }
  return best;
}

void Engine::rest(Order& order) {
  const Tape& tape = market_.tape(*order.terms.listing);
  order.queue_ahead = 0;
  for (const Level& level : order.terms.is_buy ? tape.buys : tape.sells)
    if (level.price == order.terms.price) order.queue_ahead = level.quantity;
}

void Engine::fill(Account& account, Order& order, Print print, Timestamp now) {
  order.filled += print.quantity;
  order.filled_value_e4 += print.price.value() * print.quantity;
  order.trades.push_back({order.order_id, std::to_string(50'000'000 + ++fill_number_), print.price, print.quantity, now});
  Position& position = account.position(*order.terms.listing, order.terms.product);
  (order.terms.is_buy ? position.buy_quantity : position.sell_quantity) += print.quantity;
  (order.terms.is_buy ? position.buy_value_e4 : position.sell_value_e4) += print.price.value() * print.quantity;
  order.shown_status.clear();
  if (order.open_quantity() == 0) order.state = OrderState::kComplete;
  tell(account, order, now);
}

void Engine::tell(Account& account, Order& order, Timestamp now) {
  order.updated_at = now;
  if (!order.exchange_id.empty()) order.exchange_at = now;
  listener_(account, order);
}

void Engine::on_print(Tape& tape, Timestamp now) {
  const auto found = working_.find(tape.listing);
  if (found == working_.end() || found->second.empty()) return;
  std::vector<Working>& here = found->second;
  std::erase_if(here, [](const Working& w) { return !w.order->is_alive(); });
  std::int64_t traded = tape.last_quantity;
  const Price printed = tape.last;
  const std::vector<Working> now_working = here;  // a fill may add to the list
  for (const Working& working : now_working) {
    Order& order = *working.order;
    if (order.state == OrderState::kTriggerPending && reaches_trigger(order, printed)) {
      trigger(*working.account, order, now);
      continue;
    }
    if (!order.is_working()) continue;
    // The market came through its price: it trades at its own price with what now stands beyond.
    Ladder& other = order.terms.is_buy ? tape.sells : tape.buys;
    for (Level& level : other) {
      if (order.open_quantity() == 0) break;
      if (level.price.is_zero() || !is_crossed(order, level.price)) continue;
      const Print print{order.terms.price, std::min(order.open_quantity(), level.quantity)};
      level.quantity -= print.quantity;
      if (level.quantity == 0) level = Level{};
      market_.record(tape, print, now);
      fill(*working.account, order, print, now);
    }
    if (!order.is_working() || printed != order.terms.price) continue;
    // Trading at its price: first the queue before it, then itself.
    const std::int64_t before = std::min(order.queue_ahead, traded);
    order.queue_ahead -= before;
    traded -= before;
    const std::int64_t own = std::min(order.open_quantity(), traded);
    if (own <= 0) continue;
    traded -= own;
    fill(*working.account, order, {printed, own}, now);
  }
}

void Engine::uncross(Tape& tape, Timestamp now) {
  const auto found = working_.find(tape.listing);
  if (found == working_.end()) return;
  const Price price = tape.last;
  const std::vector<Working> waiting = found->second;
  for (const Working& working : waiting)
    if (working.order->is_working() && is_crossed(*working.order, price)) {
      const Print print{price, working.order->open_quantity()};
      market_.record(tape, print, now);
      fill(*working.account, *working.order, print, now);
    }
}

void Engine::at_open(Timestamp now, SteadyUs steady) {
  for (Account* account : accounts_)
    for (std::size_t i = 0; i < account->orders.size(); ++i) {
      Order& order = *account->orders[i];
      if (order.state == OrderState::kAfterMarket) {
        order.state = OrderState::kReceived;
        pending_.push_back({Wish::kEnter, account, &order, steady, {}, {}});
      } else if (order.is_working()) {
        match(*account, order, 100, now);
        rest(order);
      }
    }
}

void Engine::end_of_session(Timestamp now) {
  for (Account* account : accounts_)
    for (std::size_t i = 0; i < account->orders.size(); ++i)
      if (Order& order = *account->orders[i]; order.is_alive() && order.state != OrderState::kAfterMarket)
        cancel_now(*account, order, now);
  working_.clear();
}

void Engine::square_off(Account& account, Board board, Timestamp now, SteadyUs steady) {
  for (std::size_t i = 0; i < account.orders.size(); ++i) {
    Order& order = *account.orders[i];
    if (order.is_alive() && order.terms.product == "INTRADAY" && board_of(*order.terms.listing) == board)
      cancel_now(account, order, now);
  }
  for (auto& [key, position] : account.positions) {
    if (position.product != "INTRADAY" || position.net() == 0 || board_of(*position.listing) != board) continue;
    OrderTerms terms;
    terms.listing = position.listing;
    terms.is_buy = position.net() < 0;
    terms.quantity = std::abs(position.net());
    terms.type = OrderType::kMarket;
    place(account, terms, now, steady, {}, "rms");
  }
  settle(now, steady, true);
}

void Engine::fill_by_hand(Account& account, Order& order, std::int64_t quantity, Price price, Timestamp now) {
  const Print print{price, std::min(quantity, order.open_quantity())};
  if (print.quantity <= 0) return;
  if (order.exchange_id.empty()) order.exchange_id = "11000" + padded(++exchange_number_, 11);
  if (order.state != OrderState::kOpen) order.state = OrderState::kOpen;
  market_.record(market_.tape(*order.terms.listing), print, now);
  fill(account, order, print, now);
}

void Engine::reject_by_hand(Account& account, Order& order, const std::string& text, Timestamp now) {
  reject(account, order, text, now);
}

}  // namespace sandbox
