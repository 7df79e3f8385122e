// Every RPC once: what the desk and the market say arrives, and what is asked arrives there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "broker/v1/audit.pb.h"
#include "broker/v1/config.pb.h"
#include "broker/v1/market.grpc.pb.h"
#include "broker/v1/operator.grpc.pb.h"
#include "broker/v1/orders.pb.h"
#include "broker/v1/account.pb.h"
#include "broker/v1/portfolio.pb.h"
#include "broker/v1/risk.pb.h"
#include "tests/execution_broker/service/door_caller.h"
#include "tests/support/test_broker.h"

namespace broker {
namespace {

using testing::HasSubstr;

class ServicesTest : public testing::Test {
 protected:
  ServicesTest() {
    broker_.open();
    agent_ = channel_to(broker_.agent_socket());
    human_ = channel_to(broker_.operator_socket());
  }

  // method: "OrderService/PlacePaperOrder"
  template <typename Reply>
  Reply ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
            const google::protobuf::Message& request) {
    Reply reply;
    const grpc::Status status = call(channel, ("/broker.v1." + method).c_str(), request, {}, reply);
    EXPECT_TRUE(status.ok()) << method << ": " << code_of(status);
    return reply;
  }
  std::string refusal(const std::string& method, const google::protobuf::Message& request) {
    v1::StatusRequest ignored;  // a message without fields takes any answer
    const bool is_operators = method.starts_with("OperatorService/");
    return code_of(call(is_operators ? human_ : agent_, ("/broker.v1." + method).c_str(), request,
                        {}, ignored));
  }

  static v1::OrderTerms terms() {
    v1::OrderTerms terms;
    terms.set_symbol("SBIN");
    terms.set_side(v1::SIDE_BUY);
    terms.set_quantity(10);
    terms.set_order_type(v1::ORDER_TYPE_LIMIT);
    terms.set_product(v1::PRODUCT_INTRADAY);
    terms.set_limit_price_e4(8'120'500);
    return terms;
  }

  TestBroker broker_;
  std::shared_ptr<grpc::Channel> agent_;
  std::shared_ptr<grpc::Channel> human_;
};

TEST_F(ServicesTest, PlacePaperOrder) {
  v1::PlacePaperOrderRequest request;
  *request.mutable_terms() = terms();
  const auto reply = ask<v1::OrderReply>(agent_, "OrderService/PlacePaperOrder", request);
  EXPECT_EQ(broker_.desk.last_request.limit_price, trading::Price(8'120'500));
  EXPECT_EQ(broker_.desk.last_requester.role, Role::kAgent);
  EXPECT_EQ(broker_.desk.last_requester.uid, ::geteuid());
  EXPECT_EQ(broker_.desk.catch_ups, 1) << "the books are brought to the clock first";
  EXPECT_EQ(reply.order().order_id(), "P-000007");
  EXPECT_EQ(reply.order().parent_order_id(), "P-000003");
  EXPECT_EQ(reply.order().status(), "FILLED");
  EXPECT_EQ(reply.order().average_price_e4(), 8'120'500);
  EXPECT_EQ(reply.order().charges_e4(), 123'400);
  EXPECT_EQ(reply.order().terms().SerializeAsString(), terms().SerializeAsString());
  EXPECT_EQ(reply.provenance().notes(0), "a note");
  EXPECT_EQ(refusal("OrderService/PlacePaperOrder", v1::PlacePaperOrderRequest()),
            "INVALID_ARGUMENT");
}

TEST_F(ServicesTest, DenialsKeptWithAnOrderArriveAsTheyWereDecided) {
  broker_.desk.on_place = [](const Requester&,
                             const trading::OrderRequest& request) -> trading::Result<OrderReply> {
    OrderRecord order = FakeDesk::record(request);
    order.state = trading::OrderState::kRefused;
    order.denials =
        R"([{"code":"QUOTE_STALE","fix":"wait","limit":"3 s","message":"m","value":"9 s"}])";
    return OrderReply{FakeDesk::provenance(), order, {}, {}, true};
  };
  v1::PlacePaperOrderRequest request;
  *request.mutable_terms() = terms();
  const auto reply = ask<v1::OrderReply>(agent_, "OrderService/PlacePaperOrder", request);
  ASSERT_EQ(reply.order().denials_size(), 1);
  EXPECT_EQ(reply.order().denials(0).code(), "QUOTE_STALE");
  EXPECT_EQ(reply.order().denials(0).limit(), "3 s");
  EXPECT_TRUE(reply.is_repeated());
}

TEST_F(ServicesTest, CloseModifyCancelReset) {
  v1::ClosePaperPositionRequest close;
  close.set_symbol("SBIN");
  close.set_product(v1::PRODUCT_DELIVERY);
  const auto closed = ask<v1::OrderReply>(agent_, "OrderService/ClosePaperPosition", close);
  EXPECT_EQ(closed.order().terms().product(), v1::PRODUCT_DELIVERY);
  EXPECT_EQ(refusal("OrderService/ClosePaperPosition", v1::ClosePaperPositionRequest()),
            "INVALID_ARGUMENT");

  v1::ModifyPaperOrderRequest modify;
  modify.set_order_id("P-000007");
  EXPECT_EQ(refusal("OrderService/ModifyPaperOrder", modify), "INVALID_ARGUMENT")
      << "nothing to change";
  modify.set_stop_loss_e4(8'000'000);
  ask<v1::OrderReply>(agent_, "OrderService/ModifyPaperOrder", modify);
  EXPECT_EQ(broker_.desk.last_modify.stop_loss, trading::Price(8'000'000));
  EXPECT_FALSE(broker_.desk.last_modify.quantity);

  v1::CancelPaperOrderRequest cancel;
  cancel.set_order_id("../etc");
  EXPECT_EQ(refusal("OrderService/CancelPaperOrder", cancel), "INVALID_ARGUMENT");
  cancel.set_order_id("P-000007");
  ask<v1::OrderReply>(agent_, "OrderService/CancelPaperOrder", cancel);

  v1::ResetPaperAccountRequest reset;
  EXPECT_EQ(refusal("OrderService/ResetPaperAccount", reset), "INVALID_ARGUMENT")
      << "without confirm";
  reset.set_confirm(true);
  EXPECT_EQ(
      ask<v1::ResetPaperAccountReply>(agent_, "OrderService/ResetPaperAccount", reset).epoch(), 2);
}

TEST_F(ServicesTest, AHaltedBookIsNotReset) {
  broker_.desk.operator_state = "halted";
  v1::ResetPaperAccountRequest reset;
  reset.set_confirm(true);
  EXPECT_EQ(refusal("OrderService/ResetPaperAccount", reset), "OPERATOR_HALTED");
  broker_.desk.operator_state = "reduce-only";
  EXPECT_EQ(refusal("OrderService/ResetPaperAccount", reset), "OK");
}

TEST_F(ServicesTest, CancelsAndStopsWorkWhenTheBooksCannotBeCaughtUp) {
  broker_.desk.on_catch_up = [] {
    return trading::Status(trading::make_error("LEDGER_UNAVAILABLE", "disk", ""));
  };
  v1::CancelPaperOrderRequest cancel;
  cancel.set_order_id("P-000007");
  EXPECT_EQ(refusal("OrderService/CancelPaperOrder", cancel), "OK");
  EXPECT_EQ(refusal("OperatorService/Halt", v1::HaltRequest()), "OK");
  EXPECT_EQ(refusal("OrderService/FetchPaperOrders", v1::FetchPaperOrdersRequest()),
            "LEDGER_UNAVAILABLE");
}

TEST_F(ServicesTest, PreviewAndFetchOrders) {
  v1::PreviewOrderRequest preview;
  *preview.mutable_terms() = terms();
  const auto shown = ask<v1::PreviewOrderReply>(agent_, "OrderService/PreviewOrder", preview);
  EXPECT_TRUE(shown.would_pass());
  EXPECT_EQ(shown.largest_passing_quantity(), 41);
  EXPECT_EQ(shown.head_room(0).limit(), "MAX_ORDER_VALUE");
  v1::FetchPaperOrdersRequest fetch;
  for (const auto& channel : {agent_, human_}) {
    EXPECT_EQ(
        ask<v1::FetchPaperOrdersReply>(channel, "OrderService/FetchPaperOrders", fetch).total(), 1);
  }
  fetch.set_status("SOMETHING");
  EXPECT_EQ(refusal("OrderService/FetchPaperOrders", fetch), "INVALID_ARGUMENT");
}

TEST_F(ServicesTest, Portfolio) {
  for (const auto& channel : {agent_, human_}) {
    const auto reply = ask<v1::FetchPortfolioReply>(channel, "PortfolioService/FetchPortfolio",
                                                    v1::FetchPortfolioRequest());
    ASSERT_EQ(reply.books_size(), 1);
    const v1::Position& position = reply.books(0).positions(0);
    EXPECT_EQ(position.average_price_e4(), 8'120'500);
    EXPECT_EQ(position.unrealized_e4(), 795'000);
    EXPECT_EQ(position.sector(), "Banks");
    EXPECT_EQ(reply.custody(), "same-uid");
  }
  v1::FetchPortfolioRequest live;
  live.set_mode("live");
  EXPECT_EQ(
      ask<v1::FetchPortfolioReply>(agent_, "PortfolioService/FetchPortfolio", live).books_size(),
      0);
  const auto trades = ask<v1::FetchPaperTradesReply>(agent_, "PortfolioService/FetchPaperTrades",
                                                     v1::FetchPaperTradesRequest());
  EXPECT_EQ(trades.fills(0).reason(), "stop");
  EXPECT_EQ(trades.fills(0).order_class(), "protection");
  const auto performance = ask<v1::CalculatePaperTradingPerformanceReply>(
      agent_, "PortfolioService/CalculatePaperTradingPerformance",
      v1::CalculatePaperTradingPerformanceRequest());
  EXPECT_LE(performance.equity_curve_size(), 2'001);
  EXPECT_EQ(performance.equity_curve(performance.equity_curve_size() - 1).equity_e4(), 4'999);
  const auto exposure = ask<v1::CalculatePortfolioExposureReply>(
      agent_, "PortfolioService/CalculatePortfolioExposure",
      v1::CalculatePortfolioExposureRequest());
  EXPECT_EQ(exposure.gross_e4(), 82'000'000);
  EXPECT_EQ(exposure.by_sector(0).name(), "Banks");
  EXPECT_EQ(exposure.by_product(0).name(), "INTRADAY");
  EXPECT_EQ(exposure.by_symbol(0).share_of_purse_bps(), 82);
}

TEST_F(ServicesTest, RiskArithmetic) {
  v1::CalculatePositionSizeRequest size;
  size.set_capital_e4(1'000'000'000);  // 1,00,000.00
  size.set_risk_bps(100);
  size.set_entry_price_e4(1'000'000);
  size.set_stop_loss_e4(970'000);
  const auto sized =
      ask<v1::CalculatePositionSizeReply>(agent_, "RiskService/CalculatePositionSize", size);
  EXPECT_EQ(sized.quantity(), 333);
  EXPECT_EQ(sized.risk_amount_e4(), 9'990'000);
  EXPECT_EQ(sized.capped_by(), "");
  size.set_stop_loss_e4(999'900);
  EXPECT_EQ(ask<v1::CalculatePositionSizeReply>(agent_, "RiskService/CalculatePositionSize", size)
                .capped_by(),
            "capital");
  size.set_stop_loss_e4(1'000'000);
  EXPECT_EQ(refusal("RiskService/CalculatePositionSize", size), "INVALID_ARGUMENT");

  v1::CalculateStopLossRequest stop;
  stop.set_symbol("SBIN");
  stop.set_side(v1::SIDE_BUY);
  stop.set_atr_e4(100'100);
  stop.set_atr_multiplier_e2(150);
  const auto stopped =
      ask<v1::CalculateStopLossReply>(agent_, "RiskService/CalculateStopLoss", stop);
  EXPECT_LE(stopped.stop_loss_e4(), 8'120'500 - 150'150);
  EXPECT_EQ(stopped.stop_loss_e4() % stopped.tick_e4(), 0);
  stop.set_atr_e4(8'000'000);
  EXPECT_EQ(refusal("RiskService/CalculateStopLoss", stop), "RISK_ARGUMENT_INVALID");

  v1::CalculateTargetPriceRequest target;
  target.set_entry_price_e4(1'000'000);
  target.set_stop_loss_e4(1'050'000);
  target.set_risk_reward_ratio_e2(200);
  const auto targeted =
      ask<v1::CalculateTargetPriceReply>(agent_, "RiskService/CalculateTargetPrice", target);
  EXPECT_EQ(targeted.target_e4(), 900'000);
  EXPECT_EQ(targeted.side(), v1::SIDE_SELL);

  EXPECT_EQ(ask<v1::CheckMaxDailyLossReply>(agent_, "RiskService/CheckMaxDailyLoss",
                                            v1::CheckMaxDailyLossRequest())
                .operator_state(),
            "open");
  const auto concentration = ask<v1::CheckPortfolioConcentrationReply>(
      agent_, "RiskService/CheckPortfolioConcentration", v1::CheckPortfolioConcentrationRequest());
  EXPECT_EQ(concentration.by_symbol(0).limit_bps(), 2'000);
  EXPECT_FALSE(concentration.by_symbol(0).is_over());
  EXPECT_EQ(concentration.max_open_positions(), 5);
  v1::ValidateTradeAgainstRiskRulesRequest validate;
  *validate.mutable_terms() = terms();
  EXPECT_TRUE(ask<v1::ValidateTradeAgainstRiskRulesReply>(
                  agent_, "RiskService/ValidateTradeAgainstRiskRules", validate)
                  .would_pass());
}

TEST_F(ServicesTest, Market) {
  v1::FetchSymbolMetadataRequest metadata;
  metadata.set_symbol("SBIN");
  const auto row =
      ask<v1::FetchSymbolMetadataReply>(agent_, "MarketService/FetchSymbolMetadata", metadata);
  EXPECT_EQ(row.instrument().trading_symbol(), "SBIN-EQ");
  EXPECT_GT(row.instrument().tick_e4(), 0);
  v1::SearchInstrumentsRequest search;
  search.set_query("SBIN");
  EXPECT_GE(ask<v1::SearchInstrumentsReply>(agent_, "MarketService/SearchInstruments", search)
                .instruments_size(),
            1);
  const auto status = ask<v1::FetchMarketStatusReply>(agent_, "MarketService/FetchMarketStatus",
                                                      v1::FetchMarketStatusRequest());
  EXPECT_EQ(status.exchange(), "NSE");
  EXPECT_FALSE(status.phase().empty());
  v1::FetchHistoricalDataRequest history;
  history.set_symbol("SBIN");
  history.set_timeframe("ONE_DAY");
  grpc::ClientContext context;
  prepare(context, {});
  broker_.market.rows = 10'000;
  const auto stream = v1::MarketService::NewStub(agent_)->FetchHistoricalData(&context, history);
  v1::BarChunk chunk;
  std::vector<int> rows;
  while (stream->Read(&chunk)) rows.push_back(chunk.close_e4_size());
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(rows, (std::vector<int>{8'192, 1'808}));
  history.set_from_us(std::numeric_limits<std::int64_t>::min());
  grpc::ClientContext bad;
  prepare(bad, {});
  const auto refused = v1::MarketService::NewStub(agent_)->FetchHistoricalData(&bad, history);
  EXPECT_FALSE(refused->Read(&chunk));
  EXPECT_EQ(code_of(refused->Finish()), "INVALID_ARGUMENT");
}

TEST_F(ServicesTest, Config) {
  const auto config = ask<v1::GetTradingConfigReply>(agent_, "ConfigService/GetTradingConfig",
                                                     v1::GetTradingConfigRequest());
  EXPECT_EQ(config.settings(0).key(), "TRADING_MODE");
  EXPECT_EQ(static_cast<std::size_t>(config.limits_size()), risk::kLimits);
  EXPECT_EQ(config.limits_hash(), "hash");
  EXPECT_EQ(ask<v1::GetCurrentTradingModeReply>(agent_, "ConfigService/GetCurrentTradingMode",
                                                v1::GetCurrentTradingModeRequest())
                .operator_state(),
            "open");
  v1::UpdateTradingConfigRequest update;
  (*update.mutable_updates())["MAX_OPEN_POSITIONS"] = "3";
  EXPECT_EQ(ask<v1::UpdateTradingConfigReply>(agent_, "ConfigService/UpdateTradingConfig", update)
                .changed(0)
                .key(),
            "MAX_OPEN_POSITIONS");
  (*update.mutable_updates())["MAX_OPEN_POSITIONS"] = "3\n4";
  EXPECT_EQ(refusal("ConfigService/UpdateTradingConfig", update), "INVALID_ARGUMENT");
  EXPECT_EQ(ask<v1::SwitchToPaperModeReply>(agent_, "ConfigService/SwitchToPaperMode",
                                            v1::SwitchToPaperModeRequest())
                .note(),
            "paper already");
  const auto live = ask<v1::SwitchToLiveModeReply>(agent_, "ConfigService/SwitchToLiveMode",
                                                   v1::SwitchToLiveModeRequest());
  EXPECT_EQ(live.effective_mode(), "paper");
  EXPECT_EQ(live.needs(0), "a person");
  v1::ValidateTradingPermissionsRequest permissions;
  permissions.set_symbol("SBIN");
  permissions.set_side(v1::SIDE_SELL);
  permissions.set_product(v1::PRODUCT_INTRADAY);
  EXPECT_TRUE(ask<v1::ValidateTradingPermissionsReply>(
                  agent_, "ConfigService/ValidateTradingPermissions", permissions)
                  .is_permitted());
  EXPECT_THAT(ask<v1::GetSafetyRulesReply>(agent_, "ConfigService/GetSafetyRules",
                                           v1::GetSafetyRulesRequest())
                  .markdown(),
              HasSubstr("OrderService/PlacePaperOrder"));
}

TEST_F(ServicesTest, Audit) {
  for (const auto& channel : {agent_, human_}) {
    const auto trail = ask<v1::FetchAuditTrailReply>(channel, "AuditService/FetchAuditTrail",
                                                     v1::FetchAuditTrailRequest());
    EXPECT_EQ(trail.records(0).type(), "place_paper_order.filled");
    EXPECT_EQ(trail.head_seq(), 9);
  }
  v1::ReportToolCallsRequest report;
  report.add_calls()->set_tool("fetch_\x1b[31mprice");
  EXPECT_EQ(
      ask<v1::ReportToolCallsReply>(agent_, "AuditService/ReportToolCalls", report).recorded(), 1);
  EXPECT_EQ(broker_.tool_calls.at(0).tool, "fetch_?[31mprice");
}

TEST_F(ServicesTest, OperatorStates) {
  bool is_raised = false;
  broker_.context.raise_halt = [&] { is_raised = true; };
  v1::HaltRequest halt;
  halt.set_reason("lunch");
  EXPECT_EQ(ask<v1::OperatorStateReply>(human_, "OperatorService/Halt", halt).operator_state(),
            "halted");
  EXPECT_TRUE(is_raised) << "before the desk comes to it";
  EXPECT_EQ(broker_.desk.last_requester.role, Role::kOperator);
  EXPECT_EQ(
      ask<v1::OperatorStateReply>(human_, "OperatorService/ReduceOnly", v1::ReduceOnlyRequest())
          .operator_state(),
      "reduce-only");
  EXPECT_EQ(ask<v1::OperatorStateReply>(human_, "OperatorService/Resume", v1::ResumeRequest())
                .operator_state(),
            "open");
}

// The desk's thread stands in the midst of a job, as it does while an exchange takes its time.
TEST_F(ServicesTest, AHaltIsRaisedWhileTheDeskIsBusy) {
  std::promise<void> is_raised, may_go_on;
  broker_.context.raise_halt = [&] { is_raised.set_value(); };
  std::promise<void> is_busy;
  std::thread busy([&] {
    const auto until = DeskThread::Deadline::clock::now() + std::chrono::seconds(60);
    (void)broker_.desk_thread.run(DeskLane::kNormal, until, [&] {
      is_busy.set_value();
      may_go_on.get_future().wait();
    });
  });
  is_busy.get_future().wait();
  std::string state;
  std::thread human([&] { state = ask<v1::OperatorStateReply>(human_, "OperatorService/Halt", v1::HaltRequest()).operator_state(); });
  // Nothing but the call itself can raise it: the desk goes on only afterwards.
  const bool came = is_raised.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  EXPECT_TRUE(came) << "the halt waited for the desk";
  may_go_on.set_value();
  busy.join();
  human.join();
  EXPECT_EQ(state, "halted") << "the desk's record follows";
}

TEST_F(ServicesTest, AReadThatFailsIsAnErrorAndNeverEmpty) {
  broker_.desk.on_read = [] {
    return trading::Status(trading::make_error("STORAGE_BUSY", "the ledger cannot be read", ""));
  };
  const std::pair<const char*, const google::protobuf::Message&> reads[] = {
      {"OrderService/FetchPaperOrders", v1::FetchPaperOrdersRequest::default_instance()},
      {"PortfolioService/FetchPortfolio", v1::FetchPortfolioRequest::default_instance()},
      {"PortfolioService/FetchPaperTrades", v1::FetchPaperTradesRequest::default_instance()},
      {"PortfolioService/CalculatePaperTradingPerformance",
       v1::CalculatePaperTradingPerformanceRequest::default_instance()},
      {"PortfolioService/CalculatePortfolioExposure",
       v1::CalculatePortfolioExposureRequest::default_instance()},
      {"RiskService/CheckMaxDailyLoss", v1::CheckMaxDailyLossRequest::default_instance()},
      {"RiskService/CheckPortfolioConcentration",
       v1::CheckPortfolioConcentrationRequest::default_instance()},
      {"ConfigService/GetCurrentTradingMode", v1::GetCurrentTradingModeRequest::default_instance()},
      {"OperatorService/Status", v1::StatusRequest::default_instance()},
      {"OperatorService/VerifyLedger", v1::VerifyLedgerRequest::default_instance()}};
  for (const auto& [method, request] : reads) EXPECT_EQ(refusal(method, request), "STORAGE_BUSY") << method;
}

TEST_F(ServicesTest, TheAccountIsReadAsTheMemberTellsIt) {
  const auto funds = ask<v1::FetchBrokerFundsReply>(agent_, "AccountService/FetchBrokerFunds", v1::FetchBrokerFundsRequest());
  EXPECT_EQ(funds.net_paise(), 10'000'000);
  EXPECT_TRUE(funds.has_collateral_paise()) << "said to be zero";
  EXPECT_FALSE(funds.has_intraday_payin_paise()) << "not said is not zero";
  EXPECT_EQ(funds.answer().account(), "******01");
  EXPECT_EQ(funds.answer().provenance().source(), "smartapi");
  EXPECT_EQ(funds.answer().provenance().age_us(), 1'000'000);
  EXPECT_FALSE(funds.answer().provenance().is_simulated());
  const auto positions =
      ask<v1::FetchBrokerPositionsReply>(human_, "AccountService/FetchBrokerPositions", v1::FetchBrokerPositionsRequest());
  ASSERT_EQ(positions.positions_size(), 1);
  EXPECT_EQ(positions.positions(0).net_quantity(), -10);
  EXPECT_FALSE(positions.positions(0).has_realised_e4());
  EXPECT_TRUE(positions.answer().is_complete());
  const auto holdings =
      ask<v1::FetchBrokerHoldingsReply>(agent_, "AccountService/FetchBrokerHoldings", v1::FetchBrokerHoldingsRequest());
  EXPECT_EQ(holdings.holdings_size(), 1);
  EXPECT_FALSE(holdings.answer().is_complete()) << "a row could not be read";
  EXPECT_EQ(holdings.answer().unreadable_size(), 1);
  v1::FetchBrokerOrderStatusRequest which;
  EXPECT_EQ(refusal("AccountService/FetchBrokerOrderStatus", which), "INVALID_ARGUMENT");
  which.set_order_id("nobody");
  EXPECT_EQ(refusal("AccountService/FetchBrokerOrderStatus", which), "ACCOUNT_ORDER_NOT_FOUND");
  which.set_order_id("P-000007");
  EXPECT_EQ(ask<v1::FetchBrokerOrderStatusReply>(agent_, "AccountService/FetchBrokerOrderStatus", which).order().filled_quantity(), 4);
}

TEST_F(ServicesTest, WithoutAnAccountEveryReadOfItSaysSo) {
  broker_.context.account = no_account("there is none");
  v1::FetchBrokerOrderStatusRequest which;
  which.set_order_id("1");
  const std::pair<const char*, const google::protobuf::Message&> reads[] = {
      {"AccountService/FetchBrokerFunds", v1::FetchBrokerFundsRequest::default_instance()},
      {"AccountService/FetchBrokerPositions", v1::FetchBrokerPositionsRequest::default_instance()},
      {"AccountService/FetchBrokerHoldings", v1::FetchBrokerHoldingsRequest::default_instance()},
      {"AccountService/FetchBrokerOrderStatus", which}};
  for (const auto& [method, request] : reads) EXPECT_EQ(refusal(method, request), "NO_BROKER_ACCOUNT") << method;
}

TEST_F(ServicesTest, LimitsAreAcceptedWithTheValuesThatWereShown) {
  broker_.desk.limits_waiting.push_back({risk::Limit::kMaxOrderValue, 5'000'000, false});
  const auto shown =
      ask<v1::ShowLimitsReply>(human_, "OperatorService/ShowLimits", v1::ShowLimitsRequest());
  int waiting = 0;
  for (const v1::LimitRow& row : shown.limits()) {
    EXPECT_EQ(row.effective_source(), "default") << row.key();
    EXPECT_EQ(row.file(), "") << row.key();
    if (row.waiting().empty()) continue;
    ++waiting;
    EXPECT_EQ(row.key() + " " + row.waiting() + " " + row.waiting_source(),
              "MAX_ORDER_VALUE 50000 file");
  }
  EXPECT_EQ(waiting, 1);
  v1::AcceptLimitsRequest accept;
  EXPECT_EQ(refusal("OperatorService/AcceptLimits", accept), "INVALID_ARGUMENT");
  (*accept.mutable_limits())["MAX_ORDER_VALUE"] = "50000";
  EXPECT_EQ(ask<v1::AcceptLimitsReply>(human_, "OperatorService/AcceptLimits", accept).limits(0).key(),
            "MAX_ORDER_VALUE");
  EXPECT_EQ(broker_.desk.last_accepted.at("MAX_ORDER_VALUE"), "50000");
  EXPECT_EQ(broker_.desk.last_requester.role, Role::kOperator);
}

// A step of the clock is many jobs: a halt is answered while it runs, and a caller who gives up
// stops it.
TEST_F(ServicesTest, AStopGetsInBetweenTheSlicesOfAnAdvance) {
  broker_.desk.advance_slices = 1'000'000;
  broker_.desk.on_advance = [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
  grpc::ClientContext context;
  prepare(context, {.timeout = std::chrono::milliseconds(60'000)});
  v1::AdvanceClockRequest advance;
  advance.set_span_us(5);
  std::thread clock([&] {
    v1::AdvanceClockReply reply;
    EXPECT_FALSE(v1::OperatorService::NewStub(human_)->AdvanceClock(&context, advance, &reply).ok());
  });
  while (broker_.desk.slices < 3) std::this_thread::yield();
  EXPECT_EQ(ask<v1::OperatorStateReply>(human_, "OperatorService/Halt", v1::HaltRequest())
                .operator_state(),
            "halted");
  EXPECT_EQ(broker_.desk.stopped_advances, 0) << "a halt does not end it";
  context.TryCancel();
  clock.join();
  while (broker_.desk.stopped_advances == 0) std::this_thread::yield();
  const int slices = broker_.desk.slices;
  broker_.desk.advance_slices = 2;
  broker_.desk.on_advance = {};
  EXPECT_EQ(ask<v1::AdvanceClockReply>(human_, "OperatorService/AdvanceClock", advance).events(), 2);
  EXPECT_EQ(broker_.desk.slices, slices + 2) << "nothing of the first one went on";
}

TEST_F(ServicesTest, WhileASessionRunsTheNextOpenIsTheNextOne) {
  const auto at = [](int day, int hour, int minute) {
    return trading::timestamp_of(trading::TradingDate::from_civil(2026, 11, day),
                                 trading::at(hour, minute));
  };
  const auto next_open_at = [&](trading::Timestamp now) {
    broker_.clock.set_market(now);
    return trading::Timestamp{ask<v1::FetchMarketStatusReply>(agent_, "MarketService/FetchMarketStatus",
                                                              v1::FetchMarketStatusRequest())
                                  .next_open_us()};
  };
  EXPECT_EQ(next_open_at(at(23, 8, 0)), at(23, 9, 15));
  EXPECT_EQ(next_open_at(at(23, 9, 15)), at(25, 9, 15)) << "open now; 24 November is a holiday";
  EXPECT_EQ(next_open_at(at(23, 12, 0)), at(25, 9, 15));
  EXPECT_EQ(next_open_at(at(23, 16, 0)), at(25, 9, 15));
}

TEST_F(ServicesTest, OperatorCommandsAndReads) {
  const auto status = ask<v1::StatusReply>(human_, "OperatorService/Status", v1::StatusRequest());
  EXPECT_EQ(status.boot_id(), "boot-1");
  EXPECT_EQ(status.audit_head_seq(), 9);
  EXPECT_EQ(status.findings(0), "fake.csv row 3: repaired");
  EXPECT_EQ(ask<v1::StatusReply>(human_, "OperatorService/Status", v1::StatusRequest())
                .rpc_counts()
                .at("OperatorService/Status"),
            1);
  v1::CancelOrderRequest cancel;
  EXPECT_EQ(refusal("OperatorService/CancelOrder", cancel), "INVALID_ARGUMENT");
  cancel.set_all_entries(true);
  EXPECT_EQ(ask<v1::CancelOrderReply>(human_, "OperatorService/CancelOrder", cancel).orders_size(),
            1);
  EXPECT_EQ(ask<v1::FlattenReply>(human_, "OperatorService/Flatten", v1::FlattenRequest())
                .not_possible(0),
            "TCS: no quote");
  EXPECT_EQ(static_cast<std::size_t>(ask<v1::ShowLimitsReply>(human_, "OperatorService/ShowLimits",
                                                              v1::ShowLimitsRequest())
                                         .limits_size()),
            risk::kLimits);
  v1::SetLimitRequest limit;
  limit.set_key("MAX_OPEN_POSITIONS");
  EXPECT_EQ(refusal("OperatorService/SetLimit", limit), "INVALID_ARGUMENT");
  limit.set_value("4");
  EXPECT_EQ(ask<v1::SetLimitReply>(human_, "OperatorService/SetLimit", limit).limit().key(),
            "MAX_OPEN_POSITIONS");
  v1::AdvanceClockRequest advance;
  EXPECT_EQ(refusal("OperatorService/AdvanceClock", advance), "INVALID_ARGUMENT");
  advance.set_span_us(5);
  EXPECT_EQ(ask<v1::AdvanceClockReply>(human_, "OperatorService/AdvanceClock", advance).events(),
            3);
  EXPECT_TRUE(
      ask<v1::VerifyLedgerReply>(human_, "OperatorService/VerifyLedger", v1::VerifyLedgerRequest())
          .is_ok());

  grpc::ClientContext context;
  prepare(context, {});
  const auto stream =
      v1::OperatorService::NewStub(human_)->ExportLedger(&context, v1::ExportLedgerRequest());
  v1::ExportLedgerChunk chunk;
  int lines = 0;
  while (stream->Read(&chunk)) lines += chunk.lines_size();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(lines, 2'500);
}

}  // namespace
}  // namespace broker
