#pragma once

// Fixed replies: a trading day as it may look at 14:53.

#include <string>

#include "broker/v1/operator.pb.h"
#include "broker/v1/orders.pb.h"
#include "broker/v1/portfolio.pb.h"
#include "trading/time/timestamp.h"

namespace approval_cli {

inline constexpr std::int64_t kNowUs =
    trading::timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(14, 53)).us;

inline broker::v1::StatusReply open_status() {
  broker::v1::StatusReply status;
  status.mutable_provenance()->set_mode("paper");
  status.mutable_provenance()->set_is_simulated(true);
  status.set_broker_version("0.1.0");
  status.set_boot_id("boot-1");
  status.set_ledger_id("paper-0a1b2c3d4e5f6071");
  status.set_configured_mode("paper");
  status.set_effective_mode("paper");
  status.set_custody("same-uid");
  status.set_operator_state("open");
  status.set_clock_speed("step");
  status.set_market_us(kNowUs);
  status.set_phase("continuous");
  status.set_next_market_event("square_off");
  status.set_next_market_event_us(kNowUs + 12 * 60'000'000LL);
  status.set_working_orders(1);
  status.set_open_positions(1);
  status.set_disk_free_bytes(12'345'678'901);
  status.set_audit_head_seq(1'234);
  status.set_audit_head_hash("3fa9c2d1e4b5a697788990a1b2c3d4e5f60718293a4b5c6d7e8f901122334455");
  status.set_uptime_us(3LL * 3'600'000'000 + 12 * 60'000'000LL);
  status.set_day_pnl_e4(-12'345'000);
  status.set_day_loss_limit_e4(200'000'000);
  return status;
}

inline broker::v1::FetchPortfolioReply one_position() {
  broker::v1::FetchPortfolioReply reply;
  reply.mutable_provenance()->set_mode("paper");
  reply.mutable_provenance()->set_is_simulated(true);
  reply.mutable_provenance()->set_as_of_us(kNowUs);
  reply.set_custody("same-uid");
  broker::v1::Book& book = *reply.add_books();
  book.set_mode("paper");
  book.set_cash_e4(9'187'950'000);
  book.set_equity_e4(9'998'765'500);
  book.set_realized_e4(-5'000'000);
  book.set_charges_e4(1'234'567);
  book.set_margin_blocked_e4(162'410'000);
  book.set_operator_state("open");
  broker::v1::Position& position = *book.add_positions();
  position.set_symbol("SBIN");
  position.set_product(broker::v1::PRODUCT_INTRADAY);
  position.set_quantity(100);
  position.set_average_price_e4(8'120'500);
  position.set_last_price_e4(8'150'000);
  position.set_unrealized_e4(2'950'000);
  position.set_stop_loss_e4(8'000'000);
  position.set_target_e4(8'400'000);
  return reply;
}

inline broker::v1::Order stop_order() {
  broker::v1::Order order;
  order.set_order_id("P-000002");
  order.set_status("TRIGGER_PENDING");
  order.set_purpose("stop");
  order.set_order_class("protection");
  order.set_parent_order_id("P-000001");
  order.set_created_us(kNowUs);
  order.mutable_terms()->set_symbol("SBIN");
  order.mutable_terms()->set_side(broker::v1::SIDE_SELL);
  order.mutable_terms()->set_quantity(100);
  order.mutable_terms()->set_order_type(broker::v1::ORDER_TYPE_STOP_MARKET);
  order.mutable_terms()->set_product(broker::v1::PRODUCT_INTRADAY);
  order.mutable_terms()->set_trigger_price_e4(8'000'000);
  return order;
}

inline broker::v1::FetchPaperOrdersReply one_order() {
  broker::v1::FetchPaperOrdersReply reply;
  *reply.add_orders() = stop_order();
  reply.set_total(1);
  return reply;
}

// What an agent, or a news item through it, may put into a reason.
inline std::string hostile_text() {
  return "calm\x1b[2J\x1b]0;OPEN\x07 \xe2\x80\xaegnihton\xe2\x80\xac \xe2\x80\x8bzero\r\nOPEN  "
         "live \xc2\x9b"
         "31m \xf3\xa0\x81\x81 \xff caf\xc3\xa9";
}

}  // namespace approval_cli
