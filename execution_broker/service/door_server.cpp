#include "execution_broker/service/door_server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>

#include <array>
#include <chrono>
#include <string>

#include "execution_broker/service/services.h"
#include "proto/channel/grpc_lifetime.h"
#include "proto/channel/protocol.h"

namespace broker {
namespace {

constexpr std::chrono::seconds kShutdownPatience{2};

struct ServiceRow {
  const char* name;
  std::unique_ptr<grpc::Service> (*make)(ServiceContext&, RpcGuard&);
};
constexpr std::array kServices{
    ServiceRow{"broker.v1.SessionService", make_session_service},
    ServiceRow{"broker.v1.MarketService", make_market_service},
    ServiceRow{"broker.v1.OrderService", make_order_service},
    ServiceRow{"broker.v1.ProposalService", make_proposal_service},
    ServiceRow{"broker.v1.ApprovalService", make_approval_service},
    ServiceRow{"broker.v1.PortfolioService", make_portfolio_service},
    ServiceRow{"broker.v1.RiskService", make_risk_service},
    ServiceRow{"broker.v1.ConfigService", make_config_service},
    ServiceRow{"broker.v1.AuditService", make_audit_service},
    ServiceRow{"broker.v1.AccountService", make_account_service},
    ServiceRow{"broker.v1.OperatorService", make_operator_service},
};

void set_limits(grpc::ServerBuilder& builder, const DoorLimits& limits, const std::string& name) {
  grpc::ResourceQuota quota(name);
  quota.Resize(limits.max_memory);
  quota.SetMaxThreads(limits.max_threads);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(limits.max_message_bytes);
  builder.SetMaxSendMessageSize(wire::kMaxReplyBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, wire::kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.max_streams);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  using Option = grpc::ServerBuilder::SyncServerOption;
  builder.SetSyncServerOption(Option::NUM_CQS, 1);
  builder.SetSyncServerOption(Option::MIN_POLLERS, 1);
  builder.SetSyncServerOption(Option::MAX_POLLERS, 2);
}

}  // namespace

DoorLimits limits_of(Door door) {
  switch (door) {
    case Door::kAgent:
      return {.max_message_bytes = 1 << 20,
              .max_streams = 16,
              .max_threads = 24,
              .max_memory = std::size_t{64} << 20};
    case Door::kOperator:
      return {.max_message_bytes = 64 << 10,
              .max_streams = 8,
              .max_threads = 16,
              .max_memory = std::size_t{32} << 20};
  }
  return {};
}

DoorServer::DoorServer(Door door, std::uint32_t uid, ServiceContext& context)
    : guard_(door, uid, context.guard_rules, context.counters, context.observer) {}

trading::Result<std::unique_ptr<DoorServer>> DoorServer::start(Door door, std::uint32_t uid,
                                                               ServiceContext& context) {
  std::unique_ptr<DoorServer> self(new DoorServer(door, uid, context));
  const std::string name = std::string(name_of(door)) + " door, uid " + std::to_string(uid);
  wire::keep_grpc_running();
  grpc::EnableDefaultHealthCheckService(
      false);  // nothing is offered that is not in the doors table
  grpc::ServerBuilder builder;
  set_limits(builder, limits_of(door), name);
  for (const ServiceRow& row : kServices) {
    if (!is_service_on(door, row.name)) continue;
    self->services_.push_back(row.make(context, self->guard_));
    builder.RegisterService(self->services_.back().get());
  }
  self->unregistered_ = std::make_unique<UnregisteredCalls>(builder, self->guard_);
  self->server_ = builder.BuildAndStart();
  if (!self->server_) {
    return trading::make_error("DOOR_NOT_OPENED", "gRPC did not start a server for the " + name,
                               "the broker's log says more");
  }
  self->unregistered_->start();
  return self;
}

DoorServer::~DoorServer() {
  shutdown();
}

void DoorServer::adopt(wire::OwnedFd connection) {
  grpc::AddInsecureChannelFromFd(server_.get(), connection.release());
}

void DoorServer::shutdown() {
  if (!server_) return;
  unregistered_->stop();
  server_->Shutdown(std::chrono::system_clock::now() + kShutdownPatience);
  server_->Wait();
  unregistered_.reset();
  server_.reset();
}

}  // namespace broker
