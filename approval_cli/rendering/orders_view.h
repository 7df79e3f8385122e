#pragma once

// Orders as the ledger has them.

#include <cstddef>
#include <string>

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "broker/v1/common.pb.h"
#include "broker/v1/orders.pb.h"

namespace approval_cli {

using Orders = google::protobuf::RepeatedPtrField<broker::v1::Order>;

// One row an order; reasons of what went wrong under the row.
void print_orders(const Orders& orders, Page& page);
// The contract's order; `mode` and `as_of` are the reply's.
JsonArray orders_json(const Orders& orders, const broker::v1::Provenance& provenance);

}  // namespace approval_cli
