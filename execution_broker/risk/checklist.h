#pragma once

// The checklist: one ordered table, readable by a trader. Its order is precedence: the first denial
// leads.
//
// Every check sees the same immutable facts and runs whether or not an earlier one refused, so that
// all reasons are told at once. An entry is refused by a denial or by anything unknown; exits and
// protection are refused only by checks that name them; cancels by nothing. Pure: no clock, no
// database, no network.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/risk/check_result.h"
#include "execution_broker/risk/denial.h"
#include "execution_broker/risk/facts.h"

namespace broker::risk {

enum class Section { kPermission, kForm, kPrice, kSize, kRate, kLoss, kTime, kState, kTaint };
std::string_view name_of(Section section);  // "Permission", ...

struct Check {
  std::string_view name;  // of the file in checks/ too
  Section section;
  std::string_view classes;   // of "EXP": entry, exit, protection; a cancel is never checked
  std::string_view rule;      // one sentence
  std::string_view facts;     // what it looks at, with the source in brackets
  std::vector<Limit> limits;  // the limits it compares with
  std::string_view settings;  // further keys of .env
  std::vector<DenialCode>
      denials;               // what it may answer; the unit of the first is the unit of its figures
  bool grows_with_quantity;  // a larger order can only be refused more: {reduce} is found by
                             // bisection
  CheckResult (*run)(const Facts&);
};
// In order of precedence.
const std::vector<Check>& checklist();
const Check* find_check(std::string_view name);
// Every key of the limits and settings of a check: "MAX_ORDER_VALUE", "ALLOWED_SYMBOLS".
std::vector<std::string_view> keys_of(const Check& check);

bool applies_to(const Check& check, trading::OrderClass cls);

struct Verdict {
  const Check* check = nullptr;
  VerdictKind kind = VerdictKind::kUnknown;
  std::string value;  // texts for people where there are figures, also when it passed
  std::string limit;
  std::optional<std::int64_t> value_number;  // in the unit of the denial
  std::optional<std::int64_t> limit_number;
  Unit unit = Unit::kNone;  // of both
  Bound bound = Bound::kNone;
  std::string reason;            // unknown, not applicable
  std::optional<Denial> denial;  // set when this verdict refuses the order
};

struct Verdicts {
  std::vector<Verdict> all;  // one for each check, in the table's order

  [[nodiscard]] bool is_pass() const { return first_denial() == nullptr; }
  [[nodiscard]] const Denial* first_denial() const;
  [[nodiscard]] std::vector<Denial> denials() const;
  [[nodiscard]] const Verdict& of(
      std::string_view check_name) const;  // aborts on a name that is not in the table
};

Verdicts run_checklist(const Facts& facts);
// The permission checks alone (validate_trading_permissions): they look at no price and no
// quantity.
Verdicts run_permission_checks(const Facts& facts);

// The largest quantity, a multiple of the lot, with which these facts pass the whole checklist;
// empty when none does. By bisection over the very checks that refuse: tool and checklist cannot
// disagree.
std::optional<trading::Quantity> largest_passing_quantity(const Facts& facts);

// The table as docs/checklist.md.
std::string checklist_markdown();

}  // namespace broker::risk
