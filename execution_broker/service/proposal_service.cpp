// What an agent may do about orders that a human has to sign: ask, look, take back.

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "broker/v1/approval.grpc.pb.h"
#include "execution_broker/service/approval_wire.h"
#include "execution_broker/service/desk_call.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "execution_broker/service/to_wire.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr trading::Duration kQuotePatience = trading::seconds(3);
constexpr std::int64_t kMostWaitUs = 20'000'000;
constexpr std::chrono::milliseconds kPollEvery{100};
constexpr std::chrono::milliseconds kAnswerTime{500};  // of a deadline, for the answer itself
constexpr std::size_t kMostReasonBytes = 800;          // 200 characters
constexpr int kMostCites = 10;
constexpr std::size_t kMostCite = 80;

trading::Result<ProposalRequest> proposal_of(const v1::PrepareOrderRequest& request) {
  ProposalRequest proposal;
  ASSIGN_OR_RETURN(proposal.order, wire::order_request_of(request.terms()));
  wire::FieldErrors errors;
  errors.require(request.reason().size() <= kMostReasonBytes, "reason", "must be at most 200 characters");
  errors.require(request.cites_size() <= kMostCites, "cites", "must be at most 10");
  for (const std::string& cite : request.cites())
    errors.require(!cite.empty() && cite.size() <= kMostCite && wire::is_request_id(cite), "cites", "must be data hashes as the tools gave them");
  RETURN_IF_ERROR(errors.status());
  proposal.reason = wire::clean_text(request.reason(), kMostReasonBytes);
  proposal.cites = {request.cites().begin(), request.cites().end()};
  return proposal;
}

trading::Status check_token(const std::string& token) {
  wire::FieldErrors errors;
  errors.require(wire::is_request_id(token) && token.size() <= wire::kMaxRequestIdLength, "approval_token", "must be one that prepare_order gave");
  return errors.status();
}

class ProposalService final : public v1::ProposalService::Service {
 public:
  ProposalService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status PrepareOrder(grpc::ServerContext* call, const v1::PrepareOrderRequest* request, v1::ProposalReply* reply) override {
    return guard_.run(*call, "/broker.v1.ProposalService/PrepareOrder", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const ProposalRequest proposal, proposal_of(*request));
      (void)context_.market.prepare_quote(proposal.order.symbol, kQuotePatience);
      ASSIGN_OR_RETURN(const ProposalReply answer,
                       on_live(admitted, context_, [&](LiveDesk& desk) { return desk.prepare_order(admitted.who, proposal); }));
      to_wire::write(answer, *reply);
      return {};
    });
  }

  // Waits on its own thread, a short job of the desk at a time.
  grpc::Status GetApprovalStatus(grpc::ServerContext* call, const v1::GetApprovalStatusRequest* request, v1::ProposalReply* reply) override {
    return guard_.run(*call, "/broker.v1.ProposalService/GetApprovalStatus", [&](const RpcCall& admitted) -> trading::Status {
      RETURN_IF_ERROR(check_token(request->approval_token()));
      const std::int64_t wait_us = std::clamp<std::int64_t>(request->wait_us(), 0, kMostWaitUs);
      const auto now = DeskThread::Deadline::clock::now();
      const auto until = std::min<DeskThread::Deadline>(now + std::chrono::microseconds(wait_us), admitted.deadline - kAnswerTime);
      while (true) {
        ASSIGN_OR_RETURN(const ProposalReply answer, on_live(admitted, context_, [&](LiveDesk& desk) {
                           return desk.approval_status(admitted.who, request->approval_token());
                         }));
        const bool is_waiting = answer.order.order.state == trading::OrderState::kAwaitingApproval;
        if (!is_waiting || DeskThread::Deadline::clock::now() >= until || call->IsCancelled()) {
          to_wire::write(answer, *reply);
          return {};
        }
        std::this_thread::sleep_for(kPollEvery);
      }
    });
  }

  grpc::Status ListPendingLiveOrders(grpc::ServerContext* call, const v1::ListProposalsRequest*, v1::ListProposalsReply* reply) override {
    return guard_.run(*call, "/broker.v1.ProposalService/ListPendingLiveOrders", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const ProposalsReply answer, on_live(admitted, context_, [](LiveDesk& desk) { return desk.proposals(true, 0); }));
      to_wire::write(answer.provenance, *reply->mutable_provenance());
      to_wire::write_all(answer.proposals, *reply->mutable_proposals());
      return {};
    });
  }

  grpc::Status CancelPendingLiveOrder(grpc::ServerContext* call, const v1::CancelPendingLiveOrderRequest* request,
                                      v1::ProposalReply* reply) override {
    return guard_.run(*call, "/broker.v1.ProposalService/CancelPendingLiveOrder", [&](const RpcCall& admitted) -> trading::Status {
      RETURN_IF_ERROR(check_token(request->approval_token()));
      ASSIGN_OR_RETURN(const ProposalReply answer, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.withdraw_proposal(admitted.who, request->approval_token());
                       }));
      to_wire::write(answer, *reply);
      return {};
    });
  }

  grpc::Status BlockDeliverySellOrder(grpc::ServerContext* call, const v1::BlockDeliverySellOrderRequest* request,
                                      v1::BlockDeliverySellOrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.ProposalService/BlockDeliverySellOrder", [&](const RpcCall& admitted) -> trading::Status {
      wire::FieldErrors errors;
      wire::check_symbol(request->symbol(), errors);
      const trading::Quantity quantity = wire::quantity_of("quantity", request->quantity(), errors);
      errors.require(request->reason().size() <= kMostReasonBytes, "reason", "must be at most 200 characters");
      RETURN_IF_ERROR(errors.status());
      ASSIGN_OR_RETURN(const RecommendationRow row, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.block_delivery_sell(admitted.who, request->symbol(), quantity,
                                                         wire::clean_text(request->reason(), kMostReasonBytes));
                       }));
      to_wire::write_provenance(context_, row.market_ts, *reply->mutable_provenance());
      to_wire::write(row, *reply->mutable_recommendation());
      return {};
    });
  }

  grpc::Status CancelLiveOrder(grpc::ServerContext* call, const v1::CancelLiveOrderRequest* request, v1::OrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.ProposalService/CancelLiveOrder", [&](const RpcCall& admitted) -> trading::Status {
      wire::FieldErrors errors;
      wire::check_order_id(request->order_id(), errors);
      wire::check_request_id(request->request_id(), errors);
      RETURN_IF_ERROR(errors.status());
      ASSIGN_OR_RETURN(const OrderReply answer, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.cancel_live_order(admitted.who, request->order_id(), request->request_id());
                       }));
      to_wire::write(answer, *reply);
      return {};
    });
  }

 private:
  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_proposal_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<ProposalService>(context, guard);
}

}  // namespace broker
