#pragma once

// The files of a home that the operator's side touches.

#include <filesystem>

namespace approval_cli {

struct HomePaths {
  std::filesystem::path home;
  [[nodiscard]] std::filesystem::path operator_socket() const {
    return home / "run" / "operator" / "broker.sock";
  }
  [[nodiscard]] std::filesystem::path halt_file() const { return home / "run" / "HALT"; }
  [[nodiscard]] std::filesystem::path trade_logs() const {
    return home / "storage" / "trade_logs.jsonl";
  }
  [[nodiscard]] std::filesystem::path audit_keys() const { return home / "keys" / "audit.pub"; }
};

}  // namespace approval_cli
