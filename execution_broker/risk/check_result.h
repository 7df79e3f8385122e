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

// On which side of its limit a figure has to stay. None: the two are no head-room (a price and its
// tick).
enum class Bound { kNone, kMost, kLeast };

struct CheckResult {
  VerdictKind kind = VerdictKind::kUnknown;
  DenialCode code = DenialCode::kFactUnknown;  // refuse
  DenialValues values;  // refuse; pass: what was measured against which limit
  std::string reason;   // unknown: which fact; not applicable: why
  Bound bound = Bound::kNone;
};

inline CheckResult pass() {
  return {VerdictKind::kPass, DenialCode::kFactUnknown, {}, ""};
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

// A figure against its limit, with both kept also when it passes, so that head-room can be shown.
inline CheckResult bounded(bool is_refused, std::int64_t value, std::int64_t limit, Bound bound,
                           DenialCode code, DenialValues values) {
  values.value = value;
  values.limit = limit;
  return {is_refused ? VerdictKind::kRefuse : VerdictKind::kPass, code, std::move(values), "",
          bound};
}
// The common shape: at most `limit`.
inline CheckResult at_most(std::int64_t value, std::int64_t limit, DenialCode code,
                           DenialValues values = {}) {
  return bounded(value > limit, value, limit, Bound::kMost, code, std::move(values));
}
// The other way: at least `limit`.
inline CheckResult at_least(std::int64_t value, std::int64_t limit, DenialCode code,
                            DenialValues values = {}) {
  return bounded(value < limit, value, limit, Bound::kLeast, code, std::move(values));
}
// At the limit it is already refused.
inline CheckResult below(std::int64_t value, std::int64_t limit, DenialCode code,
                         DenialValues values = {}) {
  return bounded(value >= limit, value, limit, Bound::kMost, code, std::move(values));
}

}  // namespace broker::risk
