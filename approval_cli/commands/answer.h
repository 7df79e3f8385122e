#pragma once

// Prints a reply the way it was asked for: a page, or one JSON object on a line.

#include <ostream>

#include "approval_cli/console.h"
#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"

namespace approval_cli::commands {

template <typename Reply>
void answer(const Call& call, const Reply& reply, void (*print)(const Reply&, Page&),
            JsonObject (*json)(const Reply&)) {
  if (call.is_json) {
    call.console.out << json(reply).write() << "\n";
    return;
  }
  Page page(call.has_colour());
  print(reply, page);
  call.console.out << page.text();
}

}  // namespace approval_cli::commands
