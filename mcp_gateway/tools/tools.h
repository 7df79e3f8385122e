#pragma once

// Every tool there is, by area; registry.cpp lists them. A file of an area's folder makes one tool,
// or a family of like ones.

#include <vector>

#include "mcp_gateway/tool.h"

namespace tools {

// config
mcp::Tool get_trading_config();
mcp::Tool get_current_trading_mode();
mcp::Tool update_trading_config();
mcp::Tool switch_to_paper_mode();
mcp::Tool switch_to_live_mode();
mcp::Tool validate_trading_permissions();

// market
mcp::Tool fetch_live_price();
mcp::Tool fetch_historical_data();
mcp::Tool fetch_market_status();
mcp::Tool fetch_symbol_metadata();
mcp::Tool search_instruments();
mcp::Tool fetch_watchlist();

// indicators
mcp::Tool calculate_sma();
mcp::Tool calculate_ema();
mcp::Tool calculate_rsi();
mcp::Tool calculate_atr();
mcp::Tool calculate_macd();
mcp::Tool calculate_bollinger_bands();
mcp::Tool calculate_volume_analysis();
mcp::Tool detect_support_resistance();
mcp::Tool detect_trend();
mcp::Tool get_indicator_snapshot();
mcp::Tool calculate_indicator();
mcp::Tool list_indicators();

// paper
mcp::Tool place_paper_order();
mcp::Tool close_paper_position();
mcp::Tool modify_paper_order();
mcp::Tool cancel_paper_order();
mcp::Tool fetch_paper_orders();
mcp::Tool fetch_paper_trades();
mcp::Tool fetch_paper_portfolio();
mcp::Tool calculate_paper_trading_performance();
mcp::Tool generate_paper_trading_report();
mcp::Tool reset_paper_account();

// portfolio
mcp::Tool fetch_portfolio();
mcp::Tool fetch_order_history();
mcp::Tool calculate_portfolio_exposure();
mcp::Tool calculate_unrealized_pnl();

// risk
mcp::Tool calculate_position_size();
mcp::Tool calculate_stop_loss();
mcp::Tool calculate_target_price();
mcp::Tool check_max_daily_loss();
mcp::Tool check_portfolio_concentration();
mcp::Tool validate_trade_against_risk_rules();
mcp::Tool preview_order();

// strategy
mcp::Tool run_strategy_backtest();
mcp::Tool list_strategies();
mcp::Tool run_parameter_sweep();
mcp::Tool get_job();
mcp::Tool cancel_job();
mcp::Tool evaluate_intraday_trade_setup();
mcp::Tool evaluate_swing_trade_setup();
mcp::Tool compare_multiple_symbols();
mcp::Tool scan_watchlist_for_intraday_opportunities();
mcp::Tool scan_watchlist_for_swing_opportunities();

// broker
mcp::Tool prepare_order();
mcp::Tool validate_order_before_execution();
mcp::Tool execute_intraday_order_after_validation();
mcp::Tool execute_delivery_buy_after_validation();
mcp::Tool get_approval_status();
mcp::Tool block_delivery_sell_order();
mcp::Tool list_pending_live_orders();
mcp::Tool cancel_pending_live_order();
mcp::Tool cancel_live_order();
mcp::Tool fetch_broker_funds();
mcp::Tool fetch_broker_positions();
mcp::Tool fetch_broker_holdings();
mcp::Tool fetch_broker_order_status();

// audit
mcp::Tool fetch_audit_trail();

}  // namespace tools
