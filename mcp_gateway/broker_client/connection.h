#pragma once

// One connection to the broker: its channel, a stub for each service, and what the broker said of
// itself. Internal to the client (it brings gRPC's headers).

#include <memory>

#include "broker/v1/account.grpc.pb.h"
#include "broker/v1/approval.grpc.pb.h"
#include "broker/v1/audit.grpc.pb.h"
#include "broker/v1/config.grpc.pb.h"
#include "broker/v1/market.grpc.pb.h"
#include "broker/v1/orders.grpc.pb.h"
#include "broker/v1/portfolio.grpc.pb.h"
#include "broker/v1/risk.grpc.pb.h"
#include "broker/v1/session.grpc.pb.h"
#include "mcp_gateway/broker_client/broker_client.h"
#include "proto/channel/unix_channel.h"
#include "trading/base/result.h"

namespace broker_client {

struct Connection {
  wire::UnixChannel channel;
  std::unique_ptr<broker::v1::MarketService::Stub> market;
  std::unique_ptr<broker::v1::OrderService::Stub> orders;
  std::unique_ptr<broker::v1::ProposalService::Stub> proposals;
  std::unique_ptr<broker::v1::PortfolioService::Stub> portfolio;
  std::unique_ptr<broker::v1::RiskService::Stub> risk;
  std::unique_ptr<broker::v1::ConfigService::Stub> config;
  std::unique_ptr<broker::v1::AccountService::Stub> account;
  std::unique_ptr<broker::v1::AuditService::Stub> audit;
  BrokerFacts facts;
};

// Sets deadline, wire version and tool on the context of a call.
void prepare(grpc::ClientContext& context, std::chrono::milliseconds timeout,
             std::string_view tool);

// Connects, checks the server's uid, says Hello. Errors: those of open_unix_channel, and the
// broker's refusal of Hello.
trading::Result<std::shared_ptr<Connection>> connect(const Options& options);
// The same, starting the broker with options.launch when nobody listens, and waiting for it.
trading::Result<std::shared_ptr<Connection>> connect_or_launch(const Options& options);

}  // namespace broker_client
