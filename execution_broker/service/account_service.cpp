// The account at the exchange member: reads over the network, on the thread of the call. Nothing
// here waits for the desk, and no answer is made up: what the member left out stays absent.

#include <memory>

#include "broker/v1/account.grpc.pb.h"
#include "execution_broker/exchange/account.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "execution_broker/service/to_wire.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::size_t kLongestOrderId = 64;
constexpr char kWhoseAccount[] =
    "the account at the exchange member; paper trades are in fetch_portfolio, not here";

void write(const ServiceContext& context, const AccountAnswer& answer, v1::AccountAnswer& out) {
  v1::Provenance& provenance = *out.mutable_provenance();
  to_wire::write_provenance(context, answer.read_at, provenance);
  provenance.set_source(answer.source);
  provenance.set_age_us(answer.age.us);
  provenance.set_is_simulated(false);
  provenance.add_notes(kWhoseAccount);
  out.set_account(answer.account);
  out.set_is_complete(answer.is_complete());
  for (const std::string& row : answer.unreadable) out.add_unreadable(row);
}

void write(const AccountPosition& position, v1::BrokerPosition& out) {
  out.set_trading_symbol(position.trading_symbol);
  out.set_exchange(position.exchange);
  out.set_product(position.product);
  out.set_net_quantity(position.net_quantity);
  out.set_buy_quantity(position.buy_quantity);
  out.set_sell_quantity(position.sell_quantity);
  out.set_buy_average_e4(position.buy_average.value());
  out.set_sell_average_e4(position.sell_average.value());
  if (position.realised) out.set_realised_e4(position.realised->value());
  if (position.unrealised) out.set_unrealised_e4(position.unrealised->value());
  if (position.last_price) out.set_last_price_e4(position.last_price->value());
}

void write(const AccountHolding& holding, v1::BrokerHolding& out) {
  out.set_trading_symbol(holding.trading_symbol);
  out.set_exchange(holding.exchange);
  out.set_isin(holding.isin);
  out.set_quantity(holding.quantity);
  out.set_t1_quantity(holding.t1_quantity);
  out.set_average_price_e4(holding.average_price.value());
  if (holding.last_price) out.set_last_price_e4(holding.last_price->value());
}

void write(const AccountOrder& order, v1::BrokerOrder& out) {
  out.set_order_id(order.order_id);
  out.set_unique_order_id(order.unique_order_id);
  out.set_exchange_order_id(order.exchange_order_id);
  out.set_ordertag(order.ordertag);
  out.set_trading_symbol(order.trading_symbol);
  out.set_exchange(order.exchange);
  out.set_side(wire::wire_of(order.side));
  out.set_product(order.product);
  out.set_order_type(order.order_type);
  out.set_status(order.status);
  out.set_is_done(order.is_done);
  out.set_quantity(order.quantity);
  out.set_filled_quantity(order.filled);
  out.set_unfilled_quantity(order.unfilled);
  out.set_cancelled_quantity(order.cancelled);
  if (order.limit_price) out.set_limit_price_e4(order.limit_price->value());
  if (order.trigger_price) out.set_trigger_price_e4(order.trigger_price->value());
  if (order.average_price) out.set_average_price_e4(order.average_price->value());
  out.set_reason(order.reason);
  if (order.updated) out.set_updated_us(order.updated->us);
}

class AccountService final : public v1::AccountService::Service {
 public:
  AccountService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status FetchBrokerFunds(grpc::ServerContext* call, const v1::FetchBrokerFundsRequest*,
                                v1::FetchBrokerFundsReply* reply) override {
    return guard_.run(*call, "/broker.v1.AccountService/FetchBrokerFunds", [&](const RpcCall&) -> trading::Status {
      ASSIGN_OR_RETURN(const AccountFunds funds, context_.account.funds());
      write(context_, funds.answer, *reply->mutable_answer());
      reply->set_net_paise(funds.net.value());
      reply->set_available_cash_paise(funds.available_cash.value());
      if (funds.intraday_payin) reply->set_intraday_payin_paise(funds.intraday_payin->value());
      if (funds.collateral) reply->set_collateral_paise(funds.collateral->value());
      if (funds.utilised_debits) reply->set_utilised_debits_paise(funds.utilised_debits->value());
      if (funds.utilised_payout) reply->set_utilised_payout_paise(funds.utilised_payout->value());
      return {};
    });
  }

  grpc::Status FetchBrokerPositions(grpc::ServerContext* call, const v1::FetchBrokerPositionsRequest*,
                                    v1::FetchBrokerPositionsReply* reply) override {
    return guard_.run(*call, "/broker.v1.AccountService/FetchBrokerPositions", [&](const RpcCall&) -> trading::Status {
      ASSIGN_OR_RETURN(const AccountPositions read, context_.account.positions());
      write(context_, read.answer, *reply->mutable_answer());
      for (const AccountPosition& position : read.positions) write(position, *reply->add_positions());
      return {};
    });
  }

  grpc::Status FetchBrokerHoldings(grpc::ServerContext* call, const v1::FetchBrokerHoldingsRequest*,
                                   v1::FetchBrokerHoldingsReply* reply) override {
    return guard_.run(*call, "/broker.v1.AccountService/FetchBrokerHoldings", [&](const RpcCall&) -> trading::Status {
      ASSIGN_OR_RETURN(const AccountHoldings read, context_.account.holdings());
      write(context_, read.answer, *reply->mutable_answer());
      for (const AccountHolding& holding : read.holdings) write(holding, *reply->add_holdings());
      return {};
    });
  }

  grpc::Status FetchBrokerOrderStatus(grpc::ServerContext* call, const v1::FetchBrokerOrderStatusRequest* request,
                                      v1::FetchBrokerOrderStatusReply* reply) override {
    return guard_.run(*call, "/broker.v1.AccountService/FetchBrokerOrderStatus", [&](const RpcCall&) -> trading::Status {
      wire::FieldErrors errors;
      errors.require(!request->order_id().empty() && request->order_id().size() <= kLongestOrderId &&
                         wire::is_printable(request->order_id()),
                     "order_id", "must be 1 to 64 printable ASCII characters");
      RETURN_IF_ERROR(errors.status());
      ASSIGN_OR_RETURN(const AccountOrderStatus read, context_.account.order_status(request->order_id()));
      write(context_, read.answer, *reply->mutable_answer());
      write(read.order, *reply->mutable_order());
      return {};
    });
  }

 private:
  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_account_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<AccountService>(context, guard);
}

}  // namespace broker
