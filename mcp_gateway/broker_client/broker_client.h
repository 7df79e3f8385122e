#pragma once

// The gateway's way to the broker: one method for each RPC of the agent door. It translates nothing
// and decides nothing; what it adds is the connection.
//
//   connect   at the first call, and again after the broker went away; the server's uid is checked
//             before a byte is sent
//   pin       ledger id and mode of the first broker it met: another one is BROKER_CHANGED, and
//             nothing is sent to it
//   retries   a read that met a broken connection is sent once more over a new one. Nothing else,
//             ever: an order that may have arrived comes back with retry verify_first
//   deadline  on every call
//   errors    the broker's own, with code, fix and retry advice as they were made there; or what
//             happened to the call: BROKER_NOT_RUNNING, BROKER_WRONG_UID, BROKER_CHANGED,
//             BROKER_UNAVAILABLE, BROKER_TIMEOUT, CALL_CANCELLED
//
// Safe for use by many threads at once; calls of different threads run in parallel over one
// connection. Callers include the .pb.h of the messages they use; gRPC stays out of this header.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "trading/bars/bar.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

#include "mcp_gateway/broker_client/messages_fwd.h"

namespace broker_client {

inline constexpr std::chrono::seconds kReadTimeout{5};
inline constexpr std::chrono::seconds kHistoryTimeout{25};  // years of one-minute bars
inline constexpr std::chrono::seconds kWriteTimeout{10};
inline constexpr std::chrono::seconds kHelloTimeout{5};
inline constexpr std::chrono::seconds kLaunchPatience{
    20};  // from launch() until the socket answers

struct Options {
  std::filesystem::path socket_path;       // <home>/run/agent/broker.sock
  std::vector<std::uint32_t> broker_uids;  // who the broker may be
  std::string program = "mcp_gateway";
  std::string program_version;
  // For --embedded-broker: starts the broker of this home; called when nobody listens, one call at
  // a time. What it returns as an error is what the tool's caller reads. Empty: never started from
  // here.
  std::function<trading::Status()> launch;
};

struct CallOptions {
  std::string_view tool;  // told to the broker for its audit
  std::stop_token
      cancel;  // aborts the call; a call that had begun at the broker may still take effect
};

// Who the broker said it is, at the first call of the connection.
struct BrokerFacts {
  std::string broker_version;
  std::string boot_id;
  std::string ledger_id;
  std::string mode;
  std::string custody;
  std::string role;
  std::uint32_t own_uid = 0;                // as the broker's kernel saw us
  std::vector<std::string> agent_toolsets;  // empty = all
  bool is_read_only = false;
};

// The stream of chunks, put together.
struct HistoricalData {
  trading::BarSeries bars;
  std::int64_t total_rows = 0;  // rows that matched before max_rows cut
  bool is_last_unfinished = false;
  std::vector<std::string> gaps;
  std::string mode;
  std::string source;
  trading::Timestamp as_of;
  bool is_simulated = false;
  std::vector<std::string> notes;
};

class BrokerClient {
 public:
  explicit BrokerClient(Options options);  // connects to nothing yet
  ~BrokerClient();
  BrokerClient(const BrokerClient&) = delete;
  BrokerClient& operator=(const BrokerClient&) = delete;

  // Connects if there is no connection.
  trading::Result<BrokerFacts> facts();

#define BROKER_CALL(name, Request, Reply)                                     \
  trading::Result<broker::v1::Reply> name(const broker::v1::Request& request, \
                                          const CallOptions& call = {})

  // market
  BROKER_CALL(fetch_live_price, FetchLivePriceRequest, FetchLivePriceReply);
  trading::Result<HistoricalData> fetch_historical_data(
      const broker::v1::FetchHistoricalDataRequest& request, const CallOptions& call = {});
  BROKER_CALL(fetch_market_status, FetchMarketStatusRequest, FetchMarketStatusReply);
  BROKER_CALL(fetch_symbol_metadata, FetchSymbolMetadataRequest, FetchSymbolMetadataReply);
  BROKER_CALL(search_instruments, SearchInstrumentsRequest, SearchInstrumentsReply);

  // orders
  BROKER_CALL(place_paper_order, PlacePaperOrderRequest, OrderReply);
  BROKER_CALL(close_paper_position, ClosePaperPositionRequest, OrderReply);
  BROKER_CALL(modify_paper_order, ModifyPaperOrderRequest, OrderReply);
  BROKER_CALL(cancel_paper_order, CancelPaperOrderRequest, OrderReply);
  BROKER_CALL(reset_paper_account, ResetPaperAccountRequest, ResetPaperAccountReply);
  BROKER_CALL(preview_order, PreviewOrderRequest, PreviewOrderReply);
  BROKER_CALL(fetch_paper_orders, FetchPaperOrdersRequest, FetchPaperOrdersReply);

  // proposals
  BROKER_CALL(prepare_order, PrepareOrderRequest, ProposalReply);
  // Takes as long as its wait_us says, and a little more.
  BROKER_CALL(get_approval_status, GetApprovalStatusRequest, ProposalReply);
  BROKER_CALL(list_pending_live_orders, ListProposalsRequest, ListProposalsReply);
  BROKER_CALL(cancel_pending_live_order, CancelPendingLiveOrderRequest, ProposalReply);
  BROKER_CALL(block_delivery_sell_order, BlockDeliverySellOrderRequest, BlockDeliverySellOrderReply);
  BROKER_CALL(cancel_live_order, CancelLiveOrderRequest, OrderReply);

  // portfolio
  BROKER_CALL(fetch_portfolio, FetchPortfolioRequest, FetchPortfolioReply);
  BROKER_CALL(fetch_paper_trades, FetchPaperTradesRequest, FetchPaperTradesReply);
  BROKER_CALL(calculate_paper_trading_performance, CalculatePaperTradingPerformanceRequest,
              CalculatePaperTradingPerformanceReply);
  BROKER_CALL(calculate_portfolio_exposure, CalculatePortfolioExposureRequest,
              CalculatePortfolioExposureReply);

  // risk
  BROKER_CALL(calculate_position_size, CalculatePositionSizeRequest, CalculatePositionSizeReply);
  BROKER_CALL(calculate_stop_loss, CalculateStopLossRequest, CalculateStopLossReply);
  BROKER_CALL(calculate_target_price, CalculateTargetPriceRequest, CalculateTargetPriceReply);
  BROKER_CALL(check_max_daily_loss, CheckMaxDailyLossRequest, CheckMaxDailyLossReply);
  BROKER_CALL(check_portfolio_concentration, CheckPortfolioConcentrationRequest,
              CheckPortfolioConcentrationReply);
  BROKER_CALL(validate_trade_against_risk_rules, ValidateTradeAgainstRiskRulesRequest,
              ValidateTradeAgainstRiskRulesReply);

  // config
  BROKER_CALL(get_trading_config, GetTradingConfigRequest, GetTradingConfigReply);
  BROKER_CALL(get_current_trading_mode, GetCurrentTradingModeRequest, GetCurrentTradingModeReply);
  BROKER_CALL(update_trading_config, UpdateTradingConfigRequest, UpdateTradingConfigReply);
  // This session's own change of mode: the new one is pinned at the next call.
  BROKER_CALL(switch_to_paper_mode, SwitchToPaperModeRequest, SwitchToPaperModeReply);
  BROKER_CALL(switch_to_live_mode, SwitchToLiveModeRequest, SwitchToLiveModeReply);
  BROKER_CALL(validate_trading_permissions, ValidateTradingPermissionsRequest,
              ValidateTradingPermissionsReply);
  BROKER_CALL(get_safety_rules, GetSafetyRulesRequest, GetSafetyRulesReply);

  // account
  BROKER_CALL(fetch_broker_funds, FetchBrokerFundsRequest, FetchBrokerFundsReply);
  BROKER_CALL(fetch_broker_positions, FetchBrokerPositionsRequest, FetchBrokerPositionsReply);
  BROKER_CALL(fetch_broker_holdings, FetchBrokerHoldingsRequest, FetchBrokerHoldingsReply);
  BROKER_CALL(fetch_broker_order_status, FetchBrokerOrderStatusRequest, FetchBrokerOrderStatusReply);

  // audit
  BROKER_CALL(fetch_audit_trail, FetchAuditTrailRequest, FetchAuditTrailReply);
  BROKER_CALL(report_tool_calls, ReportToolCallsRequest, ReportToolCallsReply);

#undef BROKER_CALL

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace broker_client
