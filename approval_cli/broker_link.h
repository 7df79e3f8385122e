#pragma once

// The operator's way to the broker: one connection for the one command of this process, a method
// for each call of the operator door. Before a byte is sent the kernel has said that the other side
// runs as the owner of the home; then Hello compares the wire. Nothing is ever sent twice.
//
// Callers include the .pb.h of the messages they use; gRPC stays out of this header.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "trading/base/result.h"

namespace broker::v1 {
class AcceptLimitsReply;
class AcceptLimitsRequest;
class AdvanceClockReply;
class CloseRecommendationReply;
class EnrollReply;
class FetchBrokerPositionsReply;
class EnrollRequest;
class ListMandatesReply;
class ListProposalsReply;
class ListProposalsRequest;
class ListRecommendationsReply;
class OpenStatementReply;
class OpenStatementRequest;
class RejectOrderReply;
class RejectOrderRequest;
class RevokeMandateReply;
class SettleOrderReply;
class ShowApproverReply;
class SignStatementReply;
class SignStatementRequest;
class CancelOrderReply;
class CancelOrderRequest;
class FetchAuditTrailReply;
class FetchAuditTrailRequest;
class FetchPaperOrdersReply;
class FetchPaperOrdersRequest;
class FetchPortfolioReply;
class FlattenReply;
class OperatorStateReply;
class SetLimitReply;
class SetLimitRequest;
class ShowLimitsReply;
class StatusReply;
class VerifyLedgerReply;
}  // namespace broker::v1

namespace approval_cli {

inline constexpr std::chrono::milliseconds kPatience{5'000};
inline constexpr std::chrono::milliseconds kWritePatience{20'000};
inline constexpr std::chrono::milliseconds kLongPatience{10 * 60 * 1'000};

class BrokerLink {
 public:
  // Errors: BROKER_NOT_RUNNING, BROKER_REFUSED, BROKER_WRONG_UID, PROTOCOL_MISMATCH, those of a
  // call.
  static trading::Result<BrokerLink> connect(const std::string& home, const std::string& version,
                                             std::chrono::milliseconds patience = kPatience);
  BrokerLink(BrokerLink&&) noexcept;
  BrokerLink& operator=(BrokerLink&&) noexcept;
  ~BrokerLink();

  trading::Result<broker::v1::StatusReply> status();
  trading::Result<broker::v1::FetchPortfolioReply> portfolio();
  // Of the account at the exchange member; it waits for the member.
  trading::Result<broker::v1::FetchBrokerPositionsReply> account_positions();
  trading::Result<broker::v1::FetchPaperOrdersReply> orders(
      const broker::v1::FetchPaperOrdersRequest& request);
  trading::Result<broker::v1::FetchAuditTrailReply> audit_trail(
      const broker::v1::FetchAuditTrailRequest& request);

  trading::Result<broker::v1::OperatorStateReply> halt(const std::string& reason,
                                                       std::chrono::milliseconds patience);
  trading::Result<broker::v1::OperatorStateReply> reduce_only(const std::string& reason);
  trading::Result<broker::v1::OperatorStateReply> resume(const std::string& reason);
  trading::Result<broker::v1::CancelOrderReply> cancel(
      const broker::v1::CancelOrderRequest& request);
  trading::Result<broker::v1::FlattenReply> flatten(const std::string& symbol);  // empty = all

  trading::Result<broker::v1::ShowLimitsReply> limits();
  trading::Result<broker::v1::SetLimitReply> set_limit(const broker::v1::SetLimitRequest& request);
  trading::Result<broker::v1::AcceptLimitsReply> accept_limits(
      const broker::v1::AcceptLimitsRequest& request);

  // --- approval; see approval.proto
  trading::Result<broker::v1::ShowApproverReply> approver();
  trading::Result<broker::v1::EnrollReply> enroll(const broker::v1::EnrollRequest& request);
  trading::Result<broker::v1::ListProposalsReply> proposals(const broker::v1::ListProposalsRequest& request);
  trading::Result<broker::v1::OpenStatementReply> open_statement(const broker::v1::OpenStatementRequest& request);
  trading::Result<broker::v1::SignStatementReply> sign_statement(const broker::v1::SignStatementRequest& request);
  trading::Result<broker::v1::RejectOrderReply> reject_order(const broker::v1::RejectOrderRequest& request);
  trading::Result<broker::v1::ListMandatesReply> mandates();
  trading::Result<broker::v1::RevokeMandateReply> revoke_mandate(std::int64_t mandate_id);
  trading::Result<broker::v1::ListRecommendationsReply> recommendations();
  trading::Result<broker::v1::CloseRecommendationReply> close_recommendation(std::int64_t recommendation_id);
  trading::Result<broker::v1::SettleOrderReply> settle_order(const std::string& order_id);

  // Who answered: of its Hello.
  struct Session {
    std::string boot_id, ledger_id, mode, custody, broker_version;
    std::uint32_t broker_uid = 0;           // as the kernel told it
    std::uint32_t own_uid = 0;              // this side, as the kernel told the broker
    std::int64_t wall_us = 0;               // the broker's clock at its Hello; 0 = it did not say
  };
  [[nodiscard]] const Session& session() const;

  trading::Result<broker::v1::AdvanceClockReply> advance_clock(std::int64_t span_us);
  // Calls `take` with each chunk of lines in order; an error of `take` ends the export.
  trading::Status export_ledger(
      bool is_canonical,
      const std::function<trading::Status(const std::vector<std::string>&)>& take);
  trading::Result<broker::v1::VerifyLedgerReply> verify_ledger();

 private:
  struct Parts;
  explicit BrokerLink(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace approval_cli
