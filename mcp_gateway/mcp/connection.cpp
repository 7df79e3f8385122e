#include "mcp_gateway/mcp/connection.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/jsonrpc/parse.h"

namespace mcp {
namespace {

using jsonrpc::Job;
using jsonrpc::Message;
using jsonrpc::MessageKind;
using nlohmann::json;

const Job kAnsweredAtOnce = {};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::string refusal(const jsonrpc::ParseError& error) {
  const bool is_unreadable = error.fault == jsonrpc::ParseFault::kSyntax;
  return jsonrpc::error_line(
      std::nullopt, is_unreadable ? jsonrpc::kParseError : jsonrpc::kInvalidRequest, error.detail);
}

std::string invalid_request(const std::optional<jsonrpc::RequestId>& id, std::string_view why) {
  return jsonrpc::error_line(id, jsonrpc::kInvalidRequest, why);
}

// A handshake is legacy by nature; one that carries modern _meta asks for a method that era does
// not have.
bool is_handshake(const Message& message) {
  return message.method == "initialize" && !names_modern_version(message);
}

}  // namespace

// One request being served.
struct Connection::Call {
  Message request;
  Envelope envelope;
  const Methods::Method* method = nullptr;
  std::stop_token cancellation;
  ProgressSink progress;

  Call(Message&& message, Envelope&& read, const Methods::Method* found, ProgressSink::Send send,
       std::chrono::milliseconds interval)
      : request(std::move(message)),
        envelope(std::move(read)),
        method(found),
        progress(
            envelope.progress_token ? jsonrpc::id_text(*envelope.progress_token) : std::string(),
            interval, envelope.progress_token ? std::move(send) : ProgressSink::Send()) {}
};

Connection::Connection(const Offering& offering, const Services& services,
                       const Limits& limits, int in_fd, int out_fd, jsonrpc::StopEvent& stop)
    : offering_(offering),
      services_(services),
      limits_(limits),
      stop_(stop),
      reader_(in_fd, stop.fd()),
      writer_(out_fd, stop, give_up_),
      subscriptions_([this](const std::string& line) { send(line); }),
      methods_(offering, subscriptions_) {}

bool Connection::run() {
  crew_.emplace(limits_.max_running, limits_.max_waiting, [this] { return read_turn(); });
  crew_->wait_for_end_of_input();
  bool is_drained = !stop_.is_set() && crew_->wait_for_jobs(limits_.finish_patience);
  if (!is_drained) {
    in_flight_.stop_all();
    is_drained = crew_->wait_for_jobs(limits_.cancel_patience);
  }
  give_up_.set();
  if (!is_drained) is_drained = crew_->wait_for_jobs(limits_.abandon_patience);
  subscriptions_.close_all(offering_.lifecycle.server_info_meta());
  return is_drained;
}

std::optional<Job> Connection::read_turn() {
  const jsonrpc::Line line = reader_.next();
  switch (line.status) {
    case jsonrpc::LineStatus::kEnd:
    case jsonrpc::LineStatus::kStopped:
      return std::nullopt;
    case jsonrpc::LineStatus::kTooLong:
      send(invalid_request({}, "a message must not be longer than " +
                                   std::to_string(jsonrpc::kMaxLineBytes) + " bytes"));
      return kAnsweredAtOnce;
    case jsonrpc::LineStatus::kLine:
      break;
  }
  if (is_blank(line.text)) return kAnsweredAtOnce;
  json value;
  if (const auto error = jsonrpc::parse_text(line.text, value)) {
    send(refusal(*error));
    return kAnsweredAtOnce;
  }
  return take_message(std::move(value));
}

Job Connection::take_message(json&& value) {
  if (value.is_array()) return take_batch(std::move(value));
  Message message = jsonrpc::read_message(std::move(value));
  switch (message.kind) {
    case MessageKind::kInvalid:
      send(invalid_request(message.id, message.problem));
      return kAnsweredAtOnce;
    case MessageKind::kResponse:
      return kAnsweredAtOnce;
    case MessageKind::kNotification:
      take_notification(message);
      return kAnsweredAtOnce;
    case MessageKind::kRequest:
      return take_request(std::move(message));
  }
  return kAnsweredAtOnce;
}

void Connection::take_notification(const Message& notification) {
  if (notification.method != "notifications/cancelled") return;
  const auto given = notification.params.find("requestId");
  if (given == notification.params.end()) return;
  if (const auto id = jsonrpc::read_id(*given)) {
    in_flight_.cancel(*id);
    subscriptions_.cancel(*id);
  }
}

Job Connection::take_request(Message&& message) {
  if (is_handshake(message)) {
    send(initialize(message));
    return kAnsweredAtOnce;
  }
  auto prepared = prepare(std::move(message), handshake_);
  if (const auto* error = std::get_if<std::string>(&prepared)) {
    send(*error);
    return kAnsweredAtOnce;
  }
  auto call = std::get<std::shared_ptr<Call>>(std::move(prepared));
  const auto send_answer = [this](const Line& line) {
    if (line) send(*line);
  };
  if (!call->method->is_job) {
    send_answer(answer(*call));
    return kAnsweredAtOnce;
  }
  return {[this, call, send_answer] { send_answer(answer(*call)); },
          [this, call, send_answer] { send_answer(busy(*call)); }};
}

std::string Connection::initialize(const Message& request) {
  if (!request.params.is_object()) {
    return jsonrpc::error_line(request.id, jsonrpc::kInvalidParams, "params must be an object");
  }
  return line_of(*request.id, offering_.lifecycle.initialize(request.params, handshake_), false);
}

std::variant<std::shared_ptr<Connection::Call>, std::string> Connection::prepare(
    Message&& request, const Handshake& handshake) {
  const auto unknown_method = [&request] {
    return jsonrpc::error_line(request.id, jsonrpc::kMethodNotFound,
                               "Method not found: " + jsonrpc::clipped(request.method));
  };
  if (request.method != "initialize" && !methods_.exists(request.method)) return unknown_method();
  auto envelope = read_envelope(request, handshake);
  if (const auto* refused = std::get_if<Reply>(&envelope)) {
    return line_of(*request.id, *refused, false);
  }
  auto& read = std::get<Envelope>(envelope);
  read.session.is_read_only = offering_.catalog.selection().is_read_only;
  const auto* method = methods_.find(request.method, read.session.is_modern);
  if (method == nullptr) return unknown_method();
  if (request.params.is_null()) request.params = json::object();

  std::stop_token cancellation;
  if (method->is_job) {
    auto begun = in_flight_.begin(*request.id);
    if (!begun) return invalid_request(request.id, "a request with this id is being served");
    cancellation = std::move(*begun);
  }
  auto call = std::make_shared<Call>(
      std::move(request), std::move(read), method, [this](const std::string& line) { send(line); },
      limits_.progress_interval);
  call->cancellation = std::move(cancellation);
  return call;
}

// Nothing when no reply may be sent: the client has cancelled, or the reply comes later.
Connection::Line Connection::answer(Call& call) {
  const jsonrpc::RequestId& id = *call.request.id;
  std::optional<Reply> reply;
  // A call that was cancelled while it waited for its turn is not begun.
  if (!call.cancellation.stop_requested()) {
    ToolContext context(services_, call.cancellation, call.progress, call.envelope.client,
                        call.envelope.session);
    reply = methods_.answer(*call.method, {id, call.request.params, context});
  }
  call.progress.close();
  if (call.method->is_job && !in_flight_.finish(id)) return std::nullopt;
  if (!reply) return std::nullopt;
  return line_of(id, *reply, call.envelope.session.is_modern);
}

Connection::Line Connection::busy(Call& call) {
  const jsonrpc::RequestId& id = *call.request.id;
  if (!in_flight_.finish(id)) return std::nullopt;
  const Reply reply =
      call.request.method == "tools/call"
          ? ToolCalls::busy()
          : Reply::failure(jsonrpc::kInternalError, "too many requests are waiting; try again");
  return line_of(id, reply, call.envelope.session.is_modern);
}

// A batch is one job: its requests are answered one after the other, in one array.
Job Connection::take_batch(json&& values) {
  if (handshake_.version != kBatchVersion) {
    send(invalid_request({}, "batches are not part of this protocol version"));
    return kAnsweredAtOnce;
  }
  if (values.empty() || values.size() > kMaxBatchMessages) {
    send(invalid_request({},
                         "a batch holds 1 to " + std::to_string(kMaxBatchMessages) + " messages"));
    return kAnsweredAtOnce;
  }
  auto batch = std::make_shared<json>(std::move(values));
  const auto run = [this, batch, handshake = handshake_] {
    std::string lines;
    for (json& value : *batch) {
      const Line line = answer_in_batch(std::move(value), handshake);
      if (line) lines += (lines.empty() ? "[" : ",") + *line;
    }
    if (!lines.empty()) send(lines + "]");
  };
  const auto refuse = [this] { send(invalid_request({}, "too many requests are waiting")); };
  return {run, refuse};
}

Connection::Line Connection::answer_in_batch(json&& value, const Handshake& handshake) {
  Message message = jsonrpc::read_message(std::move(value));
  if (message.kind == MessageKind::kInvalid) return invalid_request(message.id, message.problem);
  if (message.kind == MessageKind::kNotification) take_notification(message);
  if (message.kind != MessageKind::kRequest) return std::nullopt;
  if (is_handshake(message)) return invalid_request(message.id, "initialize must not be batched");
  auto prepared = prepare(std::move(message), handshake);
  if (auto* error = std::get_if<std::string>(&prepared)) return std::move(*error);
  return answer(*std::get<std::shared_ptr<Call>>(prepared));
}

std::string Connection::line_of(const jsonrpc::RequestId& id, const Reply& reply,
                                bool is_modern) const {
  if (reply.error) {
    return jsonrpc::error_line(id, reply.error->code, reply.error->message, reply.error->data);
  }
  std::string result = "{";
  result.reserve(reply.members.size() + 256);
  if (is_modern) {
    result.append(R"("resultType":"complete","_meta":{)")
        .append(offering_.lifecycle.server_info_meta())
        .append(reply.members.empty() ? "}" : "},");
  }
  result.append(reply.members).push_back('}');
  return jsonrpc::result_line(id, result);
}

}  // namespace mcp
