#pragma once

// The command line: what is typed -> a verb with checked arguments -> its exit code.

#include <string>
#include <vector>

#include "approval_cli/console.h"

namespace approval_cli {

// `arguments` without the program's name.
int run(const std::vector<std::string>& arguments, Console& console, const std::string& version);

}  // namespace approval_cli
