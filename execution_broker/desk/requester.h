#pragma once

// Who asks: as the kernel and the door say it, never as the request says it.

#include <cstdint>
#include <string>

namespace broker {

enum class Role { kAgent, kOperator, kBroker };
inline const char* name_of(Role role) {
  switch (role) {
    case Role::kAgent: return "agent";
    case Role::kOperator: return "operator";
    case Role::kBroker: return "broker";
  }
  return "unknown";
}

struct Requester {
  Role role = Role::kAgent;
  std::uint32_t uid = 0;
};

}  // namespace broker
