// approval_cli: the operator's program. Reads its surroundings, runs one verb, ends.

#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "approval_cli/command_line.h"

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

trading::HomeEnvironment home_environment() {
  std::string user_home = environment("HOME");
  if (user_home.empty())
    if (const passwd* entry = ::getpwuid(::geteuid()); entry != nullptr) user_home = entry->pw_dir;
  return {environment("TRADING_MCP_HOME"), environment("XDG_STATE_HOME"), user_home};
}

}  // namespace

int main(int argc, char** argv) {
  // A passphrase passes through here: no core, and nobody of the same uid looks into the memory.
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_DUMPABLE, 0);
  // Nothing is read ahead of the line that is wanted: what a human types next may be a passphrase.
  std::setvbuf(stdin, nullptr, _IONBF, 0);
  approval_cli::Console console{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .is_in_tty = ::isatty(STDIN_FILENO) != 0,
      .is_out_tty = ::isatty(STDOUT_FILENO) != 0,
      .is_no_color = !environment("NO_COLOR").empty() || environment("TERM") == "dumb",
      .environment = home_environment()};
  int code = approval_cli::run({argv + 1, argv + argc}, console, TRADING_MCP_VERSION);
  if (!std::cout.flush()) {
    std::cerr << "approval_cli: the answer could not be written to stdout\n";
    if (code == approval_cli::kDone) code = approval_cli::kRefused;
  }
  std::cerr.flush();
  // Not exit(): a halt whose call still hangs in another thread must not wait for it, nor pull the
  // statics away under it.
  std::_Exit(code);
}
