#pragma once

// Does the broker's audit log go on from what this side saw last? The full proof is `audit verify`'s business.

#include <string>

#include "broker/v1/operator.pb.h"
#include "trading/base/home.h"

namespace approval_cli {

// Empty = it does, or nothing was seen yet.
std::string audit_alarm(const trading::HomeEnvironment& environment, const broker::v1::StatusReply& status);

}  // namespace approval_cli
