#pragma once

// The table of REST calls: path, method, whether a token is needed, whose budget it takes from.

#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

struct Endpoint {
  std::string_view name;
  std::string_view method;
  std::string_view path;    // without prefix, query and trailing slash; details/ takes a tail
  std::string_view budget;  // row of the rate limits; empty = none published
  bool is_secure = true;    // needs a bearer token
  bool is_write = false;    // refused from an unregistered address
};

const std::vector<Endpoint>& endpoint_table();
// By path as sent: query, doubled and trailing slashes, /order-service and /gtt-service are looked
// through. Null when there is none. `tail` gets what follows a path that ends in a slash.
const Endpoint* endpoint_of(std::string_view target, std::string& tail);
// A REST call, or one of instruments, market_stream, order_stream and their _connect.
bool is_endpoint(std::string_view name);

}  // namespace sandbox
