#pragma once

// Calls of methods that no registered service has: another door's, or invented ones. They are
// answered through the same guard as all others, so that each is refused with its reason and told
// to the audit log by name. One thread, one call at a time.

#include <memory>

namespace grpc {
class Server;
class ServerBuilder;
}  // namespace grpc

namespace broker {

class RpcGuard;

class UnregisteredCalls {
 public:
  // Registers itself with the builder; `guard` outlives it.
  UnregisteredCalls(grpc::ServerBuilder& builder, RpcGuard& guard);
  ~UnregisteredCalls();  // after the server's shutdown
  UnregisteredCalls(const UnregisteredCalls&) = delete;
  UnregisteredCalls& operator=(const UnregisteredCalls&) = delete;

  // Once the server runs.
  void start();
  // Before the server's shutdown.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace broker
