#include "proto/convert/status.h"

#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include "broker/v1/common.pb.h"

namespace wire {
namespace {

using trading::Retry;

TEST(Status, AnErrorTravelsWhole) {
  for (const Retry retry : {Retry::kSafe, Retry::kVerifyFirst, Retry::kNo}) {
    const trading::Error sent{"UNKNOWN_SYMBOL", "SBIM is no symbol", "did you mean SBIN", retry,
                              "symbol"};
    for (const CallKind kind : {CallKind::kRead, CallKind::kWrite}) {
      const trading::Error back = from_grpc(to_grpc(sent), kind);
      EXPECT_EQ(back.code, sent.code);
      EXPECT_EQ(back.what, sent.what);
      EXPECT_EQ(back.fix, sent.fix);
      EXPECT_EQ(back.retry, sent.retry);
      EXPECT_EQ(back.field, sent.field);
    }
  }
}

TEST(Status, LongAndDirtyTextsAreCutAndCleaned) {
  trading::Error sent{"X", "\xff", "\x1b]0;title\a", Retry::kNo, ""};
  sent.what.append(100'000, 'x');
  const grpc::Status status = to_grpc(sent);
  EXPECT_LT(status.error_details().size(), 5'000U) << "metadata holds 8 KiB";
  const trading::Error back = from_grpc(status, CallKind::kRead);
  EXPECT_EQ(back.what.size(), 2'000U);
  EXPECT_EQ(back.what.front(), '?');
  EXPECT_EQ(back.fix, "?]0;title?");
}

TEST(Status, NoErrorOfOursLooksLikeABrokenConnection) {
  for (const char* code :
       {"INVALID_ARGUMENT", "BROKER_BUSY", "INTERNAL", "UNAVAILABLE", "anything"}) {
    for (const Retry retry : {Retry::kSafe, Retry::kVerifyFirst, Retry::kNo}) {
      const grpc::Status status = to_grpc({code, "", "", retry, ""});
      EXPECT_NE(status.error_code(), grpc::StatusCode::UNAVAILABLE);
      EXPECT_FALSE(status.ok());
    }
  }
}

TEST(Status, AReadMayBeSentAgainAWriteMustBeLookedAt) {
  using grpc::StatusCode;
  for (const StatusCode code :
       {StatusCode::UNAVAILABLE, StatusCode::DEADLINE_EXCEEDED, StatusCode::CANCELLED,
        StatusCode::RESOURCE_EXHAUSTED, StatusCode::UNKNOWN}) {
    const grpc::Status status(code, "gRPC says so");
    EXPECT_EQ(from_grpc(status, CallKind::kRead).retry, Retry::kSafe) << code;
    EXPECT_EQ(from_grpc(status, CallKind::kWrite).retry, Retry::kVerifyFirst) << code;
  }
  EXPECT_EQ(from_grpc({StatusCode::UNIMPLEMENTED, ""}, CallKind::kWrite).code, "NOT_ON_THIS_DOOR");
  const grpc::Status unreadable(StatusCode::UNIMPLEMENTED, "No message returned for unary request");
  EXPECT_EQ(from_grpc(unreadable, CallKind::kWrite).retry, Retry::kVerifyFirst)
      << "it was carried out";
}

TEST(Status, ForeignDetailsAreNotBelieved) {
  const grpc::Status status(grpc::StatusCode::UNAVAILABLE, "x", "\xff\xff not a detail");
  EXPECT_EQ(from_grpc(status, CallKind::kRead).code, "BROKER_UNAVAILABLE");
}

}  // namespace
}  // namespace wire
