#pragma once

// Limits in messages: keys and values as they come in, and what to say after an operator's word on
// one.

#include <google/protobuf/map.h>

#include <map>
#include <string>

#include "execution_broker/desk/order_desk.h"
#include "trading/base/result.h"

namespace broker {

// 1 to 64 keys with their values, short and printable. Which of them are limits is the desk's to
// say.
trading::Result<std::map<std::string, std::string>> limit_values_of(
    const char* field, const google::protobuf::Map<std::string, std::string>& values);

// When an operator's word counts, and who else is tighter still. Empty when the operator's word is what counts now.
std::string note_of_operators_word(const LimitsView& limits, risk::Limit id);

}  // namespace broker
