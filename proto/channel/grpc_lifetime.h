#pragma once

namespace wire {

// Keeps the gRPC library initialised until the process ends, and protobuf quiet. Called by whoever
// opens a channel or a server; any thread, any number of times.
//
// Without it the end of the last channel or server tears the library down on that very thread,
// which then waits up to ten seconds for gRPC's backup poller (seen with 1.51.1): a broker or
// gateway would take that long to exit. Protobuf writes a line to stderr for each string that is
// not UTF-8: an agent must not be able to fill our log.
void keep_grpc_running();

}  // namespace wire
