#include "mcp_gateway/broker_client/broker_client.h"

#include <mutex>
#include <optional>
#include <utility>

#include "mcp_gateway/broker_client/connection.h"
#include "proto/convert/market_values.h"
#include "proto/convert/status.h"

namespace broker_client {
namespace {

namespace v1 = broker::v1;
using trading::Result;
using wire::CallKind;

// What must stay the same for as long as this client lives.
struct Pin {
  std::string ledger_id;
  std::string mode;
};

trading::Error changed_error(const Pin& pin, const BrokerFacts& now) {
  return trading::make_error("BROKER_CHANGED",
                             "this session began with ledger " + pin.ledger_id + " in mode " +
                                 pin.mode + "; the broker now has ledger " + now.ledger_id +
                                 " in mode " + now.mode,
                             "nothing was sent; what is known of orders and positions may be of "
                             "the other ledger: restart the MCP server to "
                             "go on with this one");
}

// Aborts a call when its caller gives up.
class Cancellation {
 public:
  Cancellation(const std::stop_token& token, grpc::ClientContext& context) {
    if (token.stop_possible()) callback_.emplace(token, Cancel{&context});
  }

 private:
  struct Cancel {
    grpc::ClientContext* context;
    void operator()() const { context->TryCancel(); }
  };
  std::optional<std::stop_callback<Cancel>> callback_;
};

}  // namespace

class BrokerClient::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {}

  Result<std::shared_ptr<Connection>> connection();
  void drop(const std::shared_ptr<Connection>& broken);
  void unpin();

  // Calls `attempt(connection, context)` over a connection that stands; a read once more when the
  // connection broke.
  template <typename Attempt>
  trading::Status call(CallKind kind, std::chrono::milliseconds timeout, const CallOptions& options,
                       Attempt attempt);

  template <typename Stub, typename Request, typename Reply>
  Result<Reply> unary(CallKind kind, std::unique_ptr<Stub> Connection::*stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                      const Request& request, const CallOptions& options) {
    Result<Reply> reply{Reply()};
    const auto timeout = kind == CallKind::kRead ? kReadTimeout : kWriteTimeout;
    RETURN_IF_ERROR(
        call(kind, timeout, options, [&](Connection& connection, grpc::ClientContext& context) {
          return ((*(connection.*stub)).*method)(&context, request, &*reply);
        }));
    return reply;
  }

 private:
  const Options options_;
  std::mutex connecting_;  // held while one thread connects; the others wait for its result
  std::mutex mutex_;       // never held across I/O
  std::shared_ptr<Connection> current_;  // guarded by mutex_
  std::optional<Pin> pin_;               // guarded by mutex_
};

Result<std::shared_ptr<Connection>> BrokerClient::Impl::connection() {
  const auto standing = [this]() -> std::shared_ptr<Connection> {
    std::shared_ptr<Connection> known;
    {
      const std::lock_guard lock(mutex_);
      known = current_;
    }
    // Looked at before each call: an order is then not sent into a connection that is known to be
    // dead.
    return known && !known->channel.is_broken() ? known : nullptr;
  };
  if (auto known = standing()) return known;
  const std::lock_guard one_at_a_time(connecting_);
  if (auto known = standing()) return known;
  ASSIGN_OR_RETURN(std::shared_ptr<Connection> made, connect_or_launch(options_));
  const std::lock_guard lock(mutex_);
  const BrokerFacts& facts = made->facts;
  if (pin_ && (pin_->ledger_id != facts.ledger_id || pin_->mode != facts.mode)) {
    current_.reset();
    return changed_error(*pin_, facts);
  }
  pin_ = Pin{facts.ledger_id, facts.mode};
  current_ = made;
  return made;
}

void BrokerClient::Impl::drop(const std::shared_ptr<Connection>& broken) {
  const std::lock_guard lock(mutex_);
  if (current_ == broken) current_.reset();
}

void BrokerClient::Impl::unpin() {
  const std::lock_guard lock(mutex_);
  pin_.reset();
  current_.reset();
}

template <typename Attempt>
trading::Status BrokerClient::Impl::call(CallKind kind, std::chrono::milliseconds timeout,
                                         const CallOptions& options, Attempt attempt) {
  const int attempts = kind == CallKind::kRead ? 2 : 1;
  for (int i = 1;; ++i) {
    if (options.cancel.stop_requested()) {
      return trading::make_error("CALL_CANCELLED", "the call was cancelled before it was sent",
                                 "nothing was sent", trading::Retry::kSafe);
    }
    ASSIGN_OR_RETURN(const std::shared_ptr<Connection> used, connection());
    grpc::ClientContext context;
    prepare(context, timeout, options.tool);
    const grpc::Status status = [&] {
      const Cancellation cancellation(options.cancel, context);
      return attempt(*used, context);
    }();
    if (status.ok()) return {};
    const bool is_broken = status.error_code() == grpc::StatusCode::UNAVAILABLE;
    if (is_broken) drop(used);
    if (!is_broken || i == attempts) return wire::from_grpc(status, kind);
  }
}

BrokerClient::BrokerClient(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
BrokerClient::~BrokerClient() = default;

Result<BrokerFacts> BrokerClient::facts() {
  ASSIGN_OR_RETURN(const std::shared_ptr<Connection> connection, impl_->connection());
  return connection->facts;
}

Result<HistoricalData> BrokerClient::fetch_historical_data(
    const v1::FetchHistoricalDataRequest& request, const CallOptions& call) {
  HistoricalData data;
  trading::Status shape;
  RETURN_IF_ERROR(
      impl_->call(CallKind::kRead, kHistoryTimeout, call,
                  [&](Connection& connection, grpc::ClientContext& context) {
                    data = {};  // of a first attempt that broke in the middle
                    shape = {};
                    bool is_first = true;
                    v1::BarChunk chunk;
                    const auto stream = connection.market->FetchHistoricalData(&context, request);
                    while (stream->Read(&chunk)) {
                      if (is_first) {
                        is_first = false;
                        data.total_rows = chunk.total_rows();
                        data.is_last_unfinished = chunk.is_last_unfinished();
                        data.gaps.assign(chunk.gaps().begin(), chunk.gaps().end());
                        const v1::Provenance& provenance = chunk.provenance();
                        data.mode = provenance.mode();
                        data.source = provenance.source();
                        data.as_of = trading::Timestamp{provenance.as_of_us()};
                        data.is_simulated = provenance.is_simulated();
                        data.notes.assign(provenance.notes().begin(), provenance.notes().end());
                      }
                      shape = wire::append_rows(chunk, data.bars);
                      if (!shape) context.TryCancel();
                    }
                    const grpc::Status status = stream->Finish();
                    return shape ? status : grpc::Status::OK;
                  }));
  RETURN_IF_ERROR(std::move(shape));
  const auto timeframe = trading::parse_timeframe(request.timeframe());
  if (timeframe) data.bars.timeframe = *timeframe;
  return data;
}

Result<v1::FetchLivePriceReply> BrokerClient::fetch_live_price(
    const v1::FetchLivePriceRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::market,
                      &v1::MarketService::Stub::FetchLivePrice, request, call);
}

Result<v1::FetchMarketStatusReply> BrokerClient::fetch_market_status(
    const v1::FetchMarketStatusRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::market,
                      &v1::MarketService::Stub::FetchMarketStatus, request, call);
}

Result<v1::FetchSymbolMetadataReply> BrokerClient::fetch_symbol_metadata(
    const v1::FetchSymbolMetadataRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::market,
                      &v1::MarketService::Stub::FetchSymbolMetadata, request, call);
}

Result<v1::SearchInstrumentsReply> BrokerClient::search_instruments(
    const v1::SearchInstrumentsRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::market,
                      &v1::MarketService::Stub::SearchInstruments, request, call);
}

Result<v1::OrderReply> BrokerClient::place_paper_order(const v1::PlacePaperOrderRequest& request,
                                                       const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::orders,
                      &v1::OrderService::Stub::PlacePaperOrder, request, call);
}

Result<v1::OrderReply> BrokerClient::close_paper_position(
    const v1::ClosePaperPositionRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::orders,
                      &v1::OrderService::Stub::ClosePaperPosition, request, call);
}

Result<v1::OrderReply> BrokerClient::modify_paper_order(const v1::ModifyPaperOrderRequest& request,
                                                        const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::orders,
                      &v1::OrderService::Stub::ModifyPaperOrder, request, call);
}

Result<v1::OrderReply> BrokerClient::cancel_paper_order(const v1::CancelPaperOrderRequest& request,
                                                        const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::orders,
                      &v1::OrderService::Stub::CancelPaperOrder, request, call);
}

Result<v1::ResetPaperAccountReply> BrokerClient::reset_paper_account(
    const v1::ResetPaperAccountRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::orders,
                      &v1::OrderService::Stub::ResetPaperAccount, request, call);
}

Result<v1::PreviewOrderReply> BrokerClient::preview_order(const v1::PreviewOrderRequest& request,
                                                          const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::orders, &v1::OrderService::Stub::PreviewOrder,
                      request, call);
}

Result<v1::FetchPaperOrdersReply> BrokerClient::fetch_paper_orders(
    const v1::FetchPaperOrdersRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::orders,
                      &v1::OrderService::Stub::FetchPaperOrders, request, call);
}

Result<v1::ProposalReply> BrokerClient::prepare_order(const v1::PrepareOrderRequest& request,
    const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::proposals,
                      &v1::ProposalService::Stub::PrepareOrder, request, call);
}

Result<v1::ListProposalsReply> BrokerClient::list_pending_live_orders(const v1::ListProposalsRequest& request,
    const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::proposals,
                      &v1::ProposalService::Stub::ListPendingLiveOrders, request, call);
}

Result<v1::ProposalReply> BrokerClient::cancel_pending_live_order(const v1::CancelPendingLiveOrderRequest& request,
    const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::proposals,
                      &v1::ProposalService::Stub::CancelPendingLiveOrder, request, call);
}

Result<v1::BlockDeliverySellOrderReply> BrokerClient::block_delivery_sell_order(const v1::BlockDeliverySellOrderRequest& request,
    const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::proposals,
                      &v1::ProposalService::Stub::BlockDeliverySellOrder, request, call);
}

Result<v1::OrderReply> BrokerClient::cancel_live_order(const v1::CancelLiveOrderRequest& request,
    const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::proposals,
                      &v1::ProposalService::Stub::CancelLiveOrder, request, call);
}

Result<v1::ProposalReply> BrokerClient::get_approval_status(
    const v1::GetApprovalStatusRequest& request, const CallOptions& call) {
  Result<v1::ProposalReply> reply{v1::ProposalReply()};
  const auto timeout = std::chrono::milliseconds(kReadTimeout) +
                       std::chrono::milliseconds(request.wait_us() / 1'000);
  RETURN_IF_ERROR(impl_->call(CallKind::kRead, timeout, call,
                              [&](Connection& connection, grpc::ClientContext& context) {
                                return connection.proposals->GetApprovalStatus(&context, request,
                                                                               &*reply);
                              }));
  return reply;
}

Result<v1::FetchPortfolioReply> BrokerClient::fetch_portfolio(
    const v1::FetchPortfolioRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::portfolio,
                      &v1::PortfolioService::Stub::FetchPortfolio, request, call);
}

Result<v1::FetchPaperTradesReply> BrokerClient::fetch_paper_trades(
    const v1::FetchPaperTradesRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::portfolio,
                      &v1::PortfolioService::Stub::FetchPaperTrades, request, call);
}

Result<v1::CalculatePaperTradingPerformanceReply> BrokerClient::calculate_paper_trading_performance(
    const v1::CalculatePaperTradingPerformanceRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::portfolio,
                      &v1::PortfolioService::Stub::CalculatePaperTradingPerformance, request, call);
}

Result<v1::CalculatePortfolioExposureReply> BrokerClient::calculate_portfolio_exposure(
    const v1::CalculatePortfolioExposureRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::portfolio,
                      &v1::PortfolioService::Stub::CalculatePortfolioExposure, request, call);
}

Result<v1::CalculatePositionSizeReply> BrokerClient::calculate_position_size(
    const v1::CalculatePositionSizeRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::risk,
                      &v1::RiskService::Stub::CalculatePositionSize, request, call);
}

Result<v1::CalculateStopLossReply> BrokerClient::calculate_stop_loss(
    const v1::CalculateStopLossRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::risk, &v1::RiskService::Stub::CalculateStopLoss,
                      request, call);
}

Result<v1::CalculateTargetPriceReply> BrokerClient::calculate_target_price(
    const v1::CalculateTargetPriceRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::risk,
                      &v1::RiskService::Stub::CalculateTargetPrice, request, call);
}

Result<v1::CheckMaxDailyLossReply> BrokerClient::check_max_daily_loss(
    const v1::CheckMaxDailyLossRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::risk, &v1::RiskService::Stub::CheckMaxDailyLoss,
                      request, call);
}

Result<v1::CheckPortfolioConcentrationReply> BrokerClient::check_portfolio_concentration(
    const v1::CheckPortfolioConcentrationRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::risk,
                      &v1::RiskService::Stub::CheckPortfolioConcentration, request, call);
}

Result<v1::ValidateTradeAgainstRiskRulesReply> BrokerClient::validate_trade_against_risk_rules(
    const v1::ValidateTradeAgainstRiskRulesRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::risk,
                      &v1::RiskService::Stub::ValidateTradeAgainstRiskRules, request, call);
}

Result<v1::GetTradingConfigReply> BrokerClient::get_trading_config(
    const v1::GetTradingConfigRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::config,
                      &v1::ConfigService::Stub::GetTradingConfig, request, call);
}

Result<v1::GetCurrentTradingModeReply> BrokerClient::get_current_trading_mode(
    const v1::GetCurrentTradingModeRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::config,
                      &v1::ConfigService::Stub::GetCurrentTradingMode, request, call);
}

Result<v1::UpdateTradingConfigReply> BrokerClient::update_trading_config(
    const v1::UpdateTradingConfigRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::config,
                      &v1::ConfigService::Stub::UpdateTradingConfig, request, call);
}

Result<v1::SwitchToPaperModeReply> BrokerClient::switch_to_paper_mode(
    const v1::SwitchToPaperModeRequest& request, const CallOptions& call) {
  auto reply = impl_->unary(CallKind::kWrite, &Connection::config,
                            &v1::ConfigService::Stub::SwitchToPaperMode, request, call);
  if (reply) impl_->unpin();
  return reply;
}

Result<v1::SwitchToLiveModeReply> BrokerClient::switch_to_live_mode(
    const v1::SwitchToLiveModeRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::config,
                      &v1::ConfigService::Stub::SwitchToLiveMode, request, call);
}

Result<v1::ValidateTradingPermissionsReply> BrokerClient::validate_trading_permissions(
    const v1::ValidateTradingPermissionsRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::config,
                      &v1::ConfigService::Stub::ValidateTradingPermissions, request, call);
}

Result<v1::GetSafetyRulesReply> BrokerClient::get_safety_rules(
    const v1::GetSafetyRulesRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::config,
                      &v1::ConfigService::Stub::GetSafetyRules, request, call);
}

Result<v1::FetchBrokerFundsReply> BrokerClient::fetch_broker_funds(
    const v1::FetchBrokerFundsRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::account,
                      &v1::AccountService::Stub::FetchBrokerFunds, request, call);
}

Result<v1::FetchBrokerPositionsReply> BrokerClient::fetch_broker_positions(
    const v1::FetchBrokerPositionsRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::account,
                      &v1::AccountService::Stub::FetchBrokerPositions, request, call);
}

Result<v1::FetchBrokerHoldingsReply> BrokerClient::fetch_broker_holdings(
    const v1::FetchBrokerHoldingsRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::account,
                      &v1::AccountService::Stub::FetchBrokerHoldings, request, call);
}

Result<v1::FetchBrokerOrderStatusReply> BrokerClient::fetch_broker_order_status(
    const v1::FetchBrokerOrderStatusRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::account,
                      &v1::AccountService::Stub::FetchBrokerOrderStatus, request, call);
}

Result<v1::FetchAuditTrailReply> BrokerClient::fetch_audit_trail(
    const v1::FetchAuditTrailRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kRead, &Connection::audit, &v1::AuditService::Stub::FetchAuditTrail,
                      request, call);
}

Result<v1::ReportToolCallsReply> BrokerClient::report_tool_calls(
    const v1::ReportToolCallsRequest& request, const CallOptions& call) {
  return impl_->unary(CallKind::kWrite, &Connection::audit,
                      &v1::AuditService::Stub::ReportToolCalls, request, call);
}

}  // namespace broker_client
