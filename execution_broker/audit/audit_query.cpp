#include "execution_broker/audit/audit_query.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "trading/base/invariant.h"

namespace broker {
namespace {

using trading::CanonicalJson;

// What belongs to the human's side of an approval or identifies the account. Secrets never get into
// a body at all.
constexpr std::array<std::string_view, 8> kHiddenFromAgent = {
    "signature", "nonce", "challenge", "account", "client_code", "chat_id", "public_key", "peer",
};

CanonicalJson without_hidden(const CanonicalJson& value) {
  if (const CanonicalJson::Array* items = value.if_array()) {
    CanonicalJson out = CanonicalJson::array();
    for (const CanonicalJson& item : *items) out.push_back(without_hidden(item));
    return out;
  }
  if (const CanonicalJson::Object* members = value.if_object()) {
    CanonicalJson out = CanonicalJson::object();
    for (const CanonicalJson::Member& member : *members) {
      const bool is_hidden = std::find(kHiddenFromAgent.begin(), kHiddenFromAgent.end(),
                                       member.key) != kHiddenFromAgent.end();
      out.set(member.key, is_hidden ? CanonicalJson("[hidden]") : without_hidden(member.value));
    }
    return out;
  }
  return value;
}

audit_format::Digest digest_of(Blob blob) {
  audit_format::Digest digest{};
  INVARIANT(blob.size() == digest.size(), "a hash has 32 bytes");
  std::copy(blob.begin(), blob.end(), digest.begin());
  return digest;
}

trading::Result<AuditEntry> entry_of(const Statement& row, AuditView view) {
  AuditEntry entry;
  entry.seq = row.int64(0);
  entry.ts = {row.int64(1)};
  if (const auto market_ts = row.optional_int64(2))
    entry.market_ts = trading::Timestamp{*market_ts};
  entry.actor = {row.text(3), row.int64(4)};
  entry.type = row.text(5);
  entry.subject = row.text(6);
  entry.hash = digest_of(row.blob(8));
  if (row.is_null(7)) return entry;
  ASSIGN_OR_RETURN(CanonicalJson body, CanonicalJson::parse(row.text_view(7)));
  entry.body = view == AuditView::kAgent ? without_hidden(body) : std::move(body);
  return entry;
}

}  // namespace

trading::Result<AuditPage> fetch_audit_trail(Database& database, const AuditQuery& query) {
  const int limit = std::clamp(query.limit, 1, kMaxAuditEntries);
  ASSIGN_OR_RETURN(const auto newest,
                   single_int64(database.statement("SELECT max(seq) FROM audit")));
  // before_seq may be anything a caller sends: bound it by the log before doing arithmetic with it.
  const std::int64_t top = newest.value_or(0) + 1;
  const std::int64_t before = std::clamp<std::int64_t>(query.before_seq.value_or(top), 0, top);
  const std::int64_t lowest = std::max<std::int64_t>(1, before - kMaxAuditScan);
  Statement select = database.statement(
      "SELECT a.seq, a.ts, a.market_ts, a.role, a.uid, a.type, a.subject, b.body, a.hash "
      "FROM audit a LEFT JOIN audit_body b ON b.seq = a.seq "
      "WHERE a.seq < ?1 AND a.seq >= ?2 AND a.ts >= ?3 AND (?4 = '' OR a.subject = ?4 OR b.symbol "
      "= ?4) "
      "AND substr(a.type, 1, length(?5)) = ?5 ORDER BY a.seq DESC LIMIT ?6");
  const std::int64_t since =
      query.since ? query.since->us : std::numeric_limits<std::int64_t>::min();
  select.bind_all(before, lowest, since, query.symbol, query.event, limit + 1);
  AuditPage page;
  {
    Statement head = database.statement("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    ASSIGN_OR_RETURN(const bool has_head, head.step());
    if (has_head) {
      page.head_seq = head.int64(0);
      page.head_hash = digest_of(head.blob(1));
    }
  }
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, select.step());
    if (!has_row) break;
    if (page.entries.size() == static_cast<std::size_t>(limit)) {
      page.next_before_seq = page.entries.back().seq;
      return page;
    }
    ASSIGN_OR_RETURN(AuditEntry entry, entry_of(select, query.view));
    page.entries.push_back(std::move(entry));
  }
  if (lowest > 1) page.next_before_seq = lowest;
  return page;
}

}  // namespace broker
