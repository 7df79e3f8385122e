#include "execution_broker/exchange/smartapi/wire/stream_messages.h"

#include <algorithm>
#include <map>

#include "execution_broker/exchange/smartapi/wire/fields.h"
#include "trading/base/text.h"

namespace broker::smartapi {

std::vector<std::string> subscription_messages(bool subscribe, StreamMode mode,
                                               const std::vector<StreamToken>& tokens) {
  std::vector<std::string> messages;
  for (std::size_t begin = 0; begin < tokens.size(); begin += kTokensAMessage) {
    std::map<int, std::string> by_exchange;
    const std::size_t end = std::min(begin + kTokensAMessage, tokens.size());
    for (std::size_t i = begin; i < end; ++i) {
      std::string& list = by_exchange[static_cast<int>(tokens[i].exchange)];
      list += (list.empty() ? "" : ",") + json_string(tokens[i].token);
    }
    std::string lists;
    for (const auto& [exchange, list] : by_exchange)
      lists += std::string(lists.empty() ? "" : ",") +
               "{\"exchangeType\":" + std::to_string(exchange) + ",\"tokens\":[" + list + "]}";
    messages.push_back("{\"action\":" + std::string(subscribe ? "1" : "0") +
                       ",\"params\":{\"mode\":" + std::to_string(static_cast<int>(mode)) +
                       ",\"tokenList\":[" + lists + "]}}");
  }
  return messages;
}

StreamText read_stream_text(std::string_view text) {
  StreamText out;
  if (text == "pong") {
    out.kind = StreamText::Kind::kHeartbeat;
    return out;
  }
  const auto body = parse_json(text);
  if (!body || !body->is_object()) {
    out.message = trading::quoted(text);
    return out;
  }
  FieldReader fields(*body);
  out.code = fields.text_or_empty("errorCode");
  out.message = trading::quoted(fields.text_or_empty("errorMessage"));
  out.kind = out.code.empty() ? StreamText::Kind::kOther : StreamText::Kind::kError;
  return out;
}

}  // namespace broker::smartapi
