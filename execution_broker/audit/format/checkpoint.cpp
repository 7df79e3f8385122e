#include "execution_broker/audit/format/checkpoint.h"

#include <sodium.h>

#include "execution_broker/audit/format/fields.h"
#include "execution_broker/audit/format/record.h"

namespace audit_format {
namespace {

std::string base64(const Digest& digest) {
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)> out{};
  sodium_bin2base64(out.data(), out.size(), digest.data(), digest.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  return out.data();
}

}  // namespace

std::string signed_text(const Checkpoint& checkpoint) {
  return "trading-mcp.audit/" + checkpoint.ledger + "\n" + std::to_string(checkpoint.size) + "\n" +
         base64(checkpoint.root) + "\nprevious " + std::to_string(checkpoint.previous) + "\ntime " +
         std::to_string(checkpoint.ts) + "\n";
}

std::string line_of(const Checkpoint& checkpoint) {
  return trading::CanonicalJson::object({{"ledger", checkpoint.ledger},
                                         {"previous", checkpoint.previous},
                                         {"root", to_hex(checkpoint.root)},
                                         {"signature", to_hex(checkpoint.signature)},
                                         {"size", checkpoint.size},
                                         {"ts", checkpoint.ts},
                                         {"type", kCheckpointType},
                                         {"v", kVersion}})
      .write();
}

trading::Result<Checkpoint> checkpoint_from(const trading::CanonicalJson& line) {
  Fields fields(line);
  Checkpoint checkpoint;
  fields.version();
  checkpoint.ledger = fields.name("ledger");
  checkpoint.size = fields.integer("size", 1);
  checkpoint.previous = fields.integer("previous", 0);
  checkpoint.ts = fields.integer("ts", 0);
  fields.hex("root", checkpoint.root);
  fields.hex("signature", checkpoint.signature);
  if (fields.name("type") != kCheckpointType) fields.fail("type");
  fields.expect_count(8);
  if (!fields.ok()) return fields.error();
  return checkpoint;
}

}  // namespace audit_format
