#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "broker/v1/orders.pb.h"

namespace tools {

inline constexpr int kDefaultOrders = 50;

// orders, total, truncated. `limit` is what was asked for: see Rows.
nlohmann::json order_list(const broker::v1::FetchPaperOrdersReply& reply, std::int64_t limit);

}  // namespace tools
