#pragma once

// A JSON object against a table of parameters: every fault at once, each with what is allowed.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/mcp/param.h"

namespace mcp {

struct Fault {
  std::string field;
  std::string problem;               // "must be at least 1, got 0"
  std::vector<std::string> allowed;  // of an enum, or the names that exist when the name is unknown
};

// Arguments of a call: unknown names, missing, mistyped and out-of-bounds values. Null is a
// mistyped value.
std::vector<Fault> check_arguments(const std::vector<Param>& params,
                                   const nlohmann::json& arguments);

// Puts the declared default in the place of every missing argument; call it on faultless arguments
// only.
void fill_defaults(const std::vector<Param>& params, nlohmann::json& arguments);

// A tool's structured result against its own table (what a schema-validating client does); for
// tests.
std::vector<Fault> check_output(const std::vector<Param>& fields, const nlohmann::json& result);

}  // namespace mcp
