#include <gtest/gtest.h>

#include "mcp_gateway/mcp/resource.h"

namespace mcp {
namespace {

constexpr const char* kChart = "trading://chart/{symbol}/{timeframe}";

TEST(UriTemplate, GivesTheVariables) {
  EXPECT_EQ(match_template(kChart, "trading://chart/RELIANCE/ONE_DAY"),
            (Variables{{"symbol", "RELIANCE"}, {"timeframe", "ONE_DAY"}}));
  EXPECT_EQ(match_template(kChart, "trading://chart/M%26M/ONE_DAY"),
            (Variables{{"symbol", "M&M"}, {"timeframe", "ONE_DAY"}}));
  EXPECT_EQ(match_template("test://template/{id}/data", "test://template/123/data"),
            (Variables{{"id", "123"}}));
}

TEST(UriTemplate, RefusesWhatDoesNotFit) {
  for (const char* uri :
       {"trading://chart/RELIANCE", "trading://chart/RELIANCE/", "trading://chart//ONE_DAY",
        "trading://chart/A/B/C", "trading://chart/../ONE_DAY", "trading://chart/%2e%2e/ONE_DAY",
        "trading://chart/A%2FB/ONE_DAY", "trading://chart/A%5cB/ONE_DAY",
        "trading://chart/A%00/ONE_DAY", "trading://chart/A%0A/ONE_DAY",
        "trading://chart/A%/ONE_DAY", "trading://chart/A%zz/ONE_DAY", "trading://chart/A/B%2",
        "other://chart/A/B", ""}) {
    EXPECT_FALSE(match_template(kChart, uri)) << uri;
  }
  EXPECT_FALSE(match_template("test://template/{id}/data", "test://template/123/dat"));
  EXPECT_FALSE(match_template("test://template/{id}/data", "test://template/123/data2"));
}

TEST(UriTemplate, NamesItsVariables) {
  EXPECT_EQ(template_variables(kChart), (std::vector<std::string>{"symbol", "timeframe"}));
}

}  // namespace
}  // namespace mcp
