#pragma once

// `execution_broker doctor`: reads its own arguments, prints, returns the exit code.

#include <string>
#include <vector>

#include "trading/base/result.h"

namespace broker {

inline constexpr char kDoctorUsage[] =
    "usage: execution_broker [--home DIR] doctor [--live] [--attest] [--dry-order SYMBOL] [--json]\n"
    "\n"
    "Looks at a home, its users, doors and machine, and says what to do. Changes nothing but with --attest.\n"
    "\n"
    "  --live              judge as for live trading, whatever the settings ask for\n"
    "  --attest            as root: write root's finding that this home is isolated, or why it is not\n"
    "  --dry-order SYMBOL  what would refuse an entry right now; asked of the running broker, as an operator\n"
    "  --json              one JSON object\n"
    "\n"
    "Exit: 0 nothing bad (for live: and nothing unknown), 1 something is bad, 2 usage.\n";

struct DoctorArguments {
  bool is_for_live = false;
  bool is_attesting = false;
  bool is_json = false;
  bool is_help = false;
  std::string dry_symbol;
};
// Of what stands behind "doctor". DOCTOR_USAGE.
trading::Result<DoctorArguments> parse_doctor_arguments(const std::vector<std::string>& words);
int run_doctor(const std::string& home, const DoctorArguments& arguments, const std::string& version);

}  // namespace broker
