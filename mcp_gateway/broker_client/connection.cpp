#include "mcp_gateway/broker_client/connection.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <string>
#include <thread>

#include "proto/channel/protocol.h"
#include "proto/convert/status.h"

namespace broker_client {
namespace {

namespace v1 = broker::v1;

constexpr std::chrono::milliseconds kLaunchPoll{20};

BrokerFacts facts_of(const v1::HelloReply& hello) {
  return {.broker_version = hello.broker_version(),
          .boot_id = hello.boot_id(),
          .ledger_id = hello.ledger_id(),
          .mode = hello.mode(),
          .custody = hello.custody(),
          .role = hello.role(),
          .own_uid = hello.peer_uid(),
          .agent_toolsets = {hello.agent_toolsets().begin(), hello.agent_toolsets().end()},
          .is_read_only = hello.is_read_only()};
}

trading::Result<BrokerFacts> say_hello(const Options& options,
                                       const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  prepare(context, kHelloTimeout, "");
  v1::HelloRequest request;
  request.set_protocol(wire::kProtocol);
  request.set_program(options.program);
  request.set_program_version(options.program_version);
  v1::HelloReply reply;
  const grpc::Status status =
      v1::SessionService::NewStub(channel)->Hello(&context, request, &reply);
  if (!status.ok()) return wire::from_grpc(status, wire::CallKind::kRead);
  return facts_of(reply);
}

// Opens the channel and says Hello. A broker that stopped in between is told from one that closes
// the door on this user by asking once more.
trading::Result<BrokerFacts> greet(const Options& options, wire::UnixChannel& channel) {
  ASSIGN_OR_RETURN(channel, wire::open_unix_channel(options.socket_path, options.broker_uids));
  auto facts = say_hello(options, channel.channel);
  if (facts || facts.error().code != "BROKER_UNAVAILABLE") return facts;
  ASSIGN_OR_RETURN(channel, wire::open_unix_channel(options.socket_path, options.broker_uids));
  facts = say_hello(options, channel.channel);
  if (facts) return facts;
  return wire::explained_at_hello(std::move(facts.error()), "AGENT_USERS");
}

}  // namespace

void prepare(grpc::ClientContext& context, std::chrono::milliseconds timeout,
             std::string_view tool) {
  static const std::string kVersion = std::to_string(wire::kProtocol);
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  context.AddMetadata(wire::kProtocolKey, kVersion);
  if (!tool.empty()) context.AddMetadata(wire::kToolKey, std::string(tool));
}

trading::Result<std::shared_ptr<Connection>> connect(const Options& options) {
  auto connection = std::make_shared<Connection>();
  ASSIGN_OR_RETURN(connection->facts, greet(options, connection->channel));
  const std::shared_ptr<grpc::Channel>& channel = connection->channel.channel;
  connection->market = v1::MarketService::NewStub(channel);
  connection->orders = v1::OrderService::NewStub(channel);
  connection->proposals = v1::ProposalService::NewStub(channel);
  connection->portfolio = v1::PortfolioService::NewStub(channel);
  connection->risk = v1::RiskService::NewStub(channel);
  connection->config = v1::ConfigService::NewStub(channel);
  connection->account = v1::AccountService::NewStub(channel);
  connection->audit = v1::AuditService::NewStub(channel);
  return connection;
}

trading::Result<std::shared_ptr<Connection>> connect_or_launch(const Options& options) {
  auto connection = connect(options);
  if (connection || connection.error().code != "BROKER_NOT_RUNNING" || !options.launch)
    return connection;
  RETURN_IF_ERROR(options.launch());
  const auto until = std::chrono::steady_clock::now() + kLaunchPatience;
  while (true) {
    connection = connect(options);
    const bool is_on_its_way = !connection && connection.error().code == "BROKER_NOT_RUNNING";
    if (!is_on_its_way || std::chrono::steady_clock::now() >= until) return connection;
    std::this_thread::sleep_for(kLaunchPoll);
  }
}

}  // namespace broker_client
