#pragma once

// One function for each check of the checklist, each in the file of its name; what each asks and
// for which classes of order stands in the table of checklist.cpp. A check is called with
// well-formed facts alone: the order has the prices that its type needs, and its numbers are in
// bounds (except for the checks that look at just that).

#include "execution_broker/risk/check_result.h"
#include "execution_broker/risk/check_steps.h"
#include "execution_broker/risk/facts.h"

namespace broker::risk {

CheckResult check_operator_state(const Facts& facts);
CheckResult check_trading_mode(const Facts& facts);
CheckResult check_product_enabled(const Facts& facts);
CheckResult check_action_allowed(const Facts& facts);
CheckResult check_delivery_sell(const Facts& facts);
CheckResult check_symbol_allowed(const Facts& facts);
CheckResult check_series(const Facts& facts);
CheckResult check_surveillance(const Facts& facts);
CheckResult check_short_sale(const Facts& facts);
CheckResult check_corporate_action(const Facts& facts);
CheckResult check_intraday_data(const Facts& facts);
CheckResult check_quantity(const Facts& facts);
CheckResult check_prices(const Facts& facts);
CheckResult check_order_type(const Facts& facts);
CheckResult check_lot(const Facts& facts);
CheckResult check_tick(const Facts& facts);
CheckResult check_freeze_quantity(const Facts& facts);
CheckResult check_trigger_limit_side(const Facts& facts);
CheckResult check_stop_loss(const Facts& facts);
CheckResult check_target(const Facts& facts);
CheckResult check_trigger_limit_gap(const Facts& facts);
CheckResult check_reward_risk(const Facts& facts);
CheckResult check_quote_age(const Facts& facts);
CheckResult check_two_sided(const Facts& facts);
CheckResult check_spread(const Facts& facts);
CheckResult check_collar(const Facts& facts);
CheckResult check_circuit_band(const Facts& facts);
CheckResult check_execution_range(const Facts& facts);
CheckResult check_purse(const Facts& facts);
CheckResult check_order_value(const Facts& facts);
CheckResult check_order_quantity(const Facts& facts);
CheckResult check_canary_size(const Facts& facts);
CheckResult check_position_size(const Facts& facts);
CheckResult check_risk_per_trade(const Facts& facts);
CheckResult check_volume_share(const Facts& facts);
CheckResult check_depth_share(const Facts& facts);
CheckResult check_open_positions(const Facts& facts);
CheckResult check_sector_exposure(const Facts& facts);
CheckResult check_gross_exposure(const Facts& facts);
CheckResult check_open_entries(const Facts& facts);
CheckResult check_margin(const Facts& facts);
CheckResult check_held(const Facts& facts);
CheckResult check_same_order(const Facts& facts);
CheckResult check_pending_entry(const Facts& facts);
CheckResult check_repeats(const Facts& facts);
CheckResult check_entries_per_minute(const Facts& facts);
CheckResult check_entries_per_day(const Facts& facts);
CheckResult check_messages(const Facts& facts);
CheckResult check_modifications(const Facts& facts);
CheckResult check_self_trade(const Facts& facts);
CheckResult check_rejects(const Facts& facts);
CheckResult check_daily_loss(const Facts& facts);
CheckResult check_daily_loss_halt(const Facts& facts);
CheckResult check_weekly_loss(const Facts& facts);
CheckResult check_drawdown(const Facts& facts);
CheckResult check_consecutive_losses(const Facts& facts);
CheckResult check_turnover(const Facts& facts);
CheckResult check_calendar(const Facts& facts);
CheckResult check_session(const Facts& facts);
CheckResult check_entry_cutoff(const Facts& facts);
CheckResult check_clock(const Facts& facts);
CheckResult check_unknown_orders(const Facts& facts);
CheckResult check_reconciliation(const Facts& facts);
CheckResult check_broker_session(const Facts& facts);
CheckResult check_write_probe(const Facts& facts);
CheckResult check_attest(const Facts& facts);
CheckResult check_protection(const Facts& facts);
CheckResult check_ledger_writable(const Facts& facts);
CheckResult check_audit_writable(const Facts& facts);
CheckResult check_disk_space(const Facts& facts);
CheckResult check_taint(const Facts& facts);

}  // namespace broker::risk
