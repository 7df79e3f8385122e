#include "approval_cli/signer.h"

#include "approval_cli/ancestry.h"
#include "approval_cli/rendering/card_view.h"
#include "approval_cli/small_file.h"
#include "approval_cli/terminal.h"
#include "broker/v1/audit.pb.h"
#include "execution_broker/approval/format/statement.h"
#include "execution_broker/audit/format/digest.h"
#include "execution_broker/audit/format/witness.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;
using trading::CanonicalJson;
using trading::make_error;
using trading::Result;
using trading::Retry;

constexpr std::size_t kMostKeyFile = 8'192;

trading::Error not_confirmed(const std::string& what) {
  return make_error("NOT_CONFIRMED", what + ": nothing was signed", "do it again when you are ready", Retry::kSafe);
}

}  // namespace

Result<Signer> Signer::of(const Call& call, const std::string& key_file) {
  ASSIGN_OR_RETURN(WitnessStore witness, WitnessStore::of(call.console.environment));
  std::filesystem::path path = key_file;
  if (path.empty()) path = witness.folder().parent_path() / "trading-mcp-approver" / "key.json";
  return Signer(std::move(path), std::move(witness));
}

trading::Status must_be_out_of_reach(BrokerLink& link) {
  ASSIGN_OR_RETURN(const v1::ShowApproverReply told, link.approver());
  return must_be_out_of_reach(this_process(), {told.agent_uids().begin(), told.agent_uids().end()});
}

trading::Status Signer::check_continuity(BrokerLink& link, const CanonicalJson& statement) const {
  ASSIGN_OR_RETURN(const std::string ledger, statement.string_at("ledger"));
  ASSIGN_OR_RETURN(const std::int64_t seq, statement.integer_at("audit_seq"));
  ASSIGN_OR_RETURN(const auto known, witness_.of_ledger(ledger));
  for (const audit_format::Witness& seen : known) {
    const auto broken = [&](const std::string& what) {
      return make_error("AUDIT_NOT_CONTINUOUS", "the broker's audit log " + what + " (record " + std::to_string(seen.size) + " was seen)",
                        "sign nothing: run approval_cli audit verify, and find out who changed the log");
    };
    if (seq < seen.size) return broken("is shorter than it was");
    v1::FetchAuditTrailRequest request;
    request.set_before_seq(seen.size + 1);
    request.set_limit(1);
    ASSIGN_OR_RETURN(const auto reply, link.audit_trail(request));
    if (reply.records().empty() || reply.records(0).seq() != seen.size || reply.records(0).hash() != audit_format::to_hex(seen.head))
      return broken("is another than it was");
  }
  return {};
}

trading::Status Signer::remember(const CanonicalJson& statement) const {
  ASSIGN_OR_RETURN(const std::string ledger, statement.string_at("ledger"));
  ASSIGN_OR_RETURN(const std::int64_t seq, statement.integer_at("audit_seq"));
  ASSIGN_OR_RETURN(const std::string hash, statement.string_at("audit_hash"));
  audit_format::Digest head{};
  if (!audit_format::from_hex(hash, head)) return make_error("STATEMENT_INVALID", "audit_hash is no hash", "");
  return witness_.saw({ledger, seq, head});
}

trading::Status Signer::unlock(const Call& call, bool is_quick) {
  if (key_ && is_quick) return {};
  key_.reset();
  const auto file = read_small_file(key_file_, kMostKeyFile);
  if (!file)
    return make_error("NO_KEY", "there is no approver's key in " + key_file_.string(), "run approval_cli enroll first, or name it with --key");
  ASSIGN_OR_RETURN(const approval_format::Guarded passphrase, read_hidden(call, "Passphrase: "));
  ASSIGN_OR_RETURN(key_, approval_format::open_sealed_key(*file, passphrase.text()));
  return {};
}

Result<v1::SignStatementReply> Signer::sign(const Call& call, BrokerLink& link, const v1::OpenStatementReply& opened, bool may_reject) {
  RETURN_IF_ERROR(must_be_at_terminal(call));
  RETURN_IF_ERROR(must_be_out_of_reach(link));
  ASSIGN_OR_RETURN(const CanonicalJson statement, approval_format::parse_statement(opened.statement()));
  ASSIGN_OR_RETURN(const auto kind, approval_format::kind_of(statement));
  const auto boot = statement.string_at("boot"), ledger = statement.string_at("ledger"), mode = statement.string_at("mode");
  if (!boot || !ledger || !mode || *boot != link.session().boot_id || *ledger != link.session().ledger_id || *mode != link.session().mode)
    return make_error("STATEMENT_OTHER_BROKER", "the statement is not of the broker that answered", "run approval_cli again");
  RETURN_IF_ERROR(check_continuity(link, statement));
  RETURN_IF_ERROR(remember(statement));
  ASSIGN_OR_RETURN(const std::string card, card_of(statement, opened.proposal(), call.console.is_out_tty && !call.console.is_no_color));
  ASSIGN_OR_RETURN(const std::string challenge, challenge_of(statement));
  call.console.err << card << std::flush;
  ASSIGN_OR_RETURN(const std::string typed, read_line(call, "Type  " + challenge + "  to sign" + (may_reject ? ", r or Enter to reject" : "") + ": "));
  if (may_reject && (typed.empty() || typed == "r" || typed == "R")) return make_error("REJECTED_BY_HUMAN", "rejected", "", Retry::kNo);
  if (typed != challenge) return not_confirmed("\"" + challenge + "\" was not typed");
  RETURN_IF_ERROR(unlock(call, opened.is_quick()));
  v1::SignStatementRequest request;
  if (opened.needs_totp()) {
    ASSIGN_OR_RETURN(const approval_format::Guarded code, read_hidden(call, "One-time password: "));
    request.set_totp(std::string(code.text()));
  }
  request.set_statement(opened.statement());
  request.set_signature(audit_format::to_hex(key_->sign(approval_format::message_of(kind, opened.statement()))));
  request.set_key_id(approval_format::key_id_of(key_->public_key()));
  return link.sign_statement(request);
}

}  // namespace approval_cli
