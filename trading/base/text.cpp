#include "trading/base/text.h"

namespace trading {

namespace {
constexpr std::size_t kShownCharacters = 40;
}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, kShownCharacters)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  if (text.size() > kShownCharacters) out += "...";
  return out + "\"";
}

}  // namespace trading
