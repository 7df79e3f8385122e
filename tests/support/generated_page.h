#pragma once

// A page of the repository that is printed from a table and kept equal to it by a test. With
// TRADING_MCP_UPDATE_PAGES set in the environment the test writes the page instead.

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace broker::test {

inline std::string page_on_disk(const std::string& path, const std::string& generated) {
  if (std::getenv("TRADING_MCP_UPDATE_PAGES") != nullptr)
    std::ofstream(path, std::ios::binary) << generated;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace broker::test
