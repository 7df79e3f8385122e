#include "execution_broker/risk/exposure.h"

#include <algorithm>
#include <map>

namespace broker::risk {

using trading::Accrual;
using trading::Bps;
using trading::Quantity;

namespace {

bool matches(const ExposureFilter& filter, const std::string& symbol, const std::string& sector) {
  return (filter.symbol.empty() || filter.symbol == symbol) &&
         (!filter.sector || *filter.sector == sector);
}

Bps share_of(Accrual value, Accrual base) {
  if (!base.is_positive()) return Bps(0);
  return Bps(trading::mul_div(value.value(), 10'000, base.value(), trading::Rounding::kUp));
}

std::vector<ExposureShare> shares_of(const std::map<std::string, Accrual>& values, Accrual base) {
  std::vector<ExposureShare> out;
  for (const auto& [name, value] : values) out.push_back({name, value, share_of(value, base)});
  std::stable_sort(out.begin(), out.end(), [](const ExposureShare& a, const ExposureShare& b) {
    return a.value > b.value;
  });
  return out;
}

}  // namespace

std::optional<Accrual> exposure_of(const BookFacts& book, const ExposureFilter& filter) {
  if (!book.positions || !book.open_orders) return std::nullopt;
  Accrual total;
  for (const PositionFact& position : *book.positions) {
    if (position.quantity.is_zero() || !matches(filter, position.symbol, position.sector)) continue;
    if (!position.last_price) return std::nullopt;
    total += value_of(*position.last_price, abs(position.quantity));
  }
  for (const OpenOrderFact& order : *book.open_orders) {
    if (order.cls != trading::OrderClass::kEntry || !matches(filter, order.symbol, order.sector))
      continue;
    if (!filter.without_order_id.empty() && order.order_id == filter.without_order_id) continue;
    total += value_of(order.price, order.open_quantity);
  }
  return total;
}

std::optional<Accrual> larger_exposure(const Facts& facts, ExposureFilter filter) {
  filter.without_order_id = facts.modifies_order_id;
  const auto tagged = exposure_of(facts.tagged, filter);
  const auto account = exposure_of(facts.account, filter);
  if (!tagged || !account) return std::nullopt;
  return std::max(*tagged, *account);
}

std::optional<Accrual> open_entry_value(const BookFacts& book, std::string_view without_order_id) {
  if (!book.open_orders) return std::nullopt;
  Accrual total;
  for (const OpenOrderFact& order : *book.open_orders) {
    if (order.cls != trading::OrderClass::kEntry) continue;
    if (!without_order_id.empty() && order.order_id == without_order_id) continue;
    total += value_of(order.price, order.open_quantity);
  }
  return total;
}

std::optional<Quantity> held_quantity(const BookFacts& book, std::string_view symbol,
                                      trading::Product product) {
  if (!book.positions) return std::nullopt;
  Quantity held;
  for (const PositionFact& position : *book.positions)
    if (position.symbol == symbol && position.product == product) held += position.quantity;
  return held;
}

std::optional<ExposureReport> exposure_report(const BookFacts& book, Accrual base) {
  if (!book.positions) return std::nullopt;
  ExposureReport report;
  std::map<std::string, Accrual> symbols;
  std::map<std::string, Accrual> sectors;
  for (const PositionFact& position : *book.positions) {
    if (position.quantity.is_zero()) continue;
    if (!position.last_price) return std::nullopt;
    const Accrual value = value_of(*position.last_price, abs(position.quantity));
    (position.quantity.is_positive() ? report.long_value : report.short_value) += value;
    symbols[position.symbol] += value;
    sectors[position.sector] += value;
  }
  report.gross = report.long_value + report.short_value;
  report.net = report.long_value - report.short_value;
  report.gross_share = share_of(report.gross, base);
  report.symbols = shares_of(symbols, base);
  report.sectors = shares_of(sectors, base);
  return report;
}

}  // namespace broker::risk
