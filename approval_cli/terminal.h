#pragma once

// The terminal while a human types: a line of his, shown or hidden, read straight into guarded memory. However the reading
// ends, by a line, by time, by Ctrl-C or a signal, the terminal is as it was before.

#include <string>

#include "approval_cli/console.h"
#include "execution_broker/approval/format/guarded.h"

namespace approval_cli {

inline constexpr std::size_t kMostTyped = 1'024;

inline constexpr const char* kNotAnswered = "NOT_ANSWERED";

// What was typed before the prompt is no answer to it: it was typed at something else. Both readers begin with this.
void forget_typed_ahead(const Call& call);

// NOT_ANSWERED when `patience_s` passed; NOT_CONFIRMED when the terminal is gone or the line is longer than kMostTyped. Blanks
// at its end are dropped. A signal that ends a process ends this one, after the terminal was put right; Ctrl-Z stops it, and the prompt comes
// again afterwards.
trading::Result<approval_format::Guarded> read_hidden(const Call& call, const std::string& prompt, int patience_s = 60);
trading::Result<std::string> read_line(const Call& call, const std::string& prompt, int patience_s = 60);

// USAGE: a signature is given at a terminal.
trading::Status must_be_at_terminal(const Call& call);

}  // namespace approval_cli
