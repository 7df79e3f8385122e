#pragma once

// The oracle of the two verifiers: what docs/audit_format.md promises to find, judged without Merkle trees and signatures.
// A checkpoint is true when a holder of the key wrote that very line behind that very record; the oracle knows all of those.

#include <cstdint>
#include <string>
#include <vector>

#include "damaged_logs.h"
#include "execution_broker/audit/format/witness.h"

namespace audit_forgery {

struct Judgement {
  bool must_be_found = false;
  std::string why;               // of what must be found
  std::int64_t records = 0;      // of a log that passes, all ledgers
  std::int64_t unwitnessed = 0;  // of them
};

// With the home's public keys given; `witnesses` may be empty.
Judgement judge(const std::string& log, const SignedMarks& signed_marks, const std::vector<audit_format::Witness>& witnesses);

// The promise to whoever kept a witness, line by line: up to the witnessed record, each of the told history stands there as
// it was written, but for bodies that a redaction took out. Empty, or what is broken.
std::string broken_promise(const std::string& log, const History& told, const std::vector<audit_format::Witness>& witnesses);

}  // namespace audit_forgery
