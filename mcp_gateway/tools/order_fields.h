#pragma once

// An order, its denials and the checklist, with the names that scripts rely on.

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "broker/v1/orders.pb.h"

namespace mcp {
struct ToolResult;
}

namespace tools {

using Denials = google::protobuf::RepeatedPtrField<broker::v1::Denial>;
using Verdicts = google::protobuf::RepeatedPtrField<broker::v1::CheckVerdict>;

std::string_view text_of(broker::v1::Side side);
std::string_view text_of(broker::v1::Product product);
std::string_view text_of(broker::v1::OrderType type);

// Everything but mode and as_of, which belong to the reply.
nlohmann::json order_fields(const broker::v1::Order& order);
nlohmann::json denial_rows(const Denials& denials);
// {"passed":[names],"not_applicable":[names],"unknown":[{name,reason}],"refused":[{...}]}
nlohmann::json checklist(const Verdicts& verdicts);

// The reply of a tool that makes or changes an order: the order, its children, where it stands; an
// error with the first denial's code beside all of it when the order was refused.
mcp::ToolResult order_reply(const broker::v1::OrderReply& reply);

}  // namespace tools
