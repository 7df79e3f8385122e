// The exchange's rules of precedence around trading/fills.

#include "mcp_gateway/research/backtest/slice_replay.h"

#include <algorithm>

namespace research {

namespace {

using trading::MarketSlice;
using trading::OrderType;
using trading::Status;

bool is_stop(OrderType type) {
  return type == OrderType::kStopLimit || type == OrderType::kStopMarket;
}
bool has_limit(OrderType type) {
  return type == OrderType::kLimit || type == OrderType::kStopLimit;
}

trading::Error invalid(const ReplayCommand& command, const std::string& what) {
  return trading::make_error("REPLAY_INVALID",
                             "order " + command.order + " at " +
                                 trading::format_ist(command.ts) + ": " + what,
                             "replay a complete record, from the day's first order on");
}

}  // namespace

Status SliceReplay::run(const ReplayCommand& command) {
  const auto found = working_.find(command.order);
  if (command.kind == ReplayCommand::Kind::kCancel) {
    if (found != working_.end()) working_.erase(found);  // a filled order is gone already
    return {};
  }
  const bool is_new = command.kind == ReplayCommand::Kind::kPlace;
  if (is_new != (found == working_.end()))
    return invalid(command, is_new ? "it works already" : "it does not work");
  const ReplayTerms& terms = command.terms;
  if (!terms.quantity.is_positive() || has_limit(terms.type) != terms.limit_price.has_value() ||
      is_stop(terms.type) != terms.trigger_price.has_value())
    return invalid(command, "quantity, limit and trigger do not fit the order type");
  Working& order = is_new ? working_[command.order] : found->second;
  if (is_new) {
    order.arrival = arrivals_++;
    order.symbol = command.symbol;
  } else {
    const bool is_same_stop = is_stop(terms.type) && terms.type == order.terms.type &&
                              terms.trigger_price == order.terms.trigger_price;
    order.is_triggered = order.is_triggered && is_same_stop;
  }
  order.terms = terms;
  order.since = command.ts;
  if (terms.quantity <= order.filled) return invalid(command, "more is filled than it asks for");
  if (!command.in_force) return {};
  if (command.in_force->symbol != order.symbol)
    return invalid(command, "the slice in force is of " + command.in_force->symbol);
  match_one(command.order, order, *command.in_force, true);
  forget_filled();
  return {};
}

void SliceReplay::meet(const MarketSlice& slice) {
  const auto newest = newest_.find(slice.symbol);
  if (newest != newest_.end() && slice.ts <= newest->second) return;
  newest_[slice.symbol] = slice.ts;
  std::vector<std::pair<const std::string*, Working*>> orders;
  for (auto& [name, order] : working_)
    if (order.symbol == slice.symbol && order.since < slice.ts) orders.emplace_back(&name, &order);
  std::sort(orders.begin(), orders.end(), [](const auto& a, const auto& b) {
    return a.second->arrival < b.second->arrival;
  });
  for (const auto& [name, order] : orders) match_one(*name, *order, slice, false);
  forget_filled();
}

void SliceReplay::match_one(const std::string& name, Working& order, const MarketSlice& slice,
                            bool is_fresh) {
  const auto given = given_.find(slice.symbol);
  if (given == given_.end() || given->second.slice_ts != slice.ts)
    given_[slice.symbol] = {slice.ts, trading::liquidity_of(slice)};
  trading::RestingOrder resting;
  resting.side = order.terms.side;
  resting.type = order.terms.type;
  resting.open_quantity = order.terms.quantity - order.filled;
  resting.limit_price = order.terms.limit_price;
  resting.trigger_price = order.terms.trigger_price;
  resting.is_triggered = order.is_triggered;
  resting.is_fresh = is_fresh;
  const trading::FillOutcome outcome = match(resting, slice, given_[slice.symbol].liquidity);
  order.is_triggered = outcome.is_triggered;
  for (const trading::Execution& execution : outcome.executions) {
    order.filled += execution.quantity;
    fills_.push_back({name, slice.ts, execution.quantity, execution.price});
  }
}

void SliceReplay::forget_filled() {
  std::erase_if(working_, [](const auto& entry) {
    return entry.second.filled >= entry.second.terms.quantity;
  });
}

trading::Result<std::vector<ReplayFill>> replay(const std::vector<ReplayCommand>& commands,
                                                const std::vector<MarketSlice>& slices) {
  SliceReplay replay;
  std::size_t next = 0;
  trading::TradingDate day{-1};
  const auto begin = [&](trading::Timestamp ts) {
    const trading::TradingDate date = trading::date_of(ts);
    if (date != day && day.days >= 0) replay.end_of_day();
    day = date;
  };
  const auto run_until = [&](const MarketSlice* slice) -> Status {
    for (; next < commands.size(); ++next) {
      const ReplayCommand& command = commands[next];
      const bool is_due = slice == nullptr || command.ts < slice->ts ||
                          (command.ts == slice->ts && command.is_before_slice);
      if (!is_due) break;
      begin(command.ts);
      RETURN_IF_ERROR(replay.run(command));
    }
    return {};
  };
  for (const MarketSlice& slice : slices) {
    RETURN_IF_ERROR(run_until(&slice));
    begin(slice.ts);
    replay.meet(slice);
  }
  RETURN_IF_ERROR(run_until(nullptr));
  return replay.fills();
}

}  // namespace research
