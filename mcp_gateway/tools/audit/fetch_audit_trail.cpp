#include "broker/v1/audit.pb.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/rows.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

constexpr int kDefaultRecords = 20;
constexpr std::size_t kMaxBodyBytes = 1'500;

// A body is canonical JSON; a redacted one is gone, and one that would fill the reply is named by
// its size: approval_cli shows it whole.
json body_of(const std::string& text) {
  if (text.size() > kMaxBodyBytes) return {{"too_long", true}, {"bytes", text.size()}};
  json body = json::parse(text, nullptr, false);
  return body.is_discarded() ? json() : body;
}

json row_of(const v1::AuditRecord& record) {
  json body = body_of(record.body_json());
  return {{"ledger", record.ledger()},
          {"seq", record.seq()},
          {"time", ist(record.ts_us())},
          {"market_time", ist(record.market_us())},
          {"actor", {{"role", record.role()}, {"uid", record.uid()}}},
          {"type", record.type()},
          {"subject", record.subject()},
          {"body", std::move(body)},
          {"hash", record.hash()}};
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  v1::FetchAuditTrailRequest request;
  if (const auto since = arguments.from_time("since")) request.set_since_us(since->us);
  request.set_symbol(arguments.text("symbol"));
  request.set_event(arguments.text("event"));
  request.set_limit(static_cast<std::int32_t>(arguments.whole("limit")));
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply =
      context.broker().fetch_audit_trail(request, call_of(context, "fetch_audit_trail"));
  if (!reply) return broker_error(reply.error());
  Rows rows(request.limit(), kDefaultRecords);
  for (const v1::AuditRecord& record : reply->records()) {
    if (!rows.add(row_of(record))) break;
  }
  json out = {{"head_seq", reply->head_seq()}, {"head_hash", reply->head_hash()}};
  std::move(rows).put(out, "records", reply->records_size());
  return out;
}

}  // namespace

mcp::Tool fetch_audit_trail() {
  return {
      .name = "fetch_audit_trail",
      .title = "Audit trail",
      .description =
          "Records of the tamper-evident audit log, newest first: what was asked, "
          "decided and done, by whom. Read-only, secrets never in it.",
      .toolsets = {"core", "audit"},
      .annotations = mcp::kReads,
      .input = {mcp::string_param("since", "ISO date or time, e.g. 2026-11-23"), optional_symbol(),
                mcp::string_param("event", "Type begins so, e.g. place_paper_order").length(1, 60),
                mcp::integer_param("limit", "e.g. 20").between(1, 200).or_default(kDefaultRecords)},
      .output = {mcp::out::rows("records"), mcp::out::integer("head_seq"),
                 mcp::out::string("head_hash")},
      .handler = run};
}

}  // namespace tools
