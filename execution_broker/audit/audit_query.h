#pragma once

// The read side of the log for fetch_audit_trail and approval_cli: newest first, filtered, bounded.
// Works on a reader connection, on that connection's thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/audit/format/record.h"
#include "execution_broker/storage/database.h"
#include "trading/base/canonical_json.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace broker {

enum class AuditView {
  kAgent,     // fields of kHiddenFromAgent are shown as "[hidden]", at any depth
  kOperator,  // everything
};

struct AuditQuery {
  std::optional<trading::Timestamp> since;  // records at or after it, by the machine's clock
  std::string symbol;                       // equal to the subject or the body's symbol
  std::string event;                        // the beginning of the type: "prepare_order"
  int limit = 50;                           // 1..kMaxAuditEntries, clamped
  std::optional<std::int64_t> before_seq;   // go on from a page's next_before_seq
  AuditView view = AuditView::kAgent;
};

inline constexpr int kMaxAuditEntries = 500;
inline constexpr std::int64_t kMaxAuditScan = 50'000;  // records looked at for one page

struct AuditEntry {
  std::int64_t seq = 0;
  trading::Timestamp ts;
  std::optional<trading::Timestamp> market_ts;
  audit_format::Actor actor;
  std::string type;
  std::string subject;
  std::optional<trading::CanonicalJson> body;  // nullopt: redacted
  audit_format::Digest hash{};
};

struct AuditPage {
  std::vector<AuditEntry> entries;
  // Set when older records were not looked at: ask again with it as before_seq. A page may be empty
  // and still have it.
  std::optional<std::int64_t> next_before_seq;
  // The newest record of the log, whatever the filters. Zero in an empty one.
  std::int64_t head_seq = 0;
  audit_format::Digest head_hash{};
};

// Errors: STORAGE_BUSY.
trading::Result<AuditPage> fetch_audit_trail(Database& database, const AuditQuery& query);

}  // namespace broker
