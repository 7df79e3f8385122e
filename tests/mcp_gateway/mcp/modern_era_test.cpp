// 2026-07-28: no handshake, everything in the _meta of each request.
#include <gtest/gtest.h>

#include "tests/mcp_gateway/mcp/host.h"
#include "tests/mcp_gateway/mcp/sample.h"

namespace {

using nlohmann::json;

const json kServerInfo = {{"name", "sample"}, {"title", "Sample"}, {"version", "1.2.3"}};
constexpr const char* kServerInfoKey = "io.modelcontextprotocol/serverInfo";

json without(json meta, const std::string& key) {
  meta.erase("io.modelcontextprotocol/" + key);
  return meta;
}

TEST(ModernEra, DiscoverTellsWhoWeAreAndWhatWeCan) {
  Host host(sample_options());
  host.request("server-discover-probe-1", "server/discover", {{"_meta", modern_meta()}});
  const json reply = host.next();
  EXPECT_EQ(reply.at("id"), "server-discover-probe-1");
  EXPECT_EQ(reply.at("result"),
            (json{{"resultType", "complete"},
                  {"supportedVersions", {"2026-07-28"}},
                  {"capabilities",
                   {{"tools", {{"listChanged", false}}},
                    {"resources", {{"subscribe", true}, {"listChanged", false}}},
                    {"prompts", {{"listChanged", false}}},
                    {"completions", json::object()}}},
                  {"instructions", "Use with care."},
                  {"ttlMs", 3600000},
                  {"cacheScope", "public"},
                  {"_meta", {{kServerInfoKey, kServerInfo}}}}));
}

TEST(ModernEra, RequestsWithoutTheRequiredMetaAreRefused) {
  Host host(sample_options());
  json mistyped = modern_meta();
  mistyped["io.modelcontextprotocol/protocolVersion"] = 20260728;
  const json kMetas[] = {json(),
                         json::array(),
                         json::object(),
                         mistyped,
                         without(modern_meta(), "protocolVersion"),
                         without(modern_meta(), "clientCapabilities")};
  for (const char* method : {"server/discover", "tools/list", "tools/call"}) {
    for (const json& meta : kMetas) {
      json params = {{"name", "echo"}, {"arguments", {{"text", "hi"}}}};
      if (!meta.is_null()) params["_meta"] = meta;
      EXPECT_EQ(host.call(method, params).at("error").at("code"), -32602) << method << meta.dump();
    }
  }
  EXPECT_EQ(host.call("server/discover", json::array()).at("error").at("code"), -32602);
}

TEST(ModernEra, ClientInfoIsNotRequired) {
  Host host(sample_options());
  EXPECT_TRUE(host.call("tools/list", {{"_meta", without(modern_meta(), "clientInfo")}})
                  .contains("result"));
}

TEST(ModernEra, AnUnsupportedVersionIsAnsweredWithTheSupportedOnes) {
  Host host(sample_options());
  for (const char* version : {"v999.0.0", "2025-11-25", ""}) {
    json meta = modern_meta();
    meta["io.modelcontextprotocol/protocolVersion"] = version;
    const json error = host.call("tools/list", {{"_meta", meta}}).at("error");
    EXPECT_EQ(error.at("code"), -32022);
    EXPECT_EQ(error.at("data"), (json{{"supported", {"2026-07-28"}}, {"requested", version}}));
  }
}

TEST(ModernEra, RemovedMethodsDoNotExist) {
  Host host(sample_options());
  host.initialize();
  for (const char* method : {"initialize", "ping", "logging/setLevel", "resources/subscribe",
                             "resources/unsubscribe", "unknown/method"}) {
    EXPECT_EQ(host.modern(method, {{"uri", "trading://orders"}}).at("error").at("code"), -32601)
        << method;
  }
}

TEST(ModernEra, EveryResultSaysItsTypeAndItsServer) {
  Host host(sample_options());
  const json kRequests[] = {
      {{"method", "tools/list"}, {"params", json::object()}},
      {{"method", "tools/call"}, {"params", {{"name", "wait_not"}}}},
      {{"method", "tools/call"}, {"params", {{"name", "add"}, {"arguments", {{"a", 1}}}}}},
      {{"method", "resources/list"}, {"params", json::object()}},
      {{"method", "resources/templates/list"}, {"params", json::object()}},
      {{"method", "resources/read"}, {"params", {{"uri", "trading://orders"}}}},
      {{"method", "prompts/list"}, {"params", json::object()}},
      {{"method", "prompts/get"},
       {"params", {{"name", "review"}, {"arguments", {{"symbol", "TCS"}}}}}},
      {{"method", "completion/complete"},
       {"params",
        {{"ref", {{"type", "ref/prompt"}, {"name", "review"}}},
         {"argument", {{"name", "symbol"}, {"value", ""}}}}}},
  };
  for (const json& it : kRequests) {
    const json reply = host.modern(it.at("method"), it.at("params"));
    if (it.at("params").value("name", "") == "wait_not") {
      EXPECT_EQ(reply.at("error").at("code"), -32602);
      continue;
    }
    EXPECT_EQ(reply.at("result").at("resultType"), "complete") << reply.dump();
    EXPECT_EQ(reply.at("result").at("_meta").at(kServerInfoKey), kServerInfo) << reply.dump();
  }
}

TEST(ModernEra, ListsAndReadsSayHowLongTheyHold) {
  Host host(sample_options());
  for (const char* method :
       {"tools/list", "resources/list", "resources/templates/list", "prompts/list"}) {
    const json result = host.modern(method).at("result");
    EXPECT_EQ(result.at("ttlMs"), 3600000) << method;
    EXPECT_EQ(result.at("cacheScope"), "public") << method;
  }
  const json orders = host.modern("resources/read", {{"uri", "trading://orders"}}).at("result");
  EXPECT_EQ(orders.at("ttlMs"), 0);
  EXPECT_EQ(orders.at("cacheScope"), "private");
  const json config = host.modern("resources/read", {{"uri", "trading://config"}}).at("result");
  EXPECT_EQ(config.at("ttlMs"), 5000);
  EXPECT_EQ(config.at("cacheScope"), "public");
}

TEST(ModernEra, BothErasMaySpeakOnOneConnection) {
  Host host(sample_options());
  EXPECT_TRUE(host.modern("tools/list").contains("result"));
  host.initialize();
  EXPECT_FALSE(host.call("tools/list").at("result").contains("resultType"));
  EXPECT_TRUE(host.modern("tools/list").at("result").contains("resultType"));
  EXPECT_EQ(host.call("ping").at("result"), json::object());
}

TEST(ModernEra, ListsAreOnePageSoEveryCursorIsUnknown) {
  Host host(sample_options());
  for (const char* method :
       {"tools/list", "resources/list", "resources/templates/list", "prompts/list"}) {
    EXPECT_EQ(host.modern(method, {{"cursor", "x"}}).at("error").at("code"), -32602) << method;
    EXPECT_EQ(host.modern(method, {{"cursor", ""}}).at("error").at("code"), -32602) << method;
  }
}

TEST(ModernEra, TheHandshakeOfABuggyClientAfterDiscoverIsServed) {
  Host host(sample_options());
  host.modern("server/discover");
  EXPECT_EQ(host.initialize("2025-11-25").at("protocolVersion"), "2025-11-25");
}

}  // namespace
