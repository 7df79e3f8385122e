#pragma once

#include <nlohmann/json_fwd.hpp>

#include "broker/v1/market.pb.h"

namespace tools {

// One instrument in full, and as a row of a list of hits.
nlohmann::json instrument_fields(const broker::v1::InstrumentRow& row);
nlohmann::json instrument_hit(const broker::v1::InstrumentRow& row);

}  // namespace tools
