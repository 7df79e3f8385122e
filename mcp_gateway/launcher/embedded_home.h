#pragma once

// Which homes an embedded broker may use: only those it made itself. A home that a person set up
// has a broker of its own, with its own user and its own secrets.

#include <string>

#include "trading/base/result.h"

namespace launcher {

// The mark in a home that --embedded-broker made.
inline constexpr const char* kMark = ".embedded";

// Makes and marks a home that is absent or empty; accepts one that is marked.
// EMBEDDED_HOME_REFUSED: it holds something and is not marked, or cannot be made.
// EMBEDDED_SECRETS_REFUSED: there are broker secrets in it, as lines of .env or as files.
trading::Status claim_embedded_home(const std::string& home);

}  // namespace launcher
