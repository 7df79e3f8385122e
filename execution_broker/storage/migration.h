#pragma once

// The schema as a numbered list of steps. A database file carries the number of its last step
// (user_version); opening it takes the missing ones, each in one transaction, after a backup copy
// of a file that already held data. A file with a higher number than the list belongs to a newer
// program and is refused: there is no way down.

#include <string>

namespace broker {

struct Migration {
  int version = 0;   // 1, 2, 3... without a gap
  std::string name;  // for messages: "ledger", "audit"
  std::string sql;   // one or more statements; no BEGIN or COMMIT. Tables are STRICT
};

}  // namespace broker
