#include "execution_broker/service/doors.h"

#include <algorithm>
#include <array>

#include "trading/base/invariant.h"

namespace broker {
namespace {

constexpr bool kYes = true;
constexpr bool kNo = false;

using enum RpcClass;
using enum RunsIn;

// clang-format off
constexpr std::array kTable{
    //       method                                                          agent  operator class     runs in        desk  long  toolsets
    DoorRow{"/broker.v1.SessionService/Hello",                               kYes,  kYes,   kRead,    kAnyState,     kNo,  kNo,  "*"},

    DoorRow{"/broker.v1.MarketService/FetchLivePrice",                       kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core market strategy"},
    DoorRow{"/broker.v1.MarketService/FetchHistoricalData",                  kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core market indicators risk strategy"},
    DoorRow{"/broker.v1.MarketService/FetchMarketStatus",                    kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core market"},
    DoorRow{"/broker.v1.MarketService/FetchSymbolMetadata",                  kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core market strategy"},
    DoorRow{"/broker.v1.MarketService/SearchInstruments",                    kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core market"},

    DoorRow{"/broker.v1.OrderService/PlacePaperOrder",                       kYes,  kNo,    kEntry,   kAnyState,     kYes, kNo,  "core paper"},
    DoorRow{"/broker.v1.OrderService/ClosePaperPosition",                    kYes,  kNo,    kExit,    kAnyState,     kYes, kNo,  "core paper"},
    DoorRow{"/broker.v1.OrderService/ModifyPaperOrder",                      kYes,  kNo,    kEntry,   kAnyState,     kYes, kNo,  "core paper"},
    DoorRow{"/broker.v1.OrderService/CancelPaperOrder",                      kYes,  kNo,    kCancel,  kAnyState,     kYes, kNo,  "core paper"},
    // A halt freezes the book for a human to look at: the agent may not put another in its place meanwhile.
    DoorRow{"/broker.v1.OrderService/ResetPaperAccount",                     kYes,  kNo,    kEntry,   kUnlessHalted, kYes, kNo,  "paper"},
    DoorRow{"/broker.v1.OrderService/PreviewOrder",                          kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "core risk"},
    DoorRow{"/broker.v1.OrderService/FetchPaperOrders",                      kYes,  kYes,   kRead,    kAnyState,     kYes, kNo,  "core paper portfolio"},

    // An agent proposes, looks and takes back. That a human signs is another door's business.
    DoorRow{"/broker.v1.ProposalService/PrepareOrder",                       kYes,  kNo,    kEntry,   kAnyState,     kYes, kNo,  "core broker"},
    DoorRow{"/broker.v1.ProposalService/GetApprovalStatus",                  kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "core broker"},
    DoorRow{"/broker.v1.ProposalService/ListPendingLiveOrders",              kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "broker"},
    DoorRow{"/broker.v1.ProposalService/CancelPendingLiveOrder",             kYes,  kNo,    kCancel,  kAnyState,     kYes, kNo,  "broker"},
    DoorRow{"/broker.v1.ProposalService/BlockDeliverySellOrder",             kYes,  kNo,    kTighten, kAnyState,     kYes, kNo,  "broker"},
    DoorRow{"/broker.v1.ProposalService/CancelLiveOrder",                    kYes,  kNo,    kCancel,  kAnyState,     kYes, kNo,  "broker"},

    DoorRow{"/broker.v1.ApprovalService/ShowApprover",                       kNo,   kYes,   kRead,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/Enroll",                             kNo,   kYes,   kLoosen,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/ListProposals",                      kNo,   kYes,   kRead,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/OpenStatement",                      kNo,   kYes,   kRead,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/SignStatement",                      kNo,   kYes,   kLoosen,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/RejectOrder",                        kNo,   kYes,   kCancel,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/ListMandates",                       kNo,   kYes,   kRead,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/RevokeMandate",                      kNo,   kYes,   kTighten, kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/ListRecommendations",                kNo,   kYes,   kRead,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/CloseRecommendation",                kNo,   kYes,   kReport,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.ApprovalService/SettleOrder",                        kNo,   kYes,   kLoosen,  kAnyState,     kYes, kNo,  ""},

    DoorRow{"/broker.v1.PortfolioService/FetchPortfolio",                    kYes,  kYes,   kRead,    kAnyState,     kYes, kNo,  "core paper portfolio"},
    DoorRow{"/broker.v1.PortfolioService/FetchPaperTrades",                  kYes,  kYes,   kRead,    kAnyState,     kYes, kNo,  "paper"},
    DoorRow{"/broker.v1.PortfolioService/CalculatePaperTradingPerformance",  kYes,  kYes,   kRead,    kAnyState,     kYes, kNo,  "core paper"},
    DoorRow{"/broker.v1.PortfolioService/CalculatePortfolioExposure",        kYes,  kYes,   kRead,    kAnyState,     kYes, kNo,  "portfolio"},

    DoorRow{"/broker.v1.RiskService/CalculatePositionSize",                  kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core risk"},
    DoorRow{"/broker.v1.RiskService/CalculateStopLoss",                      kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core risk strategy"},
    DoorRow{"/broker.v1.RiskService/CalculateTargetPrice",                   kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "core risk strategy"},
    DoorRow{"/broker.v1.RiskService/CheckMaxDailyLoss",                      kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "core risk"},
    DoorRow{"/broker.v1.RiskService/CheckPortfolioConcentration",            kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "risk"},
    DoorRow{"/broker.v1.RiskService/ValidateTradeAgainstRiskRules",          kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "broker risk"},

    DoorRow{"/broker.v1.ConfigService/GetTradingConfig",                     kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "core config"},
    DoorRow{"/broker.v1.ConfigService/GetCurrentTradingMode",                kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "core config"},
    DoorRow{"/broker.v1.ConfigService/UpdateTradingConfig",                  kYes,  kNo,    kTighten, kAnyState,     kYes, kNo,  "core config"},
    DoorRow{"/broker.v1.ConfigService/SwitchToPaperMode",                    kYes,  kNo,    kTighten, kAnyState,     kYes, kNo,  "core config"},
    DoorRow{"/broker.v1.ConfigService/SwitchToLiveMode",                     kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "config"},
    DoorRow{"/broker.v1.ConfigService/ValidateTradingPermissions",           kYes,  kNo,    kRead,    kAnyState,     kYes, kNo,  "config"},
    DoorRow{"/broker.v1.ConfigService/GetSafetyRules",                       kYes,  kNo,    kRead,    kAnyState,     kNo,  kNo,  "*"},

    DoorRow{"/broker.v1.AccountService/FetchBrokerFunds",                    kYes,  kYes,   kRead,    kAnyState,     kNo,  kNo,  "broker"},
    DoorRow{"/broker.v1.AccountService/FetchBrokerPositions",                kYes,  kYes,   kRead,    kAnyState,     kNo,  kNo,  "core broker"},
    DoorRow{"/broker.v1.AccountService/FetchBrokerHoldings",                 kYes,  kYes,   kRead,    kAnyState,     kNo,  kNo,  "broker"},
    DoorRow{"/broker.v1.AccountService/FetchBrokerOrderStatus",              kYes,  kYes,   kRead,    kAnyState,     kNo,  kNo,  "broker"},

    DoorRow{"/broker.v1.AuditService/FetchAuditTrail",                       kYes,  kYes,   kRead,    kAnyState,     kNo,  kNo,  "core audit"},
    DoorRow{"/broker.v1.AuditService/ReportToolCalls",                       kYes,  kNo,    kReport,  kAnyState,     kNo,  kNo,  "*"},

    DoorRow{"/broker.v1.OperatorService/Status",                             kNo,   kYes,   kRead,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/Halt",                               kNo,   kYes,   kStop,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/ReduceOnly",                         kNo,   kYes,   kStop,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/Resume",                             kNo,   kYes,   kLoosen,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/CancelOrder",                        kNo,   kYes,   kCancel,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/Flatten",                            kNo,   kYes,   kExit,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/ShowLimits",                         kNo,   kYes,   kRead,    kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/SetLimit",                           kNo,   kYes,   kLoosen,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/AcceptLimits",                       kNo,   kYes,   kLoosen,  kAnyState,     kYes, kNo,  ""},
    DoorRow{"/broker.v1.OperatorService/AdvanceClock",                       kNo,   kYes,   kClock,   kAnyState,     kYes, kYes, ""},
    DoorRow{"/broker.v1.OperatorService/ExportLedger",                       kNo,   kYes,   kRead,    kAnyState,     kYes, kYes, ""},
    DoorRow{"/broker.v1.OperatorService/VerifyLedger",                       kNo,   kYes,   kRead,    kAnyState,     kYes, kYes, ""},
};
// clang-format on

}  // namespace

std::string_view name_of(Door door) {
  switch (door) {
    case Door::kAgent:
      return "agent";
    case Door::kOperator:
      return "operator";
  }
  return "unknown";
}

std::string_view name_of(RpcClass cls) {
  switch (cls) {
    case kRead:
      return "read";
    case kEntry:
      return "entry";
    case kExit:
      return "exit";
    case kCancel:
      return "cancel";
    case kTighten:
      return "tighten";
    case kLoosen:
      return "loosen";
    case kStop:
      return "stop";
    case kClock:
      return "clock";
    case kReport:
      return "report";
  }
  return "unknown";
}

std::string_view name_of(RunsIn states) {
  switch (states) {
    case kAnyState:
      return "any";
    case kUnlessHalted:
      return "open, reduce-only";
  }
  return "unknown";
}

std::span<const DoorRow> door_table() {
  return kTable;
}

const DoorRow* find_door_row(std::string_view method) {
  const auto row = std::find_if(kTable.begin(), kTable.end(),
                                [&](const DoorRow& r) { return r.method == method; });
  return row == kTable.end() ? nullptr : &*row;
}

std::size_t index_of(const DoorRow& row) {
  const std::ptrdiff_t index = &row - kTable.data();
  INVARIANT(index >= 0 && static_cast<std::size_t>(index) < kTable.size(),
            "a row of the doors table");
  return static_cast<std::size_t>(index);
}

bool is_in_toolsets(const DoorRow& row, std::span<const std::string> allowed) {
  const auto holds = [&](std::string_view toolset) {
    return toolset == "all" ||
           (" " + std::string(row.toolsets) + " ").find(" " + std::string(toolset) + " ") !=
               std::string::npos;
  };
  return allowed.empty() || row.toolsets == kEveryToolset ||
         std::any_of(allowed.begin(), allowed.end(), holds);
}

bool is_service_on(Door door, std::string_view service) {
  const std::string prefix = "/" + std::string(service) + "/";
  return std::any_of(kTable.begin(), kTable.end(), [&](const DoorRow& row) {
    return row.method.starts_with(prefix) && row.is_on(door);
  });
}

DeskLane lane_of(const DoorRow& row, Door door) {
  if (row.may_be_long) return DeskLane::kNormal;
  if (door == Door::kOperator || row.cls == kStop || row.cls == kCancel) return DeskLane::kStop;
  return DeskLane::kNormal;
}

std::string doors_markdown() {
  std::string page =
      "| call | agent | operator | class | operator states | toolsets |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (const DoorRow& row : kTable) {
    page += "| " + std::string(row.method.substr(row.method.rfind('.') + 1)) + " | " +
            (row.on_agent_door ? "yes" : "-") + " | " + (row.on_operator_door ? "yes" : "-") +
            " | " + std::string(name_of(row.cls)) + " | " + std::string(name_of(row.runs_in)) +
            " | " + std::string(row.toolsets == kEveryToolset ? "every" : row.toolsets) + " |\n";
  }
  return page;
}

}  // namespace broker
