#pragma once

// A decision of the checklist as canonical JSON: what the audit log keeps of it, and what a repeated request is answered
// with.

#include <optional>
#include <vector>

#include "execution_broker/risk/checklist.h"
#include "trading/bars/bar.h"
#include "trading/base/canonical_json.h"

namespace broker {

// [{code,value,limit,fix,message}]
trading::CanonicalJson denials_body(const std::vector<risk::Denial>& denials);
// Every verdict of the checklist, in its order: what the decision rested on.
trading::CanonicalJson verdicts_body(const risk::Verdicts& verdicts);

// The quote a decision rested on: prices, age, and how it was heard.
trading::CanonicalJson quote_body(const trading::Quote& quote, trading::Timestamp now);
// A print and its age at `now`: {ts_us, age_us} and, where it came over a network, {exchange_us, line} - line 0 is an
// answer to a request, any other the n-th connection of the stream. The age is the larger of the two.
trading::CanonicalJson print_body(trading::Timestamp ts, const std::optional<trading::Hearing>& heard, trading::Timestamp now);

}  // namespace broker
