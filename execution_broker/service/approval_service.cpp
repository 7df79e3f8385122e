// The human's door: what waits, what is shown to be signed, and the signature. Registered on no other door.

#include <algorithm>
#include <memory>

#include "broker/v1/approval.grpc.pb.h"
#include "execution_broker/approval/format/statement.h"
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
constexpr std::size_t kMostReason = 200;
constexpr std::size_t kMostProposals = 50;
constexpr std::size_t kMostHex = 128;

trading::Result<SignedStatement> signed_of(const v1::SignStatementRequest& request) {
  wire::FieldErrors errors;
  const auto is_word = [](const std::string& text) { return text.size() <= kMostHex && wire::is_printable(text); };
  errors.require(is_word(request.signature()), "signature", "must be 128 hexadecimal digits");
  errors.require(is_word(request.key_id()), "key_id", "must be 16 hexadecimal digits");
  errors.require(is_word(request.totp()), "totp", "must be six digits");
  RETURN_IF_ERROR(errors.status());
  return SignedStatement{request.statement(), request.signature(), request.key_id(), request.totp()};
}

class ApprovalService final : public v1::ApprovalService::Service {
 public:
  ApprovalService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status ShowApprover(grpc::ServerContext* call, const v1::ShowApproverRequest*, v1::ShowApproverReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/ShowApprover", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const ApproverView view, on_live(admitted, context_, [](LiveDesk& desk) { return desk.approver(); }));
      reply->set_is_enrolled(view.is_enrolled);
      reply->set_key_id(view.key_id);
      reply->set_public_key(view.public_key);
      reply->set_enrolled_us(view.enrolled_us);
      reply->set_has_totp(view.has_totp);
      reply->set_needs_signature(view.is_enrolled);
      reply->set_wants_second_factor(view.wants_second_factor);
      for (const std::uint32_t uid : context_.agent_uids) reply->add_agent_uids(uid);
      return {};
    });
  }

  grpc::Status Enroll(grpc::ServerContext* call, const v1::EnrollRequest* request, v1::EnrollReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/Enroll", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const std::string address, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.enrol(admitted.who, request->public_key(), request->wants_totp());
                       }));
      ASSIGN_OR_RETURN(const ApproverView view, on_live(admitted, context_, [](LiveDesk& desk) { return desk.approver(); }));
      reply->set_key_id(view.key_id);
      reply->set_totp_address(address);
      return {};
    });
  }

  grpc::Status ListProposals(grpc::ServerContext* call, const v1::ListProposalsRequest* request, v1::ListProposalsReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/ListProposals", [&](const RpcCall& admitted) -> trading::Status {
      const auto limit = request->limit() <= 0 ? std::size_t{20} : std::min<std::size_t>(static_cast<std::size_t>(request->limit()), kMostProposals);
      ASSIGN_OR_RETURN(const ProposalsReply answer, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.proposals(!request->with_ended(), limit);
                       }));
      to_wire::write(answer.provenance, *reply->mutable_provenance());
      to_wire::write_all(answer.proposals, *reply->mutable_proposals());
      return {};
    });
  }

  grpc::Status OpenStatement(grpc::ServerContext* call, const v1::OpenStatementRequest* request, v1::OpenStatementReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/OpenStatement", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const StatementAsk ask, to_wire::statement_ask_of(*request));
      RETURN_IF_ERROR(have_quote(admitted, ask.order_id));
      ASSIGN_OR_RETURN(const StatementCard card, on_live(admitted, context_, [&](LiveDesk& desk) { return desk.open(admitted.who, ask); }));
      reply->set_statement(card.statement);
      reply->set_needs_totp(card.needs_totp);
      reply->set_valid_us(card.valid_us);
      reply->set_is_quick(card.is_quick);
      if (card.proposal) to_wire::write(*card.proposal, *reply->mutable_proposal());
      return {};
    });
  }

  grpc::Status SignStatement(grpc::ServerContext* call, const v1::SignStatementRequest* request, v1::SignStatementReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/SignStatement", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const SignedStatement given, signed_of(*request));
      // The price may be as old as the card by now.
      if (const auto statement = approval_format::parse_statement(given.statement); statement)
        if (const auto order_id = statement->string_at("order_id"); order_id) RETURN_IF_ERROR(have_quote(admitted, *order_id));
      LimitsView limits;
      ASSIGN_OR_RETURN(const SignOutcome outcome, on_live(admitted, context_, [&](LiveDesk& desk) {
                         auto done = desk.sign(admitted.who, given);
                         if (done && !done->limits.empty()) limits = context_.desk.limits();
                         return done;
                       }));
      reply->set_kind(outcome.kind);
      reply->set_note(outcome.note);
      if (outcome.order) to_wire::write(*outcome.order, *reply->mutable_order());
      if (outcome.operator_state) {
        reply->mutable_operator_state()->set_operator_state(outcome.operator_state->state);
        for (const std::string& latch : outcome.operator_state->cleared_latches) reply->mutable_operator_state()->add_cleared_latches(latch);
        for (const std::string& reason : outcome.operator_state->reasons) reply->mutable_operator_state()->add_reasons(reason);
      }
      for (const risk::LimitRow& row : outcome.limits) to_wire::write(limits, row.id, *reply->add_limits());
      if (outcome.mandate) to_wire::write(*outcome.mandate, *reply->mutable_mandate());
      reply->set_totp_address(outcome.totp_address);
      return {};
    });
  }

  grpc::Status RejectOrder(grpc::ServerContext* call, const v1::RejectOrderRequest* request, v1::RejectOrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/RejectOrder", [&](const RpcCall& admitted) -> trading::Status {
      wire::FieldErrors errors;
      wire::check_order_id(request->order_id(), errors);
      errors.require(request->reason().size() <= kMostReason, "reason", "must be at most 200 characters");
      RETURN_IF_ERROR(errors.status());
      ASSIGN_OR_RETURN(const ProposalView view, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.reject(admitted.who, request->order_id(), wire::clean_text(request->reason(), kMostReason));
                       }));
      to_wire::write(view, *reply->mutable_proposal());
      return {};
    });
  }

  grpc::Status ListMandates(grpc::ServerContext* call, const v1::ListMandatesRequest*, v1::ListMandatesReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/ListMandates", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const auto rows, on_live(admitted, context_, [](LiveDesk& desk) { return desk.mandates(); }));
      to_wire::write_all(rows, *reply->mutable_mandates());
      return {};
    });
  }

  grpc::Status RevokeMandate(grpc::ServerContext* call, const v1::RevokeMandateRequest* request, v1::RevokeMandateReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/RevokeMandate", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const MandateRow row, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.revoke_mandate(admitted.who, request->mandate_id());
                       }));
      to_wire::write(row, *reply->mutable_mandate());
      return {};
    });
  }

  grpc::Status ListRecommendations(grpc::ServerContext* call, const v1::ListRecommendationsRequest*,
                                   v1::ListRecommendationsReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/ListRecommendations", [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const auto rows, on_live(admitted, context_, [](LiveDesk& desk) { return desk.recommendations(); }));
      to_wire::write_all(rows, *reply->mutable_recommendations());
      return {};
    });
  }

  grpc::Status CloseRecommendation(grpc::ServerContext* call, const v1::CloseRecommendationRequest* request,
                                   v1::CloseRecommendationReply*) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/CloseRecommendation", [&](const RpcCall& admitted) -> trading::Status {
      return on_live(admitted, context_, [&](LiveDesk& desk) { return desk.close_recommendation(admitted.who, request->recommendation_id()); });
    });
  }

  grpc::Status SettleOrder(grpc::ServerContext* call, const v1::SettleOrderRequest* request, v1::SettleOrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.ApprovalService/SettleOrder", [&](const RpcCall& admitted) -> trading::Status {
      wire::FieldErrors errors;
      wire::check_order_id(request->order_id(), errors);
      RETURN_IF_ERROR(errors.status());
      ASSIGN_OR_RETURN(const OrderRecord order, on_live(admitted, context_, [&](LiveDesk& desk) {
                         return desk.settle_order(admitted.who, request->order_id());
                       }));
      to_wire::write(order, *reply->mutable_order());
      return {};
    });
  }

 private:
  // A card is priced anew: the desk never waits for a price, so it is fetched before.
  trading::Status have_quote(const RpcCall& admitted, const std::string& order_id) {
    if (order_id.empty()) return {};
    OrdersQuery query;
    query.order_id = order_id;
    query.limit = 1;
    ASSIGN_OR_RETURN(const OrdersReply found, on_desk(admitted, context_, [&](OrderDesk& desk) { return desk.orders(query); }));
    if (!found.orders.empty()) (void)context_.market.prepare_quote(found.orders.front().request.symbol, kQuotePatience);
    return {};
  }

  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_approval_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<ApprovalService>(context, guard);
}

}  // namespace broker
