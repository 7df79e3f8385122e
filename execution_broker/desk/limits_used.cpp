#include "execution_broker/desk/limits_used.h"

#include <algorithm>
#include <set>
#include <utility>

#include "execution_broker/risk/exposure.h"
#include "execution_broker/risk/limits.h"
#include "execution_broker/risk/order_figures.h"

namespace broker {
namespace {

using risk::Limit;
using trading::Accrual;

std::string key_of(Limit limit) { return std::string(risk::row_of(limit).key); }

std::optional<std::int64_t> value_of(const std::optional<Accrual>& amount) {
  return amount ? std::optional(amount->value()) : std::nullopt;
}

// As the check counts: a waiting entry is the position it may become.
std::optional<std::int64_t> positions_taken(const risk::BookFacts& book) {
  if (!book.positions || !book.open_orders) return std::nullopt;
  std::set<std::pair<std::string, trading::Product>> taken;
  for (const risk::PositionFact& position : *book.positions)
    if (!position.quantity.is_zero()) taken.emplace(position.symbol, position.product);
  for (const risk::OpenOrderFact& order : *book.open_orders)
    if (order.cls == trading::OrderClass::kEntry) taken.emplace(order.symbol, order.product);
  return static_cast<std::int64_t>(taken.size());
}

}  // namespace

std::vector<LimitUse> limits_used(const DeskView& view, std::optional<Accrual> day_pnl, Accrual day_loss_limit) {
  risk::Facts facts;
  facts.limits = view.limits.effective();
  facts.mode.book = facts.mode.effective = view.book.mode;
  facts.tagged = facts.account = book_facts(view);
  const auto lost = day_pnl ? std::optional(day_pnl->is_negative() ? -day_pnl->value() : 0) : std::nullopt;
  return {
      {key_of(Limit::kMaxDailyLoss), true, lost, day_loss_limit.value()},
      {key_of(Limit::kMaxOpenPositions), false, positions_taken(facts.tagged), facts.limits.value(Limit::kMaxOpenPositions)},
      {key_of(Limit::kMaxEntriesPerDay), false, rate_facts(view, nullptr).entries_today, facts.limits.value(Limit::kMaxEntriesPerDay)},
      {key_of(Limit::kMaxGrossExposure), true, value_of(risk::larger_exposure(facts, {})),
       value_of(risk::share_of_purse(facts, Limit::kMaxGrossExposure))},
      {key_of(Limit::kMaxDailyTurnover), true, value_of(facts.tagged.turnover_today),
       value_of(risk::share_of_purse(facts, Limit::kMaxDailyTurnover))},
  };
}

}  // namespace broker
