#include "mcp_gateway/jsonrpc/in_flight.h"

#include <gtest/gtest.h>

namespace jsonrpc {
namespace {

const RequestId kNumber = std::int64_t{1};
const RequestId kText = std::string("1");

TEST(InFlight, CancellingStopsAndSilencesThatRequestOnly) {
  InFlight requests;
  const auto first = requests.begin(kNumber);
  const auto second = requests.begin(kText);
  requests.cancel(kNumber);
  EXPECT_TRUE(first->stop_requested());
  EXPECT_FALSE(second->stop_requested());
  EXPECT_FALSE(requests.finish(kNumber));
  EXPECT_TRUE(requests.finish(kText));
}

TEST(InFlight, AnIdServesOneRequestAtATime) {
  InFlight requests;
  EXPECT_TRUE(requests.begin(kNumber));
  EXPECT_FALSE(requests.begin(kNumber));
  EXPECT_TRUE(requests.finish(kNumber));
  EXPECT_TRUE(requests.begin(kNumber));
}

TEST(InFlight, CancellingAnUnknownIdDoesNothing) {
  InFlight requests;
  requests.cancel(kNumber);
  EXPECT_FALSE(requests.begin(kNumber)->stop_requested());
}

TEST(InFlight, TheEndStopsAllAndSilencesNone) {
  InFlight requests;
  const auto token = requests.begin(kNumber);
  requests.stop_all();
  EXPECT_TRUE(token->stop_requested());
  EXPECT_TRUE(requests.finish(kNumber));
}

}  // namespace
}  // namespace jsonrpc
