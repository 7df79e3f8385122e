#pragma once

// What the doctor found: a line a check, for people and as JSON. Pure.

#include <string>
#include <vector>

#include "trading/base/canonical_json.h"

namespace broker {

enum class Health { kOk, kBad, kUnknown };
std::string_view name_of(Health health);  // "ok", "bad", "unknown"

struct HealthLine {
  std::string check;  // "folders"
  Health health = Health::kUnknown;
  std::string found;  // what is there
  std::string fix;    // what to do; empty when ok
};

// Nothing bad, and where `is_strict` nothing unknown either.
bool is_healthy(const std::vector<HealthLine>& lines, bool is_strict);

// A table for a terminal of 100 columns: check, health, what was found, and below it "-> " what to do.
// Control characters become "?": names of files and users come from outside.
std::string health_table(const std::vector<HealthLine>& lines);
// {"checks":[{"check","health","found","fix"}..]}
trading::CanonicalJson health_json(const std::vector<HealthLine>& lines);

}  // namespace broker
