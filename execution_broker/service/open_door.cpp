#include "execution_broker/service/open_door.h"

#include <sys/socket.h>

#include <utility>

#include "proto/channel/grpc_lifetime.h"

namespace broker {
namespace {

// One gateway is one connection; a script that starts one for each call stays far below.
constexpr Rate kAgentPace{50, 100};

}  // namespace

trading::Result<std::unique_ptr<OpenDoor>> OpenDoor::open(Door door,
                                                          const std::filesystem::path& socket_path,
                                                          std::vector<std::uint32_t> allowed_uids,
                                                          ServiceContext& context) {
  ASSIGN_OR_RETURN(UnixListener listener, UnixListener::open(socket_path));
  std::unique_ptr<OpenDoor> self(new OpenDoor(door, context));
  DoorListener::Options options{
      .allowed_uids = std::move(allowed_uids),
      .on_connection = [raw = self.get()](std::uint32_t uid, wire::OwnedFd connection) {
        raw->take_in(uid, std::move(connection));
      },
      .on_refused =
          [&context, door](std::uint32_t uid, const char* why) {
            if (!context.observer) return;
            const Role role = door == Door::kAgent ? Role::kAgent : Role::kOperator;
            RpcRecord record;
            record.method = kConnect;
            record.who = {role, uid};
            record.error_code = why;
            context.observer(record);
          },
      .pace = door == Door::kAgent ? kAgentPace : Rate{},
      .is_last_in_line = door == Door::kAgent};
  wire::keep_grpc_running();  // gRPC's own threads are not those of the door that is opened first
  self->listener_ = std::make_unique<DoorListener>(std::move(listener), std::move(options));
  return self;
}

OpenDoor::~OpenDoor() {
  close();
}

void OpenDoor::close() {
  if (!listener_) return;
  listener_->stop();
  for (auto& [uid, server] : servers_) server->shutdown();
}

void OpenDoor::take_in(std::uint32_t uid, wire::OwnedFd connection) {
  std::unique_ptr<DoorServer>& server = servers_[uid];
  if (!server) {
    auto started = DoorServer::start(door_, uid, context_);
    if (!started) {
      // Closing would not hang up: the listener holds a duplicate. The uid's next connection tries
      // again.
      ::shutdown(connection.get(), SHUT_RDWR);
      return;
    }
    server = std::move(*started);
  }
  server->adopt(std::move(connection));
}

}  // namespace broker
