#pragma once

// Text that came from the broker, made fit for a terminal. Reasons, notes and names may have been
// written by an agent or a news item: nothing of them may move the cursor, change a colour, turn
// the direction of reading or stand there unseen.

#include <cstddef>
#include <string>
#include <string_view>

namespace approval_cli {

// Valid UTF-8 without control, escape, bidi, zero-width and tag characters; line ends and tabs
// become one space.
std::string plain(std::string_view text);

// Columns that plain text takes: combining marks none, wide (East Asian) characters two.
std::size_t columns_of(std::string_view plain_text);
// At most `columns` wide; what was cut shows as "..".
std::string cut_to(std::string_view plain_text, std::size_t columns);

}  // namespace approval_cli
