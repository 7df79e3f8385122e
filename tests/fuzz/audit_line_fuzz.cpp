// The audit log's verifier and its other inputs: witnesses and public keys.
// Input: one byte that says in what pieces the log arrives, then the bytes of a log.

#include <algorithm>
#include <string>
#include <vector>

#include "execution_broker/audit/format/checkpoint.h"
#include "execution_broker/audit/format/keys.h"
#include "execution_broker/audit/format/record.h"
#include "execution_broker/audit/format/verifier.h"
#include "execution_broker/audit/format/witness.h"
#include "tests/fuzz/fuzz.h"

namespace {

void check_line(std::string_view line) {
  const auto json = trading::CanonicalJson::parse(line, audit_format::kMaxLineBytes);
  if (!json) return;
  if (const auto record = audit_format::record_from(*json)) {
    FUZZ_EXPECT(audit_format::line_of(*record) == line, "a record writes the line it was read from");
    FUZZ_EXPECT(record->seq >= 1 && record->ts >= 0, "numbers are in their range");
    FUZZ_EXPECT(record->salt.has_value() == record->body.has_value(), "salt and body go together");
    if (kBugIsPlanted) FUZZ_EXPECT(record->seq <= 1000, "planted: a seq above 1000");
  }
  if (const auto checkpoint = audit_format::checkpoint_from(*json))
    FUZZ_EXPECT(audit_format::line_of(*checkpoint) == line,
                "a checkpoint writes the line it was read from");
}

std::string verdict_on(std::string_view log, std::size_t piece) {
  audit_format::Verifier verifier({});
  while (!log.empty()) {
    const std::size_t taken = std::min(piece, log.size());
    verifier.add(log.substr(0, taken));
    log.remove_prefix(taken);
  }
  return audit_format::to_json(verifier.finish()).write();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::size_t piece = std::size_t{fuzz::take_byte(data, size)} + 1;
  const std::string_view log = fuzz::text_of(data, size);

  for (std::size_t begin = 0; begin < log.size();) {
    const std::size_t end = std::min(log.find('\n', begin), log.size());
    check_line(log.substr(begin, end - begin));
    begin = end + 1;
  }
  FUZZ_EXPECT(verdict_on(log, piece) == verdict_on(log, log.size() + 1),
              "how the bytes arrive does not matter");

  if (const auto witnesses = audit_format::parse_witnesses(log)) {
    for (const audit_format::Witness& witness : *witnesses)
      FUZZ_EXPECT(witness.size >= 1, "a witness has seen something");
  }
  if (const auto keys = audit_format::parse_public_keys(log)) {
    std::string again;
    for (const audit_format::PublicKey& key : *keys) again += audit_format::public_key_line(key);
    const auto read = audit_format::parse_public_keys(again);
    FUZZ_EXPECT(read && *read == *keys, "keys written again are the same");
  }
  return 0;
}
