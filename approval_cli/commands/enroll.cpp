// enroll: a key of the approver's own, sealed by a passphrase; its public half goes to the broker.

#include <sys/stat.h>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/signer.h"
#include "approval_cli/small_file.h"
#include "broker/v1/approval.pb.h"
#include "execution_broker/approval/format/sealed_key.h"
#include "execution_broker/approval/format/statement.h"
#include "execution_broker/audit/format/digest.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;
using trading::make_error;
using trading::Result;

struct Enrolled {
  std::string key_id;
  std::string totp_address;
  std::filesystem::path key_file;
};

Result<approval_format::Guarded> new_passphrase(const Call& call) {
  ASSIGN_OR_RETURN(approval_format::Guarded first, read_hidden(call, "A passphrase for the new key: ", 600));
  ASSIGN_OR_RETURN(const approval_format::Guarded second, read_hidden(call, "Once more: ", 600));
  if (first.text() == second.text()) return first;
  return make_error("NOT_CONFIRMED", "the two passphrases differ: nothing was done", "try again");
}

trading::Status make_key_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (!error && (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST)) return {};
  return make_error("FILE_NOT_WRITTEN", "cannot make the folder " + folder.string(), "check who owns the folder above it");
}

Result<Enrolled> enrol(const Call& call, const EnrollArguments& arguments) {
  RETURN_IF_ERROR(must_be_at_terminal(call));
  ASSIGN_OR_RETURN(BrokerLink link, BrokerLink::connect(call.home, call.version));
  ASSIGN_OR_RETURN(Signer signer, Signer::of(call, arguments.key_file));
  ASSIGN_OR_RETURN(const v1::ShowApproverReply now, link.approver());
  if (now.is_enrolled() && !arguments.is_replace)
    return make_error("APPROVER_ENROLLED", "the key " + now.key_id() + " is enrolled already",
                      "approval_cli enroll --replace is signed by that key; a lost key: root removes keys/approver.json and restarts the broker");
  RETURN_IF_ERROR(must_be_out_of_reach(link));
  const std::filesystem::path file = signer.key_file();
  std::error_code ignored;
  if (!arguments.is_replace && std::filesystem::exists(file, ignored))
    return make_error("KEY_EXISTS", "there is a key in " + file.string() + " already", "move it away first, or name another file with --key");
  RETURN_IF_ERROR(make_key_folder(file.parent_path()));
  ASSIGN_OR_RETURN(const approval_format::Guarded passphrase, new_passphrase(call));
  ASSIGN_OR_RETURN(const approval_format::NewKey made, approval_format::make_sealed_key(passphrase.text()));
  const std::string public_key = audit_format::to_hex(made.public_key);
  const bool wants_totp = arguments.wants_totp.value_or(now.wants_second_factor());
  Enrolled done{approval_format::key_id_of(made.public_key), "", file};
  // Kept before it is enrolled: a key that the broker knows and nobody has would lock everybody out.
  const std::filesystem::path fresh = file.string() + (now.is_enrolled() ? ".new" : "");
  RETURN_IF_ERROR(replace_file(fresh, made.sealed));
  if (now.is_enrolled()) {
    v1::OpenStatementRequest open;
    open.mutable_enrol()->set_public_key(public_key);
    open.mutable_enrol()->set_wants_totp(wants_totp);
    ASSIGN_OR_RETURN(const v1::OpenStatementReply opened, link.open_statement(open));
    ASSIGN_OR_RETURN(const v1::SignStatementReply reply, signer.sign(call, link, opened, false));
    done.totp_address = reply.totp_address();
    std::filesystem::rename(fresh, file, ignored);
    if (ignored) done.key_file = fresh;
    return done;
  }
  v1::EnrollRequest request;
  request.set_public_key(public_key);
  request.set_wants_totp(wants_totp);
  const auto reply = link.enroll(request);
  if (!reply) {
    std::filesystem::remove(fresh, ignored);
    return reply.error();
  }
  done.totp_address = reply->totp_address();
  return done;
}

}  // namespace

int enroll(const Call& call, const EnrollArguments& arguments) {
  const auto done = enrol(call, arguments);
  if (!done) return report(call, done.error());
  if (call.is_json) {
    JsonObject json;
    json.text("key_id", done->key_id).text("key_file", done->key_file.string()).text_or_null("totp_address", done->totp_address);
    call.console.out << json.write() << "\n";
    return kDone;
  }
  Page page(call.has_colour());
  page.line("ENROLLED  key " + done->key_id, Tone::kGood);
  page.wrapped("          ", "It is in " + done->key_file.string() + ", sealed by the passphrase. Keep a copy where the agent is not.");
  if (!done->totp_address.empty()) {
    page.wrapped("TOTP      ", "Give this to an authenticator on another device; it is not shown again:");
    call.console.out << page.text() << done->totp_address << "\n";
    return kDone;
  }
  page.wrapped("          ", "Without one-time passwords: live asks for them. approval_cli enroll --replace --totp");
  call.console.out << page.text();
  return kDone;
}

}  // namespace approval_cli::commands
