#pragma once

// A gzip member without compression (RFC 1952 around stored blocks of RFC 1951): enough to be a
// correct surprise.

#include <string>
#include <string_view>

namespace sandbox {

std::string gzipped(std::string_view text);

}  // namespace sandbox
