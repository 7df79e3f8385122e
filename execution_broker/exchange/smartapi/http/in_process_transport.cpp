#include "execution_broker/exchange/smartapi/http/in_process_transport.h"

namespace broker::smartapi {

HttpEnd InProcessTransport::exchange(const HttpRequest& request) {
  HttpEnd end;
  if (request.before_send && !request.before_send()) {
    end.kind = HttpEnd::Kind::kNotSent;
    end.detail = "stopped before it was sent";
    return end;
  }
  end = server_(request);
  if (end.kind != HttpEnd::Kind::kReply) return end;
  if (end.body.size() > request.most_body_bytes) {
    end.kind = HttpEnd::Kind::kUnknown;
    end.detail = "the answer is larger than " + std::to_string(request.most_body_bytes) + " bytes";
    end.body.clear();
  } else if (request.sink) {
    if (!request.sink(end.body)) {
      end.kind = HttpEnd::Kind::kUnknown;
      end.detail = "the reader stopped";
    }
    end.body.clear();
  }
  return end;
}

}  // namespace broker::smartapi
