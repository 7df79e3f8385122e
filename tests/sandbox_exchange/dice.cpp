#include "tests/sandbox_exchange/dice.h"

namespace sandbox {

std::string uuid_from(Dice& dice) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  for (char& c : text)
    if (c == 'x') c = kDigits[dice.below(16)];
  return text;
}

}  // namespace sandbox
