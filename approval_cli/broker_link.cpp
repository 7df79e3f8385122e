#include "approval_cli/broker_link.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "approval_cli/home_paths.h"
#include "broker/v1/account.grpc.pb.h"
#include "broker/v1/approval.grpc.pb.h"
#include "broker/v1/audit.grpc.pb.h"
#include "broker/v1/operator.grpc.pb.h"
#include "broker/v1/orders.grpc.pb.h"
#include "broker/v1/portfolio.grpc.pb.h"
#include "broker/v1/session.grpc.pb.h"
#include "proto/channel/protocol.h"
#include "proto/channel/unix_channel.h"
#include "proto/convert/status.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;
using trading::Result;
using trading::Retry;
using wire::CallKind;
using Patience = std::chrono::milliseconds;

// The broker makes its home and refuses one of another owner: whoever owns the home is the only one
// who may listen in it.
Result<std::uint32_t> uid_of_home(const std::string& home) {
  struct stat status {};
  if (::stat(home.c_str(), &status) == 0) return status.st_uid;
  const bool is_missing = errno == ENOENT || errno == ENOTDIR;
  return trading::make_error(
      is_missing ? "BROKER_NOT_RUNNING" : "BROKER_REFUSED",
      is_missing ? "there is no trading home at " + home
                 : "the home " + home + " cannot be looked at: " + std::strerror(errno),
      is_missing
          ? "start the broker: execution_broker --home " + home + "; or name its home with --home"
          : "run as a user of OPERATOR_USERS",
      Retry::kSafe);
}

// The channel's messages speak to every client; these say what an operator does next.
trading::Error for_operator(trading::Error error, const std::string& home) {
  if (error.code == "BROKER_NOT_RUNNING") {
    error.fix = "start it: execution_broker --home " + home;
  } else if (error.code == "BROKER_REFUSED") {
    error.fix = "run as a user of the group of " + home +
                "/run/operator; the broker's .env names its operators in OPERATOR_USERS";
  }
  return error;
}

void prepare(grpc::ClientContext& context, Patience patience) {
  context.set_deadline(std::chrono::system_clock::now() + patience);
  context.AddMetadata(wire::kProtocolKey, std::to_string(wire::kProtocol));
}

trading::Error error_of(const grpc::Status& status, CallKind kind) {
  trading::Error error = wire::from_grpc(status, kind);
  // There are no request ids at this door: what the general advice says of them does not help here.
  if (kind == CallKind::kWrite && error.retry == Retry::kVerifyFirst)
    error.fix = "it may have been carried out: look with approval_cli status before doing it again";
  return error;
}

}  // namespace

struct BrokerLink::Parts {
  wire::UnixChannel channel;
  std::unique_ptr<v1::OperatorService::Stub> desk;
  std::unique_ptr<v1::PortfolioService::Stub> portfolio;
  std::unique_ptr<v1::OrderService::Stub> orders;
  std::unique_ptr<v1::AuditService::Stub> audit;
  std::unique_ptr<v1::ApprovalService::Stub> approval;
  std::unique_ptr<v1::AccountService::Stub> account;
  Session session;
};

namespace {

template <typename Stub, typename Request, typename Reply>
Result<Reply> ask(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                  const Request& request, CallKind kind, Patience patience) {
  grpc::ClientContext context;
  prepare(context, patience);
  Result<Reply> reply{Reply()};
  const grpc::Status status = (stub.*method)(&context, request, &*reply);
  if (!status.ok()) return error_of(status, kind);
  return reply;
}

}  // namespace

BrokerLink::BrokerLink(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
BrokerLink::BrokerLink(BrokerLink&&) noexcept = default;
BrokerLink& BrokerLink::operator=(BrokerLink&&) noexcept = default;
BrokerLink::~BrokerLink() = default;

Result<BrokerLink> BrokerLink::connect(const std::string& home, const std::string& version,
                                       Patience patience) {
  ASSIGN_OR_RETURN(const std::uint32_t uid, uid_of_home(home));
  auto opened = wire::open_unix_channel(HomePaths{home}.operator_socket(), {uid});
  if (!opened) return for_operator(std::move(opened.error()), home);
  auto parts = std::make_unique<Parts>();
  parts->channel = std::move(*opened);
  const auto& channel = parts->channel.channel;
  const auto session = v1::SessionService::NewStub(channel);
  v1::HelloRequest hello;
  hello.set_protocol(wire::kProtocol);
  hello.set_program("approval_cli");
  hello.set_program_version(version);
  const auto greeted =
      ask(*session, &v1::SessionService::Stub::Hello, hello, CallKind::kRead, patience);
  if (!greeted) {
    trading::Error error = greeted.error();
    // The broker closes on a uid that OPERATOR_USERS does not name, without a word.
    if (error.code == "BROKER_UNAVAILABLE") {
      error.retry = Retry::kNo;
      error.fix =
          "the broker closed the door at once: it may be stopping, or OPERATOR_USERS in its "
          ".env does not name this user";
    }
    return error;
  }
  parts->desk = v1::OperatorService::NewStub(channel);
  parts->portfolio = v1::PortfolioService::NewStub(channel);
  parts->orders = v1::OrderService::NewStub(channel);
  parts->audit = v1::AuditService::NewStub(channel);
  parts->approval = v1::ApprovalService::NewStub(channel);
  parts->account = v1::AccountService::NewStub(channel);
  parts->session = {greeted->boot_id(), greeted->ledger_id(), greeted->mode(), greeted->custody(), greeted->broker_version(), parts->channel.server_uid, greeted->peer_uid(), greeted->wall_us()};
  return BrokerLink(std::move(parts));
}

Result<v1::StatusReply> BrokerLink::status() {
  return ask(*parts_->desk, &v1::OperatorService::Stub::Status, {}, CallKind::kRead, kPatience);
}

Result<v1::FetchPortfolioReply> BrokerLink::portfolio() {
  return ask(*parts_->portfolio, &v1::PortfolioService::Stub::FetchPortfolio, {}, CallKind::kRead,
             kPatience);
}

Result<v1::FetchBrokerPositionsReply> BrokerLink::account_positions() {
  return ask(*parts_->account, &v1::AccountService::Stub::FetchBrokerPositions, {}, CallKind::kRead, kPatience);
}

Result<v1::FetchPaperOrdersReply> BrokerLink::orders(const v1::FetchPaperOrdersRequest& request) {
  return ask(*parts_->orders, &v1::OrderService::Stub::FetchPaperOrders, request, CallKind::kRead,
             kPatience);
}

Result<v1::FetchAuditTrailReply> BrokerLink::audit_trail(
    const v1::FetchAuditTrailRequest& request) {
  return ask(*parts_->audit, &v1::AuditService::Stub::FetchAuditTrail, request, CallKind::kRead,
             kPatience);
}

Result<v1::OperatorStateReply> BrokerLink::halt(const std::string& reason, Patience patience) {
  v1::HaltRequest request;
  request.set_reason(reason);
  return ask(*parts_->desk, &v1::OperatorService::Stub::Halt, request, CallKind::kWrite, patience);
}

Result<v1::OperatorStateReply> BrokerLink::reduce_only(const std::string& reason) {
  v1::ReduceOnlyRequest request;
  request.set_reason(reason);
  return ask(*parts_->desk, &v1::OperatorService::Stub::ReduceOnly, request, CallKind::kWrite,
             kWritePatience);
}

Result<v1::OperatorStateReply> BrokerLink::resume(const std::string& reason) {
  v1::ResumeRequest request;
  request.set_reason(reason);
  return ask(*parts_->desk, &v1::OperatorService::Stub::Resume, request, CallKind::kWrite,
             kWritePatience);
}

Result<v1::CancelOrderReply> BrokerLink::cancel(const v1::CancelOrderRequest& request) {
  return ask(*parts_->desk, &v1::OperatorService::Stub::CancelOrder, request, CallKind::kWrite,
             kWritePatience);
}

Result<v1::FlattenReply> BrokerLink::flatten(const std::string& symbol) {
  v1::FlattenRequest request;
  request.set_symbol(symbol);
  return ask(*parts_->desk, &v1::OperatorService::Stub::Flatten, request, CallKind::kWrite,
             kWritePatience);
}

Result<v1::ShowLimitsReply> BrokerLink::limits() {
  return ask(*parts_->desk, &v1::OperatorService::Stub::ShowLimits, {}, CallKind::kRead, kPatience);
}

Result<v1::SetLimitReply> BrokerLink::set_limit(const v1::SetLimitRequest& request) {
  return ask(*parts_->desk, &v1::OperatorService::Stub::SetLimit, request, CallKind::kWrite,
             kWritePatience);
}

Result<v1::AcceptLimitsReply> BrokerLink::accept_limits(const v1::AcceptLimitsRequest& request) {
  return ask(*parts_->desk, &v1::OperatorService::Stub::AcceptLimits, request, CallKind::kWrite,
             kWritePatience);
}

const BrokerLink::Session& BrokerLink::session() const { return parts_->session; }

Result<v1::ShowApproverReply> BrokerLink::approver() {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::ShowApprover, {}, CallKind::kRead, kPatience);
}

Result<v1::EnrollReply> BrokerLink::enroll(const v1::EnrollRequest& request) {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::Enroll, request, CallKind::kWrite, kWritePatience);
}

Result<v1::ListProposalsReply> BrokerLink::proposals(const v1::ListProposalsRequest& request) {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::ListProposals, request, CallKind::kRead, kPatience);
}

Result<v1::OpenStatementReply> BrokerLink::open_statement(const v1::OpenStatementRequest& request) {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::OpenStatement, request, CallKind::kRead, kWritePatience);
}

Result<v1::SignStatementReply> BrokerLink::sign_statement(const v1::SignStatementRequest& request) {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::SignStatement, request, CallKind::kWrite, kWritePatience);
}

Result<v1::RejectOrderReply> BrokerLink::reject_order(const v1::RejectOrderRequest& request) {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::RejectOrder, request, CallKind::kWrite, kWritePatience);
}

Result<v1::ListMandatesReply> BrokerLink::mandates() {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::ListMandates, {}, CallKind::kRead, kPatience);
}

Result<v1::ListRecommendationsReply> BrokerLink::recommendations() {
  return ask(*parts_->approval, &v1::ApprovalService::Stub::ListRecommendations, {}, CallKind::kRead, kPatience);
}

Result<v1::RevokeMandateReply> BrokerLink::revoke_mandate(std::int64_t mandate_id) {
  v1::RevokeMandateRequest request;
  request.set_mandate_id(mandate_id);
  return ask(*parts_->approval, &v1::ApprovalService::Stub::RevokeMandate, request, CallKind::kWrite, kWritePatience);
}

Result<v1::CloseRecommendationReply> BrokerLink::close_recommendation(std::int64_t recommendation_id) {
  v1::CloseRecommendationRequest request;
  request.set_recommendation_id(recommendation_id);
  return ask(*parts_->approval, &v1::ApprovalService::Stub::CloseRecommendation, request, CallKind::kWrite, kWritePatience);
}

Result<v1::SettleOrderReply> BrokerLink::settle_order(const std::string& order_id) {
  v1::SettleOrderRequest request;
  request.set_order_id(order_id);
  return ask(*parts_->approval, &v1::ApprovalService::Stub::SettleOrder, request, CallKind::kWrite, kWritePatience);
}

Result<v1::AdvanceClockReply> BrokerLink::advance_clock(std::int64_t span_us) {
  v1::AdvanceClockRequest request;
  request.set_span_us(span_us);
  return ask(*parts_->desk, &v1::OperatorService::Stub::AdvanceClock, request, CallKind::kWrite,
             kLongPatience);
}

trading::Status BrokerLink::export_ledger(
    bool is_canonical,
    const std::function<trading::Status(const std::vector<std::string>&)>& take) {
  grpc::ClientContext context;
  prepare(context, kLongPatience);
  v1::ExportLedgerRequest request;
  request.set_canonical(is_canonical);
  trading::Status taken;
  v1::ExportLedgerChunk chunk;
  const auto stream = parts_->desk->ExportLedger(&context, request);
  while (stream->Read(&chunk)) {
    if (taken) taken = take({chunk.lines().begin(), chunk.lines().end()});
    if (!taken) context.TryCancel();
  }
  const grpc::Status status = stream->Finish();
  if (!taken) return taken;
  if (!status.ok()) return error_of(status, CallKind::kRead);
  return {};
}

Result<v1::VerifyLedgerReply> BrokerLink::verify_ledger() {
  return ask(*parts_->desk, &v1::OperatorService::Stub::VerifyLedger, {}, CallKind::kRead,
             kLongPatience);
}

}  // namespace approval_cli
