#pragma once

#include <nlohmann/json_fwd.hpp>

#include "broker/v1/config.pb.h"

namespace tools {

// A limit: effective value and source, and what its sources say where they say something.
nlohmann::json limit_fields(const broker::v1::LimitRow& row);
// settings and limits by key.
nlohmann::json config_fields(const broker::v1::GetTradingConfigReply& reply);
nlohmann::json mode_fields(const broker::v1::GetCurrentTradingModeReply& reply);

}  // namespace tools
