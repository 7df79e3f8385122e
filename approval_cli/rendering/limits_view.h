#pragma once

// The limits, whose word each is, and what waits for its day.

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "broker/v1/operator.pb.h"

namespace approval_cli {

void print_limits(const broker::v1::ShowLimitsReply& reply, Page& page);
JsonObject limits_json(const broker::v1::ShowLimitsReply& reply);

void print_limit_set(const broker::v1::SetLimitReply& reply, Page& page);
// "MAX_ORDER_VALUE 20,000.00 -> 2,00,000.00"
std::string loosening_text(const broker::v1::LimitRow& row);
void print_limits_accepted(const broker::v1::AcceptLimitsReply& reply, Page& page);
JsonObject limits_accepted_json(const broker::v1::AcceptLimitsReply& reply);

JsonObject limit_set_json(const broker::v1::SetLimitReply& reply);

}  // namespace approval_cli
