#pragma once

// The folders of a home, made with the modes that keep the agent's side out: sockets in two folders by role, everything
// else for the broker alone.

#include <filesystem>

#include "trading/base/result.h"

namespace broker {

struct HomeFolders {
  std::filesystem::path home;
  [[nodiscard]] std::filesystem::path env_file() const { return home / ".env"; }
  [[nodiscard]] std::filesystem::path storage() const { return home / "storage"; }
  [[nodiscard]] std::filesystem::path keys() const { return home / "keys"; }
  [[nodiscard]] std::filesystem::path run() const { return home / "run"; }
  [[nodiscard]] std::filesystem::path agent_socket() const { return run() / "agent" / "broker.sock"; }
  [[nodiscard]] std::filesystem::path operator_socket() const { return run() / "operator" / "broker.sock"; }
  [[nodiscard]] std::filesystem::path reports() const { return home / "reports"; }
};

// Makes what is missing; leaves the mode of what is there. HOME_UNUSABLE names the folder and what to do: refused is one
// that belongs to another user, or that everybody or a group other than the broker's own may write. (.env is looked at
// more closely where it is read: config/env_file.h.)
trading::Result<HomeFolders> prepare_home(const std::filesystem::path& home);

}  // namespace broker
