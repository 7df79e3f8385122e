#pragma once

// What one check found, before the checklist puts it into words.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "execution_broker/risk/denial.h"

namespace broker::risk {

enum class VerdictKind {
  kPass,
  kRefuse,
  kUnknown,        // a fact is missing: refuses an entry, nothing else
  kNotApplicable,  // with the reason
};
std::string_view name_of(VerdictKind kind);  // "pass", "refuse", "unknown", "not-applicable"

struct CheckResult {
  VerdictKind kind = VerdictKind::kUnknown;
  DenialCode code = DenialCode::kFactUnknown;  // refuse
  DenialValues values;  // refuse; pass: what was measured against which limit
  std::string reason;   // unknown: which fact; not applicable: why
};

inline CheckResult pass() {
  return {VerdictKind::kPass, DenialCode::kFactUnknown, {}, ""};
}
// With the figures of the check's first denial code, so that head-room can be shown.
inline CheckResult pass(std::int64_t value, std::int64_t limit) {
  CheckResult out = pass();
  out.values.value = value;
  out.values.limit = limit;
  return out;
}
inline CheckResult refuse(DenialCode code, DenialValues values = {}) {
  return {VerdictKind::kRefuse, code, std::move(values), ""};
}
inline CheckResult unknown(std::string which_fact) {
  return {VerdictKind::kUnknown, DenialCode::kFactUnknown, {}, std::move(which_fact)};
}
inline CheckResult not_applicable(std::string why) {
  return {VerdictKind::kNotApplicable, DenialCode::kFactUnknown, {}, std::move(why)};
}

// The common shape: at most `limit`.
inline CheckResult at_most(std::int64_t value, std::int64_t limit, DenialCode code,
                           DenialValues values = {}) {
  values.value = value;
  values.limit = limit;
  if (value > limit) return refuse(code, std::move(values));
  return {VerdictKind::kPass, code, std::move(values), ""};
}

}  // namespace broker::risk
