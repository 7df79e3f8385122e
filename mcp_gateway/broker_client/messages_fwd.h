#pragma once

// The messages of the agent door, by name only: a .pb.h costs more than the header that mentions
// it.

namespace broker::v1 {

class CalculatePaperTradingPerformanceReply;
class CalculatePaperTradingPerformanceRequest;
class CalculatePortfolioExposureReply;
class CalculatePortfolioExposureRequest;
class CalculatePositionSizeReply;
class CalculatePositionSizeRequest;
class CalculateStopLossReply;
class CalculateStopLossRequest;
class CalculateTargetPriceReply;
class CalculateTargetPriceRequest;
class CancelPaperOrderRequest;
class CheckMaxDailyLossReply;
class CheckMaxDailyLossRequest;
class CheckPortfolioConcentrationReply;
class CheckPortfolioConcentrationRequest;
class ClosePaperPositionRequest;
class FetchAuditTrailReply;
class FetchAuditTrailRequest;
class FetchBrokerFundsReply;
class FetchBrokerFundsRequest;
class FetchBrokerHoldingsReply;
class FetchBrokerHoldingsRequest;
class FetchBrokerOrderStatusReply;
class FetchBrokerOrderStatusRequest;
class FetchBrokerPositionsReply;
class FetchBrokerPositionsRequest;
class FetchHistoricalDataRequest;
class FetchLivePriceReply;
class FetchLivePriceRequest;
class FetchMarketStatusReply;
class FetchMarketStatusRequest;
class FetchPaperOrdersReply;
class FetchPaperOrdersRequest;
class FetchPaperTradesReply;
class FetchPaperTradesRequest;
class FetchPortfolioReply;
class FetchPortfolioRequest;
class FetchSymbolMetadataReply;
class FetchSymbolMetadataRequest;
class GetCurrentTradingModeReply;
class GetCurrentTradingModeRequest;
class GetSafetyRulesReply;
class GetSafetyRulesRequest;
class GetTradingConfigReply;
class GetTradingConfigRequest;
class ModifyPaperOrderRequest;
class OrderReply;
class PlacePaperOrderRequest;
class PreviewOrderReply;
class PreviewOrderRequest;
class ReportToolCallsReply;
class ReportToolCallsRequest;
class ResetPaperAccountReply;
class ResetPaperAccountRequest;
class SearchInstrumentsReply;
class SearchInstrumentsRequest;
class SwitchToLiveModeReply;
class SwitchToLiveModeRequest;
class SwitchToPaperModeReply;
class SwitchToPaperModeRequest;
class UpdateTradingConfigReply;
class UpdateTradingConfigRequest;
class ValidateTradeAgainstRiskRulesReply;
class ValidateTradeAgainstRiskRulesRequest;
class ValidateTradingPermissionsReply;
class ValidateTradingPermissionsRequest;

}  // namespace broker::v1
