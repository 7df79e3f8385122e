#include "mcp_gateway/jsonrpc/message.h"

#include <gtest/gtest.h>

#include <string>

#include "mcp_gateway/jsonrpc/parse.h"

namespace jsonrpc {
namespace {

using nlohmann::json;

Message read(const std::string& text) {
  json value;
  EXPECT_FALSE(parse_text(text, value));
  return read_message(std::move(value));
}

TEST(Message, KindsAreToldApart) {
  const struct {
    const char* text;
    MessageKind kind;
  } kCases[] = {
      {R"({"jsonrpc":"2.0","id":1,"method":"ping"})", MessageKind::kRequest},
      {R"({"jsonrpc":"2.0","id":"","method":"ping"})", MessageKind::kRequest},
      {R"({"jsonrpc":"2.0","id":0,"method":"ping","params":[]})", MessageKind::kRequest},
      {R"({"jsonrpc":"2.0","method":"notifications/x"})", MessageKind::kNotification},
      {R"({"jsonrpc":"2.0","id":1,"result":{}})", MessageKind::kResponse},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}})", MessageKind::kResponse},
      {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", MessageKind::kInvalid},
      {R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", MessageKind::kInvalid},
      {R"({"jsonrpc":"2.0","id":1.0,"method":"ping"})", MessageKind::kInvalid},
      {R"({"jsonrpc":"2.0","id":true,"method":"ping"})", MessageKind::kInvalid},
      {R"({"jsonrpc":"2.0","id":{},"method":"ping"})", MessageKind::kInvalid},
      {R"({"jsonrpc":"2.0","id":12345678901234567890123,"method":"ping"})", MessageKind::kInvalid},
      {R"({"jsonrpc":"1.0","id":1,"method":"ping"})", MessageKind::kInvalid},
      {R"({"id":1,"method":"ping"})", MessageKind::kInvalid},
      {R"({"jsonrpc":"2.0","id":1})", MessageKind::kInvalid},
      {R"({"jsonrpc":"2.0","id":1,"method":7})", MessageKind::kInvalid},
      {R"("ping")", MessageKind::kInvalid},
      {R"(1)", MessageKind::kInvalid},
  };
  for (const auto& it : kCases) EXPECT_EQ(read(it.text).kind, it.kind) << it.text;
}

TEST(Message, IdsKeepTheirTypeAndValue) {
  for (const char* id : {"0", "-1", "9007199254740992", "9223372036854775807", "\"\"", "\"1\"",
                         "\"a\\\"b\\\\c\\n\\u0001\""}) {
    const auto message = read(std::string(R"({"jsonrpc":"2.0","method":"ping","id":)") + id + "}");
    ASSERT_TRUE(message.id) << id;
    EXPECT_EQ(json::parse(id_text(*message.id)), json::parse(id)) << id;
  }
}

TEST(Message, AnInvalidMessageKeepsTheIdThatCouldBeRead) {
  EXPECT_EQ(read(R"({"jsonrpc":"2.0","id":7})").id, RequestId(std::int64_t{7}));
  EXPECT_FALSE(read(R"({"jsonrpc":"2.0","id":null,"method":"ping"})").id);
}

TEST(Message, QuotedTextIsValidJson) {
  const std::string text = "plain \"quoted\" back\\slash \n\r\t\x01\x1f\x7f \xE2\x82\xB9";
  EXPECT_EQ(json::parse(quote(text)), json(text));
}

TEST(Message, ClippedTextEndsBetweenCodePoints) {
  EXPECT_EQ(clipped("short"), "short");
  EXPECT_EQ(clipped("abcdef", 3), "abc");
  EXPECT_EQ(clipped("a\xE2\x82\xB9z", 3), "a");
  EXPECT_EQ(clipped("a\xE2\x82\xB9z", 4), "a\xE2\x82\xB9");
}

TEST(Message, LinesAreWholeMessages) {
  const RequestId text = std::string("a");
  const RequestId number = std::int64_t{1};
  EXPECT_EQ(result_line(text, "{}"), R"({"jsonrpc":"2.0","id":"a","result":{}})");
  EXPECT_EQ(error_line(std::nullopt, kParseError, "no", ""),
            R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}})");
  EXPECT_EQ(
      error_line(number, -32602, "no", "{\"uri\":\"x\"}"),
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no","data":{"uri":"x"}}})");
  EXPECT_EQ(notification_line("notifications/x", "{}"),
            R"({"jsonrpc":"2.0","method":"notifications/x","params":{}})");
}

TEST(Message, BytesThatAreNotUtf8DoNotStopAReply) {
  EXPECT_EQ(to_text(json("a\xFFz")), "\"a\xEF\xBF\xBDz\"");
}

}  // namespace
}  // namespace jsonrpc
