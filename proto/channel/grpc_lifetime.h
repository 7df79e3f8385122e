#pragma once

namespace wire {

// Keeps the gRPC library initialised until the process ends, and protobuf quiet. Called by whoever
// opens a channel or a server; any thread, any number of times.
//
// Without it the end of the last channel or server tears the library down on that very thread,
// which then waits up to ten seconds for gRPC's backup poller (seen with 1.51.1): a broker or
// gateway would take that long to exit. Protobuf writes a line to stderr for each string that is
// not UTF-8: an agent must not be able to fill our log. Debian's Abseil is built with its debug
// checks: each lock that gRPC takes is then looked up in a graph of all locks, with a stack trace,
// to find cycles. That search is a tool for gRPC's authors; here it only costs time.
//
// Linking it also chooses how gRPC waits: each thread for its own connections. With one epoll set for
// all, whichever thread happens to wait in it reads the bytes and must wake the thread that the call
// belongs to (measured: an eighth of a small call's time).
void keep_grpc_running();

}  // namespace wire
