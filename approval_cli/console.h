#pragma once

// Where the program reads and writes, and what it was told by its surroundings. main fills it from
// the process, tests from strings.

#include <istream>
#include <ostream>
#include <string>

#include "trading/base/home.h"
#include "trading/base/result.h"

namespace approval_cli {

// Exit codes of every verb but `audit verify`, which has its own beside them.
inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNoBroker = 3;

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool is_in_tty = false;
  bool is_out_tty = false;
  bool is_no_color = false;  // NO_COLOR is set to anything but nothing
  trading::HomeEnvironment environment;
};

// What every verb is given.
struct Call {
  Console& console;
  std::string home;
  bool is_json = false;
  std::string version;

  [[nodiscard]] bool has_colour() const {
    return console.is_out_tty && !console.is_no_color && !is_json;
  }
};

// Tells the error (on stderr; with --json as the object on stdout) and returns its exit code.
int report(Console& console, bool is_json, const trading::Error& error);
inline int report(const Call& call, const trading::Error& error) {
  return report(call.console, call.is_json, error);
}
// kNoBroker when nobody answered, kUsage for USAGE, otherwise kRefused.
int exit_code_of(const trading::Error& error);
trading::Error usage_error(std::string what, std::string fix);

// The human types `word`, never y. On no terminal --yes must have been given.
trading::Status confirm(const Call& call, bool is_yes_given, const std::string& question,
                        const std::string& word);

}  // namespace approval_cli
