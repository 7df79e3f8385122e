#pragma once

// What the replies about the account at the exchange member have in common.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "broker/v1/account.pb.h"

namespace tools {

// Provenance, the masked account, and whether all of the answer could be read. A reply whose
// `complete` is false holds no proof that something is absent or flat.
void put_account(nlohmann::json& reply, const broker::v1::AccountAnswer& answer);
// Null when the member did not say.
nlohmann::json paise_if(bool has, std::int64_t paise);

}  // namespace tools
