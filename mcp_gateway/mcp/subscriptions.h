#pragma once

// Who wants to hear of changed resources, in both eras:
//   legacy .. resources/subscribe: a set of URIs for the connection
//   modern .. subscriptions/listen: streams, each named by the id of its request, each with its own
//   URIs

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "mcp_gateway/jsonrpc/message.h"

namespace mcp {

inline constexpr std::size_t kMaxStreams = 64;
inline constexpr std::size_t kMaxSubscribedUris = 256;  // of one stream, or of the legacy set

class Subscriptions {
 public:
  // Writes one line; called with the lock held, so that no notification overtakes an
  // acknowledgement.
  using Send = std::function<void(const std::string& line)>;
  explicit Subscriptions(Send send) : send_(std::move(send)) {}

  // Any thread for all of these.
  bool subscribe(const std::string& uri);  // false: too many
  void unsubscribe(const std::string& uri);

  // Opens a stream and acknowledges it with the URIs that are honoured. False: too many, or the id
  // is taken.
  bool listen(const jsonrpc::RequestId& id, std::set<std::string> uris);
  // The client is done with a stream; unknown ids are ignored. Nothing is answered.
  void cancel(const jsonrpc::RequestId& id);
  // Does anybody ask for news of the URI?
  [[nodiscard]] bool is_wanted(const std::string& uri) const;
  // Tells every subscriber of the URI.
  void resource_updated(const std::string& uri);
  // Ends all streams with their result; closing_member: further members of that result's _meta.
  void close_all(const std::string& closing_meta);

 private:
  Send send_;
  mutable std::mutex mutex_;  // guards what follows
  std::set<std::string> legacy_uris_;
  std::map<jsonrpc::RequestId, std::set<std::string>> streams_;
};

}  // namespace mcp
