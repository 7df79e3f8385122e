#pragma once

// The calls of SmartAPI that this client knows, one row each: method, path, what nothing looks like
// there, and how large an answer may be. What has no row cannot be called: there is none for GTT
// writes, position conversion or EDIS.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace broker::smartapi {

enum class Endpoint {
  kLogin,
  kRefresh,
  kProfile,
  kLogout,
  kFunds,
  kPlaceOrder,
  kModifyOrder,
  kCancelOrder,
  kOrderBook,
  kTradeBook,
  kOrderDetails,
  kPositions,
  kHoldings,
  kAllHoldings,
  kQuote,
  kLtp,
  kCandles,
  kMargin,
  kCharges,
  kGttList,
  kGttDetails,
  kCautionaryScrips,
};

// What a reply without content may look like at an endpoint. Anything else that is empty is no
// answer.
enum EmptyForms : std::uint8_t {
  kNeverEmpty = 0,
  kEmptyNull = 1,   // "data": null
  kEmptyArray = 2,  // "data": []
};

struct EndpointRow {
  Endpoint endpoint;
  std::string_view name;  // as the audit log and messages write it: "getOrderBook"
  bool is_post;
  std::string_view path;
  bool is_authenticated;  // carries the session's bearer
  bool is_order_write;    // may change the account: one attempt, three outcomes
  std::uint8_t empty_forms;
  std::string_view empty_code;  // the error code that means "nothing there", empty = none
  std::size_t most_body_bytes;
};

const EndpointRow& row_of(Endpoint endpoint);
const std::vector<EndpointRow>& endpoint_table();

// A request as it goes to the wire, without headers.
struct WireRequest {
  Endpoint endpoint = Endpoint::kProfile;
  std::string path;  // the row's path, with an id behind it where the call has one
  std::string body;  // empty for GET
};

}  // namespace broker::smartapi
