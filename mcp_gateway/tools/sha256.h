#pragma once

#include <string>
#include <string_view>

namespace tools {

// Lower-case hex.
std::string sha256_hex(std::string_view bytes);

}  // namespace tools
