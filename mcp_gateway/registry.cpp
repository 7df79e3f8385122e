#include "mcp_gateway/registry.h"

#include "mcp_gateway/tools/tools.h"

// One line a tool, in the order of tools/tools.h; the catalog sorts them.
std::vector<mcp::Tool> all_tools() {
  return {
      // config
      tools::get_trading_config(),
      tools::get_current_trading_mode(),
      tools::update_trading_config(),
      tools::switch_to_paper_mode(),
      tools::switch_to_live_mode(),
      tools::validate_trading_permissions(),
      // market
      tools::fetch_live_price(),
      tools::fetch_historical_data(),
      tools::fetch_market_status(),
      tools::fetch_symbol_metadata(),
      tools::search_instruments(),
      tools::fetch_watchlist(),
      // indicators
      tools::calculate_sma(),
      tools::calculate_ema(),
      tools::calculate_rsi(),
      tools::calculate_atr(),
      tools::calculate_macd(),
      tools::calculate_bollinger_bands(),
      tools::calculate_volume_analysis(),
      tools::detect_support_resistance(),
      tools::detect_trend(),
      tools::get_indicator_snapshot(),
      tools::calculate_indicator(),
      tools::list_indicators(),
      // paper
      tools::place_paper_order(),
      tools::close_paper_position(),
      tools::modify_paper_order(),
      tools::cancel_paper_order(),
      tools::fetch_paper_orders(),
      tools::fetch_paper_trades(),
      tools::fetch_paper_portfolio(),
      tools::calculate_paper_trading_performance(),
      tools::generate_paper_trading_report(),
      tools::reset_paper_account(),
      // portfolio
      tools::fetch_portfolio(),
      tools::fetch_order_history(),
      tools::calculate_portfolio_exposure(),
      tools::calculate_unrealized_pnl(),
      // risk
      tools::calculate_position_size(),
      tools::calculate_stop_loss(),
      tools::calculate_target_price(),
      tools::check_max_daily_loss(),
      tools::check_portfolio_concentration(),
      tools::validate_trade_against_risk_rules(),
      tools::preview_order(),
      // strategy
      tools::run_strategy_backtest(),
      tools::list_strategies(),
      tools::run_parameter_sweep(),
      tools::get_job(),
      tools::cancel_job(),
      tools::evaluate_intraday_trade_setup(),
      tools::evaluate_swing_trade_setup(),
      tools::compare_multiple_symbols(),
      tools::scan_watchlist_for_intraday_opportunities(),
      tools::scan_watchlist_for_swing_opportunities(),
      // broker
      tools::prepare_order(),
      tools::validate_order_before_execution(),
      tools::execute_intraday_order_after_validation(),
      tools::execute_delivery_buy_after_validation(),
      tools::get_approval_status(),
      tools::block_delivery_sell_order(),
      tools::list_pending_live_orders(),
      tools::cancel_pending_live_order(),
      tools::cancel_live_order(),
      tools::fetch_broker_funds(),
      tools::fetch_broker_positions(),
      tools::fetch_broker_holdings(),
      tools::fetch_broker_order_status(),
      // audit
      tools::fetch_audit_trail(),
  };
}
