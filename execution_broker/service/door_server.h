#pragma once

// The gRPC server of one uid at one door. It listens nowhere: the door's listener hands it
// connections whose uid the kernel has told, so role and uid of every call are facts of this
// object.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/unregistered_calls.h"
#include "proto/channel/unix_channel.h"
#include "trading/base/result.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace broker {

// What one uid may make the broker hold.
struct DoorLimits {
  int max_message_bytes;
  int max_streams;         // calls at once on one connection
  int max_threads;         // calls at once, of all connections; more are RESOURCE_EXHAUSTED
  std::size_t max_memory;  // of gRPC's buffers
};
DoorLimits limits_of(Door door);

class DoorServer {
 public:
  // Registers the services that have a row on this door. DOOR_NOT_OPENED when gRPC refuses.
  static trading::Result<std::unique_ptr<DoorServer>> start(Door door, std::uint32_t uid,
                                                            ServiceContext& context);
  ~DoorServer();  // shutdown()
  DoorServer(const DoorServer&) = delete;
  DoorServer& operator=(const DoorServer&) = delete;

  // Serves a connected, non-blocking socket. Any thread; not after shutdown.
  void adopt(wire::OwnedFd connection);
  // Calls that run may end within two seconds; then they are cancelled.
  void shutdown();

 private:
  DoorServer(Door door, std::uint32_t uid, ServiceContext& context);
  RpcGuard guard_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<UnregisteredCalls> unregistered_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace broker
