#pragma once

#include <string>

namespace mcp {

struct ServerInfo {
  std::string name = "mcp_gateway";
  std::string title;
  std::string version;
  std::string instructions;  // below 2 KB: hosts cut what is longer
};

}  // namespace mcp
