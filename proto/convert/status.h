#pragma once

// trading::Error <-> grpc::Status: the one function each way. The Error travels whole, as an
// ErrorDetail in error_details; the status code is only its class, for tools that know gRPC and
// nothing of us.

#include <string_view>

#include "trading/base/result.h"

namespace grpc {
class Status;
}

namespace wire {

// Long texts are cut (an answer's metadata is capped) and cleaned. Never UNAVAILABLE: that one
// means "the connection broke", and clients act on it.
grpc::Status to_grpc(const trading::Error& error);

// What the caller may assume when the answer came from gRPC itself and not from a handler.
enum class CallKind {
  kRead,   // changes nothing, may be sent again
  kWrite,  // may have happened: look first
};

// `status` is not OK. Without an ErrorDetail the error is named for what happened to the call:
// BROKER_UNAVAILABLE, BROKER_TIMEOUT, CALL_CANCELLED, NOT_ON_THIS_DOOR, BROKER_BUSY,
// MESSAGE_TOO_LARGE, BROKER_ANSWER_INVALID, BROKER_ERROR.
trading::Error from_grpc(const grpc::Status& status, CallKind kind);

}  // namespace wire
