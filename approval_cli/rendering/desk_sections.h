#pragma once

// What stands between the live screen's first line and its keys, section by section in the order of desk_view.h.

#include "approval_cli/rendering/desk_view.h"
#include "approval_cli/rendering/screen_lines.h"

namespace approval_cli {

void add_sections(const DeskFacts& facts, ScreenLines& body);

}  // namespace approval_cli
