#include "proto/convert/status.h"

#include <grpcpp/support/status.h>

#include <array>

#include "broker/v1/common.pb.h"
#include "proto/convert/text.h"

namespace wire {
namespace {

namespace v1 = broker::v1;

// An answer's metadata holds 8 KiB, base64 makes a third more of it, and other keys want room.
constexpr std::size_t kMaxCode = 64;
constexpr std::size_t kMaxText = 2'000;
constexpr std::size_t kMaxField = 400;

struct CodeClass {
  std::string_view code;
  grpc::StatusCode status;
};

// Errors with a class of their own; the others go by their retry advice.
constexpr std::array kClasses{
    CodeClass{"INVALID_ARGUMENT", grpc::StatusCode::INVALID_ARGUMENT},
    CodeClass{"DEADLINE_REQUIRED", grpc::StatusCode::INVALID_ARGUMENT},
    CodeClass{"DEADLINE_TOO_LONG", grpc::StatusCode::INVALID_ARGUMENT},
    CodeClass{"UNKNOWN_SYMBOL", grpc::StatusCode::NOT_FOUND},
    CodeClass{"UNKNOWN_ORDER", grpc::StatusCode::NOT_FOUND},
    CodeClass{"REQUEST_ID_REUSED", grpc::StatusCode::ALREADY_EXISTS},
    CodeClass{"NOT_ON_THIS_DOOR", grpc::StatusCode::PERMISSION_DENIED},
    CodeClass{"AGENT_READ_ONLY", grpc::StatusCode::PERMISSION_DENIED},
    CodeClass{"BROKER_BUSY", grpc::StatusCode::RESOURCE_EXHAUSTED},
    CodeClass{"QUOTA_EXCEEDED", grpc::StatusCode::RESOURCE_EXHAUSTED},
    CodeClass{"INTERNAL", grpc::StatusCode::INTERNAL},
};

grpc::StatusCode status_code_of(const trading::Error& error) {
  for (const CodeClass& row : kClasses) {
    if (row.code == error.code) return row.status;
  }
  switch (error.retry) {
    case trading::Retry::kSafe:
      return grpc::StatusCode::ABORTED;
    case trading::Retry::kVerifyFirst:
      return grpc::StatusCode::UNKNOWN;
    case trading::Retry::kNo:
      return grpc::StatusCode::FAILED_PRECONDITION;
  }
  return grpc::StatusCode::UNKNOWN;
}

v1::Retry wire_of(trading::Retry retry) {
  switch (retry) {
    case trading::Retry::kSafe:
      return v1::RETRY_SAFE;
    case trading::Retry::kVerifyFirst:
      return v1::RETRY_VERIFY_FIRST;
    case trading::Retry::kNo:
      return v1::RETRY_NO;
  }
  return v1::RETRY_NO;
}

trading::Retry retry_of(v1::Retry retry, CallKind kind) {
  if (retry == v1::RETRY_SAFE) return trading::Retry::kSafe;
  if (retry == v1::RETRY_NO) return trading::Retry::kNo;
  if (retry == v1::RETRY_VERIFY_FIRST) return trading::Retry::kVerifyFirst;
  return kind == CallKind::kRead ? trading::Retry::kSafe : trading::Retry::kVerifyFirst;
}

trading::Error unanswered(const char* code, std::string what, CallKind kind) {
  if (kind == CallKind::kRead) {
    return trading::make_error(code, std::move(what), "nothing was changed; send it again",
                               trading::Retry::kSafe);
  }
  return trading::make_error(
      code, std::move(what),
      "it may have been carried out: look at the orders and the audit trail first; the same "
      "request_id returns the recorded answer",
      trading::Retry::kVerifyFirst);
}

trading::Error error_of_call(const grpc::Status& status, CallKind kind) {
  const std::string text = clean_text(status.error_message(), kMaxText);
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return unanswered("BROKER_UNAVAILABLE", "the connection to the broker broke (" + text + ")",
                        kind);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return unanswered("BROKER_TIMEOUT", "the broker did not answer in time", kind);
    case grpc::StatusCode::CANCELLED:
      return unanswered("CALL_CANCELLED", "the call was cancelled before its answer", kind);
    case grpc::StatusCode::UNIMPLEMENTED:
      // gRPC's client says this also of an answer that it could not parse: the call was carried
      // out.
      if (text.find("No message returned") != std::string::npos) {
        return unanswered("BROKER_ANSWER_INVALID", "the broker's answer could not be read", kind);
      }
      return trading::make_error(
          "NOT_ON_THIS_DOOR", "the broker does not offer this call here",
          "use the program that belongs to this door, and the broker of the same release");
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      if (text.find("larger than max") != std::string::npos) {
        return kind == CallKind::kRead
                   ? trading::make_error("MESSAGE_TOO_LARGE", text, "ask for less at a time")
                   : unanswered("MESSAGE_TOO_LARGE", text, kind);
      }
      return unanswered("BROKER_BUSY",
                        "the broker has no thread or memory left for this call (" + text + ")",
                        kind);
    default:
      return unanswered("BROKER_ERROR",
                        "the call failed with gRPC code " + std::to_string(status.error_code()) +
                            " (" + text + ")",
                        kind);
  }
}

}  // namespace

grpc::Status to_grpc(const trading::Error& error) {
  v1::ErrorDetail detail;
  detail.set_code(clean_text(error.code, kMaxCode));
  detail.set_what(clean_text(error.what, kMaxText));
  detail.set_fix(clean_text(error.fix, kMaxText));
  detail.set_retry(wire_of(error.retry));
  detail.set_field(clean_text(error.field, kMaxField));
  // The message is the code alone: gRPC percent-encodes it, and the sentence already travels in the
  // detail.
  return {status_code_of(error), detail.code(), detail.SerializeAsString()};
}

trading::Error from_grpc(const grpc::Status& status, CallKind kind) {
  v1::ErrorDetail detail;
  if (!status.error_details().empty() && detail.ParseFromString(status.error_details()) &&
      !detail.code().empty()) {
    return trading::make_error(detail.code(), detail.what(), detail.fix(),
                               retry_of(detail.retry(), kind), detail.field());
  }
  return error_of_call(status, kind);
}

}  // namespace wire
