#pragma once

// The first page: is it trading, what is wrong, how much was won or lost today, what stands open
// and how it is protected, what comes next, and the head of the audit log.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "approval_cli/rendering/json.h"
#include "broker/v1/operator.pb.h"
#include "broker/v1/orders.pb.h"
#include "broker/v1/portfolio.pb.h"

namespace approval_cli {

struct StatusFacts {
  broker::v1::StatusReply status;
  // Absent: the broker gave the status and not this; the page says why and shows the rest.
  std::optional<broker::v1::FetchPortfolioReply> portfolio;
  std::optional<broker::v1::FetchPaperOrdersReply> working;
  std::string missing;                   // why something is absent
  std::optional<std::string> halt_file;  // what run/HALT says; absent = there is no such file
  std::string audit_alarm;  // the log is not the one that was seen before; empty = it is
};

// What stands under WRONG, a line each; empty = nothing.
std::vector<std::string> what_is_wrong(const StatusFacts& facts);
std::string status_page(const StatusFacts& facts, bool has_colour);
JsonObject status_json(const StatusFacts& facts);

// "OPEN", "REDUCE-ONLY", "HALTED"; another word is shown as it is, in capitals.
std::string state_in_capitals(const std::string& operator_state);

}  // namespace approval_cli
