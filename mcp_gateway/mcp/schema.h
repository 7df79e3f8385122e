#pragma once

// A table of parameters -> JSON Schema (2020-12), as text in the order of the table.

#include <string>
#include <vector>

#include "mcp_gateway/mcp/param.h"

namespace mcp {

// Object root, nothing beside the named properties.
std::string input_schema(const std::vector<Param>& params);
// Object root, lenient: other fields may stand beside the named ones, and none is required at the
// root: some clients hold even an error's structure against this schema (the official TypeScript
// SDK 1.32 does).
std::string output_schema(const std::vector<Param>& fields);

}  // namespace mcp
