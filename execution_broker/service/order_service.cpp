// Orders of the paper book. A refusal by the checklist is an answer; an Error means nothing was
// decided.

#include <memory>

#include "broker/v1/orders.grpc.pb.h"
#include "execution_broker/service/desk_call.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "execution_broker/service/to_wire.h"
#include "proto/convert/market_values.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::int32_t kDefaultOrders = 50;
constexpr std::int32_t kMaxOrders = 500;
constexpr std::size_t kMaxStatusLength = 32;

trading::Result<ModifyRequest> modify_request_of(const v1::ModifyPaperOrderRequest& request) {
  wire::FieldErrors errors;
  ModifyRequest modify;
  wire::check_order_id(request.order_id(), errors);
  modify.order_id = request.order_id();
  if (request.has_quantity())
    modify.quantity = wire::quantity_of("quantity", request.quantity(), errors);
  modify.limit_price = wire::optional_price_of("limit_price", request.has_limit_price_e4(),
                                               request.limit_price_e4(), errors);
  modify.trigger_price = wire::optional_price_of("trigger_price", request.has_trigger_price_e4(),
                                                 request.trigger_price_e4(), errors);
  modify.stop_loss = wire::optional_price_of("stop_loss", request.has_stop_loss_e4(),
                                             request.stop_loss_e4(), errors);
  modify.target =
      wire::optional_price_of("target", request.has_target_e4(), request.target_e4(), errors);
  errors.require(modify.quantity || modify.limit_price || modify.trigger_price ||
                     modify.stop_loss || modify.target,
                 "order_id", "comes without anything to change");
  wire::check_request_id(request.request_id(), errors);
  modify.request_id = request.request_id();
  RETURN_IF_ERROR(errors.status());
  return modify;
}

trading::Result<OrdersQuery> orders_query_of(const v1::FetchPaperOrdersRequest& request) {
  wire::FieldErrors errors;
  OrdersQuery query;
  if (!request.order_id().empty()) wire::check_order_id(request.order_id(), errors);
  wire::check_optional_symbol(request.symbol(), errors);
  const std::string& status = request.status();
  const bool is_known =
      status.empty() || status == "working" || status == "closed" ||
      (status.size() <= kMaxStatusLength && trading::parse_order_state(status).has_value());
  errors.require(
      is_known, "status",
      "must be working, closed or the name of an order state, not " + wire::quoted(status));
  errors.require(request.limit() >= 0 && request.limit() <= kMaxOrders, "limit",
                 "must be 1 to 500");
  RETURN_IF_ERROR(errors.status());
  query.order_id = request.order_id();
  query.status = status;
  query.symbol = request.symbol();
  query.limit = static_cast<std::size_t>(request.limit() == 0 ? kDefaultOrders : request.limit());
  return query;
}

using to_wire::write;

void write(const Preview& preview, v1::PreviewOrderReply& out) {
  to_wire::write(preview.provenance, *out.mutable_provenance());
  out.set_would_pass(preview.verdicts.is_pass());
  to_wire::write_denials(preview.verdicts, *out.mutable_denials());
  to_wire::write(preview.verdicts, *out.mutable_verdicts());
  out.set_reference_price_e4(preview.reference_price.value());
  out.set_order_value_e4(preview.order_value.value());
  wire::write(preview.charges_entry, *out.mutable_charges_entry());
  out.set_charges_round_trip_e4(preview.charges_round_trip.value());
  out.set_margin_required_e4(preview.margin_required.value());
  out.set_margin_available_e4(preview.margin_available.value());
  out.set_break_even_price_e4(preview.break_even_price.value());
  out.set_worst_loss_e4(preview.worst_loss.value());
  out.set_best_gain_e4(preview.best_gain.value());
  out.set_reward_risk(preview.reward_risk);
  for (const GapLoss& gap : preview.gap_losses) {
    v1::GapLoss& row = *out.add_gap_losses();
    row.set_gap_bps(static_cast<std::int32_t>(gap.gap.value()));
    row.set_loss_e4(gap.loss.value());
  }
  for (const HeadRoom& room : preview.head_room) {
    v1::HeadRoom& row = *out.add_head_room();
    row.set_limit(room.limit);
    row.set_unit(room.unit);
    row.set_used(room.used);
    row.set_allowed(room.allowed);
    row.set_left(room.left);
  }
  out.set_largest_passing_quantity(preview.largest_passing_quantity.value());
  out.set_cash_after_e4(preview.cash_after.value());
  out.set_position_after(preview.position_after.value());
  out.set_order_class(std::string(trading::name_of(preview.order_class)));
  out.set_charges_basis(preview.charges_basis);
}

constexpr trading::Duration kQuotePatience = trading::seconds(3);

class OrderService final : public v1::OrderService::Service {
 public:
  OrderService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status PlacePaperOrder(grpc::ServerContext* call, const v1::PlacePaperOrderRequest* request,
                               v1::OrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.OrderService/PlacePaperOrder",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const trading::OrderRequest order,
                                         wire::order_request_of(request->terms()));
                        // The desk never waits for a price; what cannot be had is its refusal.
                        (void)context_.market.prepare_quote(order.symbol, kQuotePatience);
                        ASSIGN_OR_RETURN(const OrderReply answer,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           return desk.place_paper_order(admitted.who, order);
                                         }));
                        write(answer, *reply);
                        return {};
                      });
  }

  grpc::Status ClosePaperPosition(grpc::ServerContext* call,
                                  const v1::ClosePaperPositionRequest* request,
                                  v1::OrderReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.OrderService/ClosePaperPosition",
        [&](const RpcCall& admitted) -> trading::Status {
          wire::FieldErrors errors;
          wire::check_symbol(request->symbol(), errors);
          const trading::Product product = wire::product_of(request->product(), errors);
          const auto limit_price = wire::optional_price_of("price", request->has_limit_price_e4(),
                                                           request->limit_price_e4(), errors);
          wire::check_request_id(request->request_id(), errors);
          RETURN_IF_ERROR(errors.status());
          ASSIGN_OR_RETURN(
              const OrderReply answer, on_desk(admitted, context_, [&](OrderDesk& desk) {
                return desk.close_paper_position(admitted.who, request->symbol(), product,
                                                 limit_price, request->request_id());
              }));
          write(answer, *reply);
          return {};
        });
  }

  grpc::Status ModifyPaperOrder(grpc::ServerContext* call,
                                const v1::ModifyPaperOrderRequest* request,
                                v1::OrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.OrderService/ModifyPaperOrder",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const ModifyRequest modify, modify_request_of(*request));
                        ASSIGN_OR_RETURN(const OrderReply answer,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           return desk.modify_paper_order(admitted.who, modify);
                                         }));
                        write(answer, *reply);
                        return {};
                      });
  }

  grpc::Status CancelPaperOrder(grpc::ServerContext* call,
                                const v1::CancelPaperOrderRequest* request,
                                v1::OrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.OrderService/CancelPaperOrder",
                      [&](const RpcCall& admitted) -> trading::Status {
                        wire::FieldErrors errors;
                        wire::check_order_id(request->order_id(), errors);
                        wire::check_request_id(request->request_id(), errors);
                        RETURN_IF_ERROR(errors.status());
                        ASSIGN_OR_RETURN(const OrderReply answer,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           return desk.cancel_paper_order(admitted.who,
                                                                          request->order_id(),
                                                                          request->request_id());
                                         }));
                        write(answer, *reply);
                        return {};
                      });
  }

  grpc::Status ResetPaperAccount(grpc::ServerContext* call,
                                 const v1::ResetPaperAccountRequest* request,
                                 v1::ResetPaperAccountReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.OrderService/ResetPaperAccount",
        [&](const RpcCall& admitted) -> trading::Status {
          wire::FieldErrors errors;
          errors.require(request->confirm(), "confirm",
                         "must be true: the account begins again with its starting capital");
          wire::check_request_id(request->request_id(), errors);
          RETURN_IF_ERROR(errors.status());
          ASSIGN_OR_RETURN(const ResetReply answer,
                           on_desk(admitted, context_, [&](OrderDesk& desk) {
                             return desk.reset_paper_account(admitted.who, request->request_id());
                           }));
          to_wire::write(answer.provenance, *reply->mutable_provenance());
          reply->set_epoch(answer.epoch);
          reply->set_starting_capital_paise(answer.starting_capital.value());
          reply->set_cancelled_orders(answer.cancelled_orders);
          reply->set_abandoned_positions(answer.abandoned_positions);
          return {};
        });
  }

  grpc::Status PreviewOrder(grpc::ServerContext* call, const v1::PreviewOrderRequest* request,
                            v1::PreviewOrderReply* reply) override {
    return guard_.run(*call, "/broker.v1.OrderService/PreviewOrder",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const trading::OrderRequest order,
                                         wire::order_request_of(request->terms()));
                        // The desk never waits for a price; what cannot be had is its refusal.
                        (void)context_.market.prepare_quote(order.symbol, kQuotePatience);
                        ASSIGN_OR_RETURN(const Preview preview,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           return desk.preview_order(admitted.who, order);
                                         }));
                        write(preview, *reply);
                        return {};
                      });
  }

  grpc::Status FetchPaperOrders(grpc::ServerContext* call,
                                const v1::FetchPaperOrdersRequest* request,
                                v1::FetchPaperOrdersReply* reply) override {
    return guard_.run(*call, "/broker.v1.OrderService/FetchPaperOrders",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const OrdersQuery query, orders_query_of(*request));
                        ASSIGN_OR_RETURN(const OrdersReply answer,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           return desk.orders(query);
                                         }));
                        to_wire::write(answer.provenance, *reply->mutable_provenance());
                        to_wire::write_all(answer.orders, *reply->mutable_orders());
                        reply->set_total(answer.total);
                        return {};
                      });
  }

 private:
  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_order_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<OrderService>(context, guard);
}

}  // namespace broker
