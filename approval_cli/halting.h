#pragma once

// The halt itself, for every screen that offers it. It depends on as little as can be: when the broker has not answered within
// a second, whatever the cause, the file run/HALT does it.

#include <optional>
#include <string>

#include "broker/v1/operator.pb.h"
#include "trading/base/result.h"

namespace approval_cli {

// Exactly one of the two.
struct Halted {
  std::optional<broker::v1::OperatorStateReply> by_broker;
  std::optional<trading::Error> why_by_file;  // why the broker did not do it
};
// Comes back within little more than a second. An error: neither worked, and it says how to halt by hand.
trading::Result<Halted> halt_now(const std::string& home, const std::string& version, const std::string& reason);

}  // namespace approval_cli
