#pragma once

// Limits in messages: keys and values as they come in.

#include <google/protobuf/map.h>

#include <map>
#include <string>

#include "trading/base/result.h"

namespace broker {

// 1 to 64 keys with their values, short and printable. Which of them are limits is the desk's to
// say.
trading::Result<std::map<std::string, std::string>> limit_values_of(
    const char* field, const google::protobuf::Map<std::string, std::string>& values);

}  // namespace broker
