#pragma once

// Users of this machine, as the settings name them.

#include <cstdint>
#include <string>
#include <vector>

#include "trading/base/result.h"

namespace broker {

// Names or numbers of users -> uids; nobody named = `own`. ENV_VALUE_INVALID names the setting `key` and
// whoever does not exist here.
trading::Result<std::vector<std::uint32_t>> uids_of_users(const std::vector<std::string>& users, const char* key, std::uint32_t own);

// "sita (uid 1001)", or "uid 1001" for a number without an account.
std::string user_text(std::uint32_t uid);

}  // namespace broker
