// Hello: who is on the other side. The first call of every client, on both doors.

#include <memory>

#include "broker/v1/session.grpc.pb.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "proto/channel/protocol.h"
#include "proto/convert/field_errors.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::size_t kMaxProgramName = 64;

class SessionService final : public v1::SessionService::Service {
 public:
  SessionService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status Hello(grpc::ServerContext* call, const v1::HelloRequest* request,
                     v1::HelloReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.SessionService/Hello", [&](const RpcCall& admitted) -> trading::Status {
          wire::FieldErrors errors;
          const auto check = [&errors](const char* field, const std::string& text) {
            errors.require(text.size() <= kMaxProgramName && wire::is_printable(text), field,
                           "must be at most 64 printable ASCII characters");
          };
          check("program", request->program());
          check("program_version", request->program_version());
          RETURN_IF_ERROR(errors.status());
          if (request->protocol() != wire::kProtocol) {
            return trading::make_error(
                "PROTOCOL_MISMATCH",
                "the caller speaks wire version " + std::to_string(request->protocol()) +
                    ", the broker speaks " + std::to_string(wire::kProtocol),
                "run the gateway, approval_cli and broker of one release; restart the older one");
          }
          introduce(admitted.who, *reply);
          return {};
        });
  }

 private:
  void introduce(const Requester& who, v1::HelloReply& reply) const {
    const SessionFacts& session = context_.session;
    reply.set_protocol(wire::kProtocol);
    reply.set_broker_version(session.broker_version);
    reply.set_boot_id(session.boot_id);
    reply.set_ledger_id(session.ledger_id);
    reply.set_mode(std::string(trading::name_of(session.mode)));
    reply.set_custody(session.custody());
    reply.set_peer_uid(who.uid);
    reply.set_role(name_of(who.role));
    if (who.role == Role::kOperator) reply.set_wall_us(context_.clock.wall_now().us);
    if (who.role != Role::kAgent) return;
    for (const std::string& toolset : context_.settings.agent_toolsets)
      reply.add_agent_toolsets(toolset);
    reply.set_is_read_only(context_.settings.is_agent_read_only);
  }

  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_session_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<SessionService>(context, guard);
}

}  // namespace broker
