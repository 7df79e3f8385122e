// The revisions with a handshake: 2024-11-05 to 2025-11-25.
#include <gtest/gtest.h>

#include "tests/mcp_gateway/mcp/host.h"
#include "tests/mcp_gateway/mcp/sample.h"

namespace {

using nlohmann::json;

TEST(LegacyEra, TheHandshakeEchoesEverySupportedVersion) {
  for (const char* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    Host host(sample_options());
    EXPECT_EQ(host.initialize(version).at("protocolVersion"), version);
  }
}

TEST(LegacyEra, AnUnknownVersionIsAnsweredWithTheLatest) {
  Host host(sample_options());
  for (const char* version : {"1999-01-01", "2026-07-28", "", "2024-10-07"}) {
    EXPECT_EQ(host.initialize(version).at("protocolVersion"), "2025-11-25") << version;
  }
}

TEST(LegacyEra, TheHandshakeTellsWhoWeAreAndWhatWeCan) {
  Host host(sample_options());
  EXPECT_EQ(host.initialize(),
            (json{{"protocolVersion", "2025-11-25"},
                  {"serverInfo", {{"name", "sample"}, {"title", "Sample"}, {"version", "1.2.3"}}},
                  {"instructions", "Use with care."},
                  {"capabilities",
                   {{"tools", {{"listChanged", false}}},
                    {"resources", {{"subscribe", true}, {"listChanged", false}}},
                    {"prompts", {{"listChanged", false}}},
                    {"completions", json::object()},
                    {"logging", json::object()}}}}));
}

TEST(LegacyEra, TheHandshakeMayComeTwiceAndAfterDiscover) {
  Host host(sample_options());
  EXPECT_TRUE(host.modern("server/discover").contains("result"));
  EXPECT_EQ(host.initialize("2025-06-18").at("protocolVersion"), "2025-06-18");
  EXPECT_EQ(host.initialize("2024-11-05").at("protocolVersion"), "2024-11-05");
  EXPECT_TRUE(host.call("tools/list").contains("result"));
}

TEST(LegacyEra, AHandshakeWithoutAVersionIsRefused) {
  Host host(sample_options());
  EXPECT_EQ(host.call("initialize").at("error").at("code"), -32602);
  EXPECT_EQ(host.call("initialize", {{"protocolVersion", 7}}).at("error").at("code"), -32602);
  EXPECT_EQ(host.call("initialize", json::array()).at("error").at("code"), -32602);
}

TEST(LegacyEra, OnlyPingIsServedBeforeTheHandshake) {
  Host host(sample_options());
  EXPECT_EQ(host.call("ping").at("result"), json::object());
  EXPECT_EQ(host.call("tools/list").at("error").at("code"), -32602);
  EXPECT_EQ(host.call("no/such").at("error").at("code"), -32601);
}

TEST(LegacyEra, EmptyResultsAreExactlyEmpty) {
  Host host(sample_options());
  host.initialize();
  EXPECT_EQ(host.call("ping").at("result"), json::object());
  EXPECT_EQ(host.call("logging/setLevel", {{"level", "debug"}}).at("result"), json::object());
  const json orders = {{"uri", "trading://orders"}};
  EXPECT_EQ(host.call("resources/subscribe", orders).at("result"), json::object());
  EXPECT_EQ(host.call("resources/unsubscribe", orders).at("result"), json::object());
  EXPECT_EQ(host.call("logging/setLevel", {{"level", "loud"}}).at("error").at("code"), -32602);
}

TEST(LegacyEra, ResultsCarryNothingOfTheModernEra) {
  Host host(sample_options());
  host.initialize();
  for (const char* method :
       {"tools/list", "resources/list", "resources/templates/list", "prompts/list"}) {
    const json result = host.call(method).at("result");
    EXPECT_FALSE(result.contains("resultType")) << method;
    EXPECT_FALSE(result.contains("ttlMs")) << method;
    EXPECT_FALSE(result.contains("nextCursor")) << method;
    EXPECT_EQ(result.size(), 1U) << method;
  }
}

TEST(LegacyEra, ModernMethodsDoNotExist) {
  Host host(sample_options());
  host.initialize();
  EXPECT_EQ(
      host.call("subscriptions/listen", {{"notifications", json::object()}}).at("error").at("code"),
      -32601);
  EXPECT_EQ(host.call("server/discover").at("error").at("code"), -32602);
}

TEST(LegacyEra, IdsComeBackWithTheirType) {
  Host host(sample_options());
  for (const json& id : {json(0), json(""), json("a"), json(-5), json(9007199254740992)}) {
    host.request(id, "ping");
    const json reply = host.next();
    EXPECT_EQ(reply.at("id"), id);
    EXPECT_EQ(reply.at("id").type(), id.is_string()               ? json::value_t::string
                                     : id.get<std::int64_t>() < 0 ? json::value_t::number_integer
                                                                  : json::value_t::number_unsigned);
  }
}

TEST(LegacyEra, BadIdsAreRefusedWithoutAnId) {
  Host host(sample_options());
  for (const char* id : {"null", "1.5", "1.0", "true", "{}", "12345678901234567890123"}) {
    host.send(std::string(R"({"jsonrpc":"2.0","method":"ping","id":)") + id + "}");
    const json reply = host.next();
    EXPECT_EQ(reply.at("error").at("code"), -32600) << id;
    EXPECT_FALSE(reply.contains("id")) << id;
  }
}

TEST(LegacyEra, BatchesAreServedOnlyWhereTheyWereNegotiated) {
  Host host(sample_options());
  const std::string batch =
      R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},)"
      R"({"jsonrpc":"2.0","id":"2","method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}},)"
      R"({"jsonrpc":"2.0","id":3,"method":"initialize","params":{"protocolVersion":"2025-03-26"}},7])";
  host.send(batch);
  EXPECT_EQ(host.next().at("error").at("code"), -32600);
  host.initialize("2025-11-25");
  host.send(batch);
  EXPECT_EQ(host.next().at("error").at("code"), -32600);

  host.initialize("2025-03-26");
  host.send(batch);
  const json replies = host.next();
  ASSERT_EQ(replies.size(), 4U) << replies.dump();
  EXPECT_EQ(replies.at(0), (json{{"jsonrpc", "2.0"}, {"id", 1}, {"result", json::object()}}));
  EXPECT_EQ(replies.at(1).at("result").at("structuredContent"), (json{{"text", "hi"}}));
  EXPECT_EQ(replies.at(2).at("error").at("code"), -32600);
  EXPECT_EQ(replies.at(3).at("error").at("code"), -32600);

  host.send("[]");
  EXPECT_EQ(host.next().at("error").at("code"), -32600);
  host.send(R"([{"jsonrpc":"2.0","method":"notifications/x"}])");
  EXPECT_TRUE(host.is_silent());
}

TEST(LegacyEra, AServerOffersOnlyWhatItHas) {
  mcp::ServerOptions bare;
  bare.info.version = "0";
  Host host(std::move(bare));
  EXPECT_EQ(host.initialize().at("capabilities"), (json{{"logging", json::object()}}));
  for (const char* method : {"tools/list", "resources/list", "prompts/list", "prompts/get",
                             "resources/read", "resources/subscribe"}) {
    EXPECT_EQ(host.call(method).at("error").at("code"), -32601) << method;
  }
}

}  // namespace
