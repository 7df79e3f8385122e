#pragma once

// "Did you mean": the known word that a mistyped one is nearest to.

#include <string>
#include <string_view>
#include <vector>

namespace broker::risk {

// The candidate with the fewest edits (insert, delete, replace) from `word`, case ignored; empty
// when the nearest is more than a third of the word away, or the word is longer than 64 characters.
std::string nearest_word(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace broker::risk
