#pragma once

// Facts of an ordinary paper entry that passes every check: tests change one fact and look at what
// refuses.
//   SBIN, BUY 40 LIMIT 100.00 INTRADAY, stop 98.00, target 106.00, bid 99.95, ask 100.00, purse
//   10,00,000.00
// valid_exit and valid_protection close a long position of 40.

#include <array>
#include <string>

#include "execution_broker/risk/facts.h"
#include "trading/time/exchange_calendar.h"

namespace broker::test {

inline trading::Price rs(double rupees) {
  return trading::price_from_double(rupees).value();
}
inline trading::Accrual rupees(std::int64_t whole) {
  return trading::Accrual(whole * trading::kRupeeE4);
}

inline constexpr trading::TradingDate kDay = trading::TradingDate::from_civil(2026, 11, 23);
inline trading::Timestamp at_time(int hour, int minute) {
  return timestamp_of(kDay, trading::at(hour, minute));
}

inline trading::DayStatus ordinary_day() {
  trading::TradingDay day;
  day.date = kDay;
  day.continuous = {{at_time(9, 15), at_time(15, 30)}};
  day.continuous_cas = {{at_time(9, 15), at_time(15, 15)}};
  day.closing_auction = trading::SessionHours{at_time(15, 15), at_time(15, 35)};
  return {trading::DayStatus::Kind::kTrading, day, ""};
}

inline trading::Quote ordinary_quote() {
  trading::Quote quote;
  trading::MarketSlice& slice = quote.slice;
  slice.symbol = "SBIN";
  slice.ts = at_time(11, 0);
  slice.last = rs(99.95);
  slice.open = rs(99.0);
  slice.high = rs(100.5);
  slice.low = rs(98.5);
  slice.previous_close = rs(99.0);
  slice.band = {rs(89.1), rs(108.9)};
  slice.phase = trading::SessionPhase::kContinuous;
  for (std::size_t i = 0; i < trading::kDepthLevels; ++i) {
    const auto away = static_cast<double>(i) * 0.05;
    slice.bids[i] = {rs(99.95 - away), trading::Quantity(2'000)};
    slice.asks[i] = {rs(100.0 + away), trading::Quantity(2'000)};
  }
  quote.source = "simulated";
  return quote;
}

inline risk::BookFacts ordinary_book() {
  risk::BookFacts book;
  book.cash = book.equity_at_open = book.equity_now = book.peak_equity = rupees(1'000'000);
  book.today = risk::ResultFact{};
  book.week = risk::ResultFact{};
  book.turnover_today = rupees(0);
  book.positions.emplace();
  book.open_orders.emplace();
  return book;
}

inline risk::Facts valid_entry() {
  using risk::Finding;
  risk::Facts facts;
  facts.order.symbol = "SBIN";
  facts.order.side = trading::Side::kBuy;
  facts.order.quantity = trading::Quantity(40);
  facts.order.type = trading::OrderType::kLimit;
  facts.order.product = trading::Product::kIntraday;
  facts.order.limit_price = rs(100.0);
  facts.order.stop_loss = rs(98.0);
  facts.order.target = rs(106.0);
  facts.cls = trading::OrderClass::kEntry;

  facts.instrument.symbol = "SBIN";
  facts.instrument.sector = "Financial Services";
  facts.instrument.freeze_quantity = 50'000;
  facts.instrument.has_derivatives = true;
  facts.tick = rs(0.05);
  facts.has_intraday_data = true;
  facts.surveillance = Finding::good();
  facts.corporate_action = Finding::good();
  facts.average_daily_volume = 10'000'000;
  facts.quote = ordinary_quote();

  facts.market_now = at_time(11, 0);
  facts.day = ordinary_day();
  facts.phase = trading::SessionPhase::kContinuous;
  facts.has_closing_auction = true;
  facts.clock = Finding::good();

  facts.limits = risk::EffectiveLimits::defaults(trading::TradingMode::kPaper);
  facts.mode.live_ready = Finding::not_applicable("not live");
  facts.tagged = ordinary_book();
  facts.account = facts.tagged;
  facts.rate.emplace();

  facts.state.operator_state = risk::OperatorState::kOpen;
  facts.state.reconciliation = Finding::good();
  facts.state.broker_session = Finding::not_applicable("paper");
  facts.state.write_probe = Finding::not_applicable("paper");
  facts.state.attest = Finding::not_applicable("paper");
  facts.state.protection = Finding::good();
  facts.state.ledger_writable = Finding::good();
  facts.state.audit_writable = Finding::good();
  facts.state.free_disk_bytes = 10'000'000'000;

  facts.margin_rate = trading::Bps(2'000);
  facts.margin_available = rupees(1'000'000);
  facts.is_tainted = false;
  return facts;
}

// The same on a live book that has all its conditions.
inline risk::Facts valid_live_entry() {
  using risk::Finding;
  risk::Facts facts = valid_entry();
  facts.mode.book = facts.mode.effective = trading::TradingMode::kLive;
  facts.mode.live_ready = Finding::good();
  facts.limits = risk::EffectiveLimits::defaults(trading::TradingMode::kLive);
  facts.limits.set(risk::Limit::kLiveCapital, 200'000 * 100);
  facts.state.broker_session = Finding::good();
  facts.state.write_probe = Finding::good();
  facts.state.attest = Finding::good();
  facts.is_canary_over = true;
  return facts;
}

inline risk::Facts with_position(risk::Facts facts, std::int64_t quantity) {
  const risk::PositionFact held{"SBIN", facts.order.product, trading::Quantity(quantity), rs(99.95),
                                "Financial Services"};
  facts.tagged.positions->push_back(held);
  facts.account.positions->push_back(held);
  return facts;
}

inline risk::Facts valid_exit() {
  risk::Facts facts = with_position(valid_entry(), 40);
  facts.cls = trading::OrderClass::kExit;
  facts.order.side = trading::Side::kSell;
  facts.order.stop_loss.reset();
  facts.order.target.reset();
  return facts;
}

inline risk::Facts valid_protection() {
  risk::Facts facts = valid_exit();
  facts.cls = trading::OrderClass::kProtection;
  facts.order.type = trading::OrderType::kStopLimit;
  facts.order.trigger_price = rs(98.0);
  facts.order.limit_price = rs(97.5);
  return facts;
}

}  // namespace broker::test
