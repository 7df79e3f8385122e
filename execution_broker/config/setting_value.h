#pragma once

// Text of one setting -> its value. Each function answers ENV_VALUE_INVALID with what would be
// right.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/config/settings.h"
#include "trading/base/result.h"

namespace broker {

trading::Result<bool> parse_switch(const SettingRow& row, std::string_view text);
// Rupees -> paise, whole numbers as they are; digits and one point alone.
trading::Result<std::int64_t> parse_number(const SettingRow& row, std::string_view text,
                                           int decimals, std::int64_t least, std::int64_t most);
trading::Result<std::string> parse_choice(const SettingRow& row, std::string_view text);
trading::Result<std::vector<std::string>> parse_list(const SettingRow& row, std::string_view text);
trading::Result<std::string> parse_path(const SettingRow& row, std::string_view text);
trading::Result<std::string> parse_url(const SettingRow& row, std::string_view text);
trading::Result<SimulationSpeed> parse_speed(const SettingRow& row, std::string_view text);
trading::Error invalid_value(const SettingRow& row, std::string_view text, std::string fix);

// Scheme and host of a URL that parse_url takes; empty otherwise.
struct UrlParts {
  std::string_view scheme;
  std::string_view host;
};
UrlParts split_url(std::string_view url);

}  // namespace broker
