#pragma once

// What someone outside the broker remembers: "ledger L had `size` records and the last one hashed
// to `head`". The approver's side keeps one after each successful check and hands it to the next. A
// file holds one canonical JSON line for each: {"head":"<hex>","ledger":"...","size":n}.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/audit/format/digest.h"
#include "trading/base/result.h"

namespace audit_format {

struct Witness {
  std::string ledger;
  std::int64_t size = 0;  // >= 1
  Digest head{};          // hash of record `size`
};

std::string line_of(const Witness& witness);  // without newline
// AUDIT_WITNESS_INVALID names the line. Empty text = no witness.
trading::Result<std::vector<Witness>> parse_witnesses(std::string_view text);

}  // namespace audit_format
