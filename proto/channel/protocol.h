#pragma once

// What both ends of a door agree on, beside the messages themselves.

#include <chrono>
#include <cstddef>

namespace wire {

// Generation of the wire. Raised when a message or its meaning changes so that an older peer would
// misread it.
inline constexpr int kProtocol = 1;

// Metadata of each call. gRPC wants lower case.
inline constexpr char kProtocolKey[] = "x-trading-protocol";  // kProtocol as decimal text
inline constexpr char kToolKey[] = "x-tool";  // the gateway's tool, for the audit only

// The most metadata either end takes with a call or an answer.
inline constexpr int kMaxMetadataBytes = 8 * 1024;
// A broker's answer may be long (a page of orders, a chunk of bars); what it takes is smaller, see
// service/door.h.
inline constexpr int kMaxReplyBytes = 8 * 1024 * 1024;
// Rows of one BarChunk.
inline constexpr std::size_t kMaxChunkRows = 8'192;

// The longest deadline a call may have; the operator's long calls (clock, export) have their own.
inline constexpr std::chrono::seconds kMaxDeadline{30};
inline constexpr std::chrono::minutes kMaxLongDeadline{10};

}  // namespace wire
