#pragma once

// One call of any method by its name, with any metadata: as a hostile client would make it.

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "proto/channel/protocol.h"
#include "proto/channel/unix_channel.h"
#include "proto/convert/status.h"

namespace broker {

struct Metadata {
  const char* protocol = "1";
  std::chrono::milliseconds timeout{10'000};  // 0 = no deadline
  const char* tool = nullptr;
};

inline void prepare(grpc::ClientContext& context, const Metadata& metadata) {
  if (metadata.protocol != nullptr) context.AddMetadata(wire::kProtocolKey, metadata.protocol);
  if (metadata.tool != nullptr) context.AddMetadata(wire::kToolKey, metadata.tool);
  if (metadata.timeout.count() > 0)
    context.set_deadline(std::chrono::system_clock::now() + metadata.timeout);
}

inline std::shared_ptr<grpc::Channel> channel_to(const std::filesystem::path& socket) {
  auto opened = wire::open_unix_channel(socket, {::geteuid()});
  EXPECT_TRUE(opened) << opened.error().text();
  return opened->channel;
}

inline grpc::Status call(const std::shared_ptr<grpc::Channel>& channel, const char* method,
                         const google::protobuf::Message& request, const Metadata& metadata,
                         google::protobuf::Message& reply) {
  using Message = google::protobuf::Message;
  grpc::ClientContext context;
  prepare(context, metadata);
  const grpc::internal::RpcMethod rpc(method, grpc::internal::RpcMethod::NORMAL_RPC);
  return grpc::internal::BlockingUnaryCall<Message, Message, Message, Message>(
      channel.get(), rpc, &context, request, &reply);
}

// "OK", or the code of the error that came.
inline std::string code_of(const grpc::Status& status) {
  return status.ok() ? "OK" : wire::from_grpc(status, wire::CallKind::kRead).code;
}

}  // namespace broker
