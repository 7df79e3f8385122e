#pragma once

// A door of the broker, open: its listener and a gRPC server for each uid that came, made at the
// uid's first connection. There are at most as many as the allow-list has uids.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "execution_broker/service/door_listener.h"
#include "execution_broker/service/door_server.h"
#include "execution_broker/service/doors.h"
#include "execution_broker/service/service_context.h"
#include "trading/base/result.h"

namespace broker {

class OpenDoor {
 public:
  // `context` outlives the door. Errors: those of UnixListener::open.
  static trading::Result<std::unique_ptr<OpenDoor>> open(Door door,
                                                         const std::filesystem::path& socket_path,
                                                         std::vector<std::uint32_t> allowed_uids,
                                                         ServiceContext& context);
  ~OpenDoor();  // close()
  OpenDoor(const OpenDoor&) = delete;
  OpenDoor& operator=(const OpenDoor&) = delete;

  // Takes no one in any more and lets running calls end (two seconds). Idempotent; one thread.
  // Socket and lock go with the object.
  void close();
  [[nodiscard]] const DoorListener::Counts& counts() const { return listener_->counts(); }

 private:
  OpenDoor(Door door, ServiceContext& context) : door_(door), context_(context) {}
  void take_in(std::uint32_t uid, wire::OwnedFd connection);

  const Door door_;
  ServiceContext& context_;
  // The listener's thread writes; close() reads after that thread has ended.
  std::map<std::uint32_t, std::unique_ptr<DoorServer>> servers_;
  std::unique_ptr<DoorListener> listener_;
};

}  // namespace broker
