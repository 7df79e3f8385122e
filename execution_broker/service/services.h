#pragma once

// The services of the doors, one file each. Every RPC is three steps: message -> checked values
// (proto/convert), the desk or the market source, values -> message. No decision is taken here.

#include <memory>

namespace grpc {
class Service;
}

namespace broker {

class RpcGuard;
struct ServiceContext;

std::unique_ptr<grpc::Service> make_session_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_market_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_order_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_proposal_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_approval_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_portfolio_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_risk_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_config_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_audit_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_account_service(ServiceContext& context, RpcGuard& guard);
std::unique_ptr<grpc::Service> make_operator_service(ServiceContext& context, RpcGuard& guard);

}  // namespace broker
