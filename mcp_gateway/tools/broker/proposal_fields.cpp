#include "mcp_gateway/tools/broker/proposal_fields.h"

#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/reply.h"

namespace tools {

using nlohmann::json;
namespace v1 = broker::v1;

namespace {

std::string_view approval_word(const std::string& status) {
  if (status == "AWAITING_APPROVAL" || status == "CHECKED") return "pending_approval";
  if (status == "EXPIRED") return "expired";
  if (status == "VOID") return "void";
  if (status == "WITHDRAWN") return "withdrawn";
  if (status == "REFUSED") return "refused";
  return "approved";
}

}  // namespace

std::vector<mcp::Param> proposal_output() {
  return {mcp::out::string("order_id"), mcp::out::string("status"), mcp::out::string("approval"),
          mcp::out::string("approval_token"), mcp::out::string("note")};
}

mcp::Param approval_token() {
  return mcp::string_param("approval_token", "What prepare_order returned, e.g. 3f0c...").required().length(1, 64);
}

json proposal_fields(const v1::Proposal& proposal, std::int64_t as_of_us) {
  json out = order_fields(proposal.order());
  out["approval"] = approval_word(proposal.order().status());
  out["approval_token"] = proposal.approval_token();
  out["expires_at"] = ist(proposal.expires_us());
  out["reference_price"] = rupees(proposal.reference_price_e4());
  if (proposal.order().status() == "AWAITING_APPROVAL")
    out["time_left_seconds"] = std::max<std::int64_t>(0, (proposal.expires_us() - as_of_us) / 1'000'000);
  if (proposal.has_last_price_e4()) out["last_price"] = rupees(proposal.last_price_e4());
  out["drift_percent"] = percent(proposal.drift_bps());
  return out;
}

mcp::ToolResult proposal_reply(const v1::ProposalReply& reply) {
  if (reply.is_dry_run()) {
    const v1::Order& order = reply.order().order();
    json out = {{"dry_run", true}, {"would_pass", order.denials().empty()}, {"denials", denial_rows(order.denials())},
                {"checks", checklist(reply.order().verdicts())}, {"note", reply.note()}};
    put_provenance(out, reply.provenance());
    return out;
  }
  if (!reply.has_proposal()) {
    // Refused, or sent without a proposal: as every tool that makes an order answers.
    mcp::ToolResult result = order_reply(reply.order());
    return result;
  }
  json out = proposal_fields(reply.proposal(), reply.provenance().as_of_us());
  if (reply.order().is_repeated()) out["is_repeated"] = true;
  out["note"] = reply.note();
  put_provenance(out, reply.provenance());
  return out;
}

}  // namespace tools
