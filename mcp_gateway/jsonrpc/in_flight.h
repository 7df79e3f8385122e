#pragma once

// The requests being served, by id, and their cancellation. Every function may be called by any
// thread.

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>

#include "mcp_gateway/jsonrpc/message.h"

namespace jsonrpc {

class InFlight {
 public:
  // The token of a new request, or nothing when a request with that id is being served already.
  std::optional<std::stop_token> begin(const RequestId& id);
  // The request is done. True when its reply may be sent: the client has not cancelled it.
  bool finish(const RequestId& id);
  // Asked by the client: stops the request and silences its reply. Unknown ids are ignored.
  void cancel(const RequestId& id);
  // The connection ends: stops all of them; replies that still come may be sent.
  void stop_all();

 private:
  struct Entry {
    std::stop_source stop;
    bool is_silenced = false;
  };

  std::mutex mutex_;
  std::map<RequestId, Entry> entries_;  // guarded by mutex_
};

}  // namespace jsonrpc
