#include "execution_broker/exchange/smartapi/stream/order_stream.h"

#include <string.h>  // explicit_bzero

namespace broker::smartapi {

OrderStream::OrderStream(OrderStreamSetup setup)
    : setup_(std::move(setup)), loop_(setup_.socket, setup_.clock, make_owner()) {}

StreamOwner OrderStream::make_owner() {
  StreamOwner owner;
  owner.name = "order stream";
  owner.url = setup_.url;
  owner.headers = [this]() -> trading::Result<std::vector<SocketHeader>> {
    ASSIGN_OR_RETURN(StreamCredentials keys, setup_.credentials());
    std::string bearer = "Bearer " + std::string(keys.jwt.reveal());
    std::vector<SocketHeader> headers;
    headers.push_back({"Authorization", Secret(bearer)});
    explicit_bzero(bearer.data(), bearer.size());
    headers.push_back({"x-api-key", std::move(keys.api_key)});
    headers.push_back({"x-client-code", std::move(keys.client_code)});
    headers.push_back({"x-feed-token", std::move(keys.feed_token)});
    return headers;
  };
  owner.on_open = [this] { setup_.on_book_needed("the order stream opened"); };
  owner.on_text = [this](std::string_view text) {
    const auto update = read_order_message(text);
    if (!update) setup_.on_book_needed(update.error().what);
    else if (update->kind == OrderUpdate::Kind::kOrder) setup_.on_order(update->row);
  };
  // The service speaks text here; anything else may have been an order.
  owner.on_binary = [this](std::string_view) { setup_.on_book_needed("a message that is no text"); };
  owner.on_gap = [this](const std::string& why) { setup_.on_book_needed(why); };
  owner.on_refused = setup_.on_refused;
  return owner;
}

}  // namespace broker::smartapi
