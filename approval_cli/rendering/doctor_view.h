#pragma once

// What the doctor of the human's side found: a line a check, and what to do under each that is not well.

#include <string>
#include <vector>

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"

namespace approval_cli {

enum class Health { kOk, kBad, kUnknown };

struct HealthLine {
  std::string check;  // "socket"
  Health health = Health::kUnknown;
  std::string found;
  std::string fix;  // empty when ok
};

// Nothing bad and nothing unknown: a signature rests on every one of them.
bool is_well(const std::vector<HealthLine>& lines);
void print_health(const std::vector<HealthLine>& lines, Page& page);
// {"ok":true,"checks":[{"check","health","found","fix"}..]}
JsonObject health_json(const std::vector<HealthLine>& lines);

}  // namespace approval_cli
