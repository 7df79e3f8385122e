#pragma once

// What to say after an operator's word on a limit: when it counts, and who else is tighter still.

#include <string>

#include "execution_broker/desk/order_desk.h"

namespace broker {

// Empty when the operator's word is what counts now.
std::string note_of_operators_word(const LimitsView& limits, risk::Limit id);

}  // namespace broker
