#include "execution_broker/approval/format/statement.h"

#include <sodium.h>

#include <array>

#include "execution_broker/audit/format/digest.h"
#include "execution_broker/audit/format/sodium_ready.h"
#include "trading/base/invariant.h"

namespace approval_format {

using trading::CanonicalJson;
using trading::make_error;
using trading::Result;

namespace {

constexpr std::array kKinds = {Kind::kOrder, Kind::kMandate, Kind::kLimits, Kind::kAccept, Kind::kResume, Kind::kEnrol};

trading::Error invalid(const std::string& what) {
  return make_error("STATEMENT_INVALID", "the statement " + what, "open it again and sign what is shown then");
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kOrder: return "order";
    case Kind::kMandate: return "mandate";
    case Kind::kLimits: return "limits";
    case Kind::kAccept: return "accept";
    case Kind::kResume: return "resume";
    case Kind::kEnrol: return "enrol";
  }
  INVARIANT(false, "a statement's kind has a name");
}

Result<CanonicalJson> parse_statement(std::string_view bytes) {
  auto parsed = CanonicalJson::parse(bytes, kMostStatementBytes);
  if (!parsed) return invalid("is not canonical JSON of at most " + std::to_string(kMostStatementBytes) + " bytes");
  if (parsed->if_object() == nullptr) return invalid("is no object");
  RETURN_IF_ERROR(kind_of(*parsed));
  return parsed;
}

Result<Kind> kind_of(const CanonicalJson& statement) {
  const CanonicalJson* kind = statement.find("kind");
  const std::string* name = kind == nullptr ? nullptr : kind->if_string();
  if (name != nullptr)
    for (const Kind known : kKinds)
      if (name_of(known) == *name) return known;
  return invalid("names no kind that is known");
}

std::string message_of(Kind kind, std::string_view bytes) {
  std::string message = "trading-mcp/" + std::string(name_of(kind)) + "/v1";
  message.push_back('\0');
  message.append(bytes);
  return message;
}

bool is_usable(const audit_format::PublicKey& key) {
  audit_format::sodium_ready();
  return crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

std::string key_id_of(const audit_format::PublicKey& key) {
  const std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
  return audit_format::to_hex(audit_format::sha256({}, bytes)).substr(0, 16);
}

}  // namespace approval_format
