#pragma once

// Text from outside, made fit for one line of an error message.

#include <string>
#include <string_view>

namespace trading {

// The text between quotes, at most 40 characters of it, everything but printable ASCII shown as
// '?'.
std::string quoted(std::string_view text);

}  // namespace trading
