#pragma once

// JSON of the wire. Keys keep the order they are written in: recorded replies have one. Including
// files that build values include <nlohmann/json.hpp> themselves (it is precompiled).

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "trading/base/money.h"

namespace sandbox {

using Json = nlohmann::ordered_json;

// Rupees as a JSON number: 813, 812.45. The shortest decimal of the nearest double is exact for
// every price (fewer than 15 digits), so no paise is lost.
Json number(trading::Price price);
Json rupees_of_paise(std::int64_t paise);

// "8124.50": rupees with two decimals as text, rounded half up; -13.75 keeps its sign in front.
std::string two_decimals(std::int64_t amount_e4);
inline std::string two_decimals(trading::Price price) { return two_decimals(price.value()); }
std::string paise_text(std::int64_t paise);

// A member as text, whatever scalar it was sent as; empty where it is absent or null.
std::string text_at(const Json& object, std::string_view key);

}  // namespace sandbox
