#pragma once

// Requests that a person picks in a host: each names the tools to use and what the answer must
// hold. None of them orders anything by itself.

#include <vector>

#include "mcp_gateway/mcp/prompt.h"

namespace prompts {

std::vector<mcp::Prompt> all();

}  // namespace prompts
