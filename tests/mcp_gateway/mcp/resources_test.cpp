#include <gtest/gtest.h>

#include "tests/mcp_gateway/mcp/host.h"
#include "tests/mcp_gateway/mcp/sample.h"

namespace {

using nlohmann::json;

json uri(const std::string& text) {
  return {{"uri", text}};
}

TEST(Resources, ListsAreSorted) {
  Host host(sample_options());
  host.initialize();
  EXPECT_EQ(
      host.call("resources/list").at("result").at("resources"),
      (json{{{"uri", "trading://config"}, {"name", "config"}, {"mimeType", "application/json"}},
            {{"uri", "trading://orders"},
             {"name", "orders"},
             {"title", "Orders"},
             {"description", "Open orders."},
             {"mimeType", "application/json"}}}));
  EXPECT_EQ(host.call("resources/templates/list")
                .at("result")
                .at("resourceTemplates")
                .at(0)
                .at("uriTemplate"),
            "trading://chart/{symbol}/{timeframe}");
}

TEST(Resources, FixedOnesAndTemplatesAreRead) {
  Host host(sample_options());
  host.initialize();
  EXPECT_EQ(
      host.call("resources/read", uri("trading://orders")).at("result"),
      (json{{"contents",
             {{{"uri", "trading://orders"}, {"mimeType", "application/json"}, {"text", "[]"}}}}}));
  const json chart = host.call("resources/read", uri("trading://chart/M%26M/ONE_DAY"));
  EXPECT_EQ(chart.at("result").at("contents").at(0).at("text"),
            R"({"symbol":"M&M","timeframe":"ONE_DAY"})");
}

TEST(Resources, WhatIsNotThereHasTheErrorOfItsEra) {
  Host host(sample_options());
  host.initialize();
  for (const char* missing : {"trading://nothing", "trading://chart/NONE/ONE_DAY",
                              "file:///etc/passwd", "trading://chart/..%2f..%2fetc/passwd"}) {
    const json legacy = host.call("resources/read", uri(missing)).at("error");
    EXPECT_EQ(legacy.at("code"), -32002) << missing;
    EXPECT_EQ(legacy.at("data"), uri(missing));
    const json modern = host.modern("resources/read", uri(missing)).at("error");
    EXPECT_EQ(modern.at("code"), -32602) << missing;
    EXPECT_EQ(modern.at("data"), uri(missing));
  }
}

TEST(Resources, AFailedSourceIsAnInternalError) {
  Host host(sample_options());
  const json error = host.modern("resources/read", uri("trading://chart/DOWN/ONE_DAY")).at("error");
  EXPECT_EQ(error.at("code"), -32603);
  EXPECT_EQ(error.at("message"), "no broker");
}

TEST(Resources, BadParametersAreRefused) {
  Host host(sample_options());
  host.initialize();
  for (const char* method : {"resources/read", "resources/subscribe", "resources/unsubscribe"}) {
    EXPECT_EQ(host.call(method).at("error").at("code"), -32602) << method;
    EXPECT_EQ(host.call(method, {{"uri", 5}}).at("error").at("code"), -32602) << method;
  }
}

TEST(Subscriptions, LegacyClientsHearOfWhatTheySubscribedTo) {
  Host host(sample_options());
  host.initialize();
  host.server().resource_updated("trading://orders");
  EXPECT_TRUE(host.is_silent());
  host.call("resources/subscribe", uri("trading://orders"));
  host.server().resource_updated("trading://config");
  host.server().resource_updated("trading://orders");
  EXPECT_EQ(host.next(), (json{{"jsonrpc", "2.0"},
                               {"method", "notifications/resources/updated"},
                               {"params", uri("trading://orders")}}));
  host.call("resources/unsubscribe", uri("trading://orders"));
  host.server().resource_updated("trading://orders");
  EXPECT_TRUE(host.is_silent());
}

TEST(Subscriptions, WhatNeverChangesCannotBeSubscribedTo) {
  Host host(sample_options());
  host.initialize();
  for (const char* fixed : {"trading://config", "trading://chart/TCS/ONE_DAY"}) {
    EXPECT_EQ(host.call("resources/subscribe", uri(fixed)).at("error").at("code"), -32602) << fixed;
  }
  EXPECT_EQ(host.call("resources/subscribe", uri("trading://later")).at("result"), json::object());
}

json listen_params(json notifications) {
  return {{"_meta", modern_meta()}, {"notifications", std::move(notifications)}};
}

TEST(Subscriptions, AStreamIsAcknowledgedFirstWithWhatIsHonoured) {
  Host host(sample_options());
  host.initialize();  // for is_silent()
  for (const json& id : {json("s-1"), json(0)}) {
    host.request(id, "subscriptions/listen",
                 listen_params({{"toolsListChanged", true},
                                {"resourceSubscriptions",
                                 {"trading://orders", "trading://config", "trading://none"}}}));
    EXPECT_EQ(host.next(),
              (json{{"jsonrpc", "2.0"},
                    {"method", "notifications/subscriptions/acknowledged"},
                    {"params",
                     {{"_meta", {{"io.modelcontextprotocol/subscriptionId", id}}},
                      {"notifications", {{"resourceSubscriptions", {"trading://orders"}}}}}}}));
  }
  host.server().resource_updated("trading://orders");
  for (const json& id : {json(0), json("s-1")}) {
    const json update = host.next();
    EXPECT_EQ(update.at("method"), "notifications/resources/updated");
    EXPECT_EQ(update.at("params"),
              (json{{"uri", "trading://orders"},
                    {"_meta", {{"io.modelcontextprotocol/subscriptionId", id}}}}));
  }
  host.server().resource_updated("trading://config");
  EXPECT_TRUE(host.is_silent());
}

TEST(Subscriptions, AStreamEndsSilentlyWhenTheClientCancelsIt) {
  Host host(sample_options());
  host.initialize();
  host.request("s", "subscriptions/listen",
               listen_params({{"resourceSubscriptions", {"trading://orders"}}}));
  host.next();
  host.notify("notifications/cancelled", {{"requestId", "s"}});
  EXPECT_TRUE(host.is_silent());
  host.server().resource_updated("trading://orders");
  EXPECT_TRUE(host.is_silent());
}

TEST(Subscriptions, AStreamEndsWithAResultWhenTheServerEnds) {
  Host host(sample_options());
  host.request("s", "subscriptions/listen", listen_params(json::object()));
  EXPECT_EQ(host.next().at("params").at("notifications"), json::object());
  host.server().stop();
  host.join();
  const json end = host.next();
  EXPECT_EQ(end.at("id"), "s");
  EXPECT_EQ(end.at("result").at("resultType"), "complete");
  EXPECT_EQ(end.at("result").at("_meta").at("io.modelcontextprotocol/subscriptionId"), "s");
  EXPECT_TRUE(host.next().is_discarded());
}

TEST(Subscriptions, BadFiltersAreRefused) {
  Host host(sample_options());
  for (const json& filter : {json(), json::array(), json{{"resourceSubscriptions", "x"}},
                             json{{"resourceSubscriptions", {1}}}}) {
    EXPECT_EQ(host.call("subscriptions/listen", listen_params(filter)).at("error").at("code"),
              -32602)
        << filter.dump();
  }
}

}  // namespace
