#pragma once

// A signed statement about the first `size` records of a ledger. Its line, canonical JSON:
//   ledger previous root signature size ts type("checkpoint") v
// What is signed is the text of a C2SP tlog-checkpoint, so that public witnesses can cosign it:
//   trading-mcp.audit/<ledger> \n <size> \n <base64 of root> \n previous <previous> \n time <ts> \n

#include <cstdint>
#include <string>

#include "execution_broker/audit/format/digest.h"
#include "execution_broker/audit/format/keys.h"
#include "trading/base/canonical_json.h"
#include "trading/base/result.h"

namespace audit_format {

struct Checkpoint {
  std::string ledger;
  std::int64_t size = 0;  // >= 1
  std::int64_t previous =
      0;  // size of the checkpoint before, 0 for the first: none can be taken out unseen
  std::int64_t ts = 0;  // UTC microseconds
  Digest root{};        // RFC 6962 root over the hashes of records 1..size
  Signature signature{};
};

std::string signed_text(const Checkpoint& checkpoint);
std::string line_of(const Checkpoint& checkpoint);  // without newline
// AUDIT_RECORD_INVALID as record_from. The signature is not checked here.
trading::Result<Checkpoint> checkpoint_from(const trading::CanonicalJson& line);

}  // namespace audit_format
