#pragma once

// The command line of the program, checked.

#include <string>
#include <vector>

#include "tests/sandbox_exchange/doors.h"
#include "tests/sandbox_exchange/world.h"
#include "trading/base/result.h"

namespace sandbox {

struct Options {
  enum class Action { kServe, kHelp, kVersion };
  Action action = Action::kServe;
  WorldSettings world;
  std::int64_t speed_thousandths = 1'000;
  bool is_machine_clock = false;
  Address rest, stream, order_stream, instruments, control;
  std::string tls_folder;  // empty: plain http and ws
  std::string client_code = "S1000001";
  std::string pin = "4821";
  std::string totp_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  std::string api_key = "sandboxkey";
  std::string faults_file;
  bool is_verbose = false;
};

extern const char* const kUsage;
trading::Result<Options> parse_options(const std::vector<std::string>& arguments);

}  // namespace sandbox
