// The audit log, for reading; and the gateway's account of tool calls. Neither touches the desk.

#include <algorithm>
#include <memory>

#include "broker/v1/audit.grpc.pb.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::int32_t kDefaultRecords = 50;
constexpr std::int32_t kMaxRecords = 200;
constexpr std::size_t kMaxEventLength = 64;
constexpr int kMaxCalls = 200;
constexpr std::size_t kMaxNameLength = 64;
constexpr std::size_t kHexOfSha256 = 64;

trading::Result<AuditTrailQuery> audit_query_of(const v1::FetchAuditTrailRequest& request) {
  wire::FieldErrors errors;
  AuditTrailQuery query;
  query.since = wire::optional_time_of("since", request.has_since_us(), request.since_us(), errors);
  wire::check_optional_symbol(request.symbol(), errors);
  errors.require(request.event().size() <= kMaxEventLength && wire::is_printable(request.event()),
                 "event", "must be at most 64 printable ASCII characters");
  errors.require(request.limit() >= 0 && request.limit() <= kMaxRecords, "limit",
                 "must be 1 to 200");
  RETURN_IF_ERROR(errors.status());
  query.symbol = request.symbol();
  query.event = request.event();
  query.limit = static_cast<std::size_t>(request.limit() == 0 ? kDefaultRecords : request.limit());
  if (request.has_before_seq()) query.before_seq = request.before_seq();
  return query;
}

void write(const AuditRow& record, v1::AuditRecord& out) {
  out.set_ledger(record.ledger);
  out.set_seq(record.seq);
  out.set_ts_us(record.ts.us);
  out.set_market_us(record.market_ts.us);
  out.set_role(record.role);
  out.set_uid(record.uid);
  out.set_type(record.type);
  out.set_subject(record.subject);
  out.set_body_json(record.body_json);
  out.set_hash(record.hash);
}

// What comes in is the gateway's word about itself: cut and cleaned, never refused for its length,
// so that a strange client name cannot keep a call out of the log.
ToolCallReport report_of(const v1::ToolCall& call) {
  return {.tool = wire::clean_text(call.tool(), kMaxNameLength),
          .client = wire::clean_text(call.client(), kMaxNameLength),
          .is_error = call.is_error(),
          .error_code = wire::clean_text(call.error_code(), kMaxNameLength),
          .duration_us = std::max<std::int64_t>(call.duration_us(), 0),
          .arguments_sha256 = wire::clean_text(call.arguments_sha256(), kHexOfSha256)};
}

class AuditService final : public v1::AuditService::Service {
 public:
  AuditService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status FetchAuditTrail(grpc::ServerContext* call, const v1::FetchAuditTrailRequest* request,
                               v1::FetchAuditTrailReply* reply) override {
    return guard_.run(*call, "/broker.v1.AuditService/FetchAuditTrail",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(AuditTrailQuery query, audit_query_of(*request));
                        query.role = admitted.who.role;
                        ASSIGN_OR_RETURN(const AuditTrail trail, context_.fetch_audit_trail(query));
                        for (const AuditRow& record : trail.rows)
                          write(record, *reply->add_records());
                        reply->set_head_seq(trail.head.seq);
                        reply->set_head_hash(trail.head.hash);
                        return {};
                      });
  }

  grpc::Status ReportToolCalls(grpc::ServerContext* call, const v1::ReportToolCallsRequest* request,
                               v1::ReportToolCallsReply* reply) override {
    return guard_.run(*call, "/broker.v1.AuditService/ReportToolCalls",
                      [&](const RpcCall& admitted) -> trading::Status {
                        wire::FieldErrors errors;
                        errors.require(request->calls_size() <= kMaxCalls, "calls",
                                       "must be at most 200 in one report");
                        RETURN_IF_ERROR(errors.status());
                        std::vector<ToolCallReport> reports;
                        for (const v1::ToolCall& tool_call : request->calls())
                          reports.push_back(report_of(tool_call));
                        RETURN_IF_ERROR(context_.report_tool_calls(admitted.who, reports));
                        reply->set_recorded(static_cast<std::int32_t>(reports.size()));
                        return {};
                      });
  }

 private:
  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_audit_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<AuditService>(context, guard);
}

}  // namespace broker
