#pragma once

// TA-Lib and Tulip Indicators, as tests/bench/reference/build_reference leaves them in the build
// folder (or where TRADING_MCP_REFERENCE says). Tests without them skip, benches say so.

#include <dlfcn.h>

#include <cstdlib>
#include <string>

namespace reference {

class Library {
 public:
  Library(const std::string& usual_folder, const std::string& file) {
    const char* given = std::getenv("TRADING_MCP_REFERENCE");
    const std::string folder = given == nullptr ? usual_folder : given;
    handle_ = dlopen((folder + "/" + file).c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  [[nodiscard]] bool is_there() const { return handle_ != nullptr; }
  // The function of that name; null when there is none.
  template <typename Function>
  [[nodiscard]] Function* function(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(handle_, name));
  }

 private:
  void* handle_ = nullptr;  // kept until the process ends
};

}  // namespace reference
