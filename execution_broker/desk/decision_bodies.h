#pragma once

// A decision of the checklist as canonical JSON: what the audit log keeps of it, and what a repeated request is answered
// with.

#include <vector>

#include "execution_broker/risk/checklist.h"
#include "trading/base/canonical_json.h"

namespace broker {

// [{code,value,limit,fix,message}]
trading::CanonicalJson denials_body(const std::vector<risk::Denial>& denials);
// Every verdict of the checklist, in its order: what the decision rested on.
trading::CanonicalJson verdicts_body(const risk::Verdicts& verdicts);

}  // namespace broker
