#pragma once

#include <nlohmann/json_fwd.hpp>

#include "broker/v1/orders.pb.h"

namespace tools {

// orders, total, truncated. Cut at an order when the reply would grow beyond kSoftReplyBytes.
nlohmann::json order_list(const broker::v1::FetchPaperOrdersReply& reply);

}  // namespace tools
