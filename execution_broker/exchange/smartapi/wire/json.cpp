#include "execution_broker/exchange/smartapi/wire/json.h"

#include <string.h>  // explicit_bzero

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "trading/base/canonical_json.h"

namespace broker::smartapi {

namespace {

// Builds the tree from the parser's events; the open containers stand in `open_`, innermost last.
// Pointers stay valid: a container does not grow while one of its items is open.
class TreeBuilder {
 public:
  explicit TreeBuilder(Json& root) : root_(root) {}
  [[nodiscard]] const std::string& fault() const { return fault_; }

  bool null() { return put({}); }
  bool boolean(bool value) {
    Json item;
    item.kind = Json::Kind::kBool;
    item.boolean = value;
    return put(std::move(item));
  }
  bool number_integer(std::int64_t value) { return put_number(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return put_number(std::to_string(value)); }
  bool number_float(double, const std::string& text) { return put_number(text); }
  bool string(std::string& text) {
    Json item;
    item.kind = Json::Kind::kString;
    item.text = std::move(text);
    return put(std::move(item));
  }
  bool binary(nlohmann::json::binary_t&) { return fail("holds a value that JSON does not have"); }
  bool start_object(std::size_t) { return open(Json::Kind::kObject); }
  bool start_array(std::size_t) { return open(Json::Kind::kArray); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    Json& object = *open_.back();
    for (const std::string& known : object.keys)
      if (known == name) return fail("names a key twice");
    object.keys.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    return fail("is not JSON from byte " + std::to_string(position) + " on, or ends too early");
  }

 private:
  bool fail(std::string why) {
    fault_ = std::move(why);
    return false;
  }
  Json* place(Json&& item) {
    if (open_.empty()) {
      root_ = std::move(item);
      return &root_;
    }
    open_.back()->items.push_back(std::move(item));
    return &open_.back()->items.back();
  }
  bool put(Json&& item) {
    place(std::move(item));
    return true;
  }
  bool put_number(std::string text) {
    Json item;
    item.kind = Json::Kind::kNumber;
    item.text = std::move(text);
    return put(std::move(item));
  }
  bool open(Json::Kind kind) {
    if (open_.size() == kMaxJsonDepth) return fail("is nested too deep");
    Json item;
    item.kind = kind;
    open_.push_back(place(std::move(item)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  Json& root_;
  std::vector<Json*> open_;
  std::string fault_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  if (kind != Kind::kObject) return nullptr;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i] == key) return &items[i];
  return nullptr;
}

trading::Result<Json> parse_json(std::string_view bytes) {
  Json root;
  TreeBuilder builder(root);
  if (nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &builder)) return root;
  return trading::make_error(
      "JSON_INVALID", "the body " + (builder.fault().empty() ? "is not JSON" : builder.fault()),
      "read it again");
}

void wipe(Json& value) {
  if (!value.text.empty()) explicit_bzero(value.text.data(), value.text.size());
  value.text.clear();
  for (Json& item : value.items) wipe(item);
}

std::string json_string(std::string_view text) {
  return trading::CanonicalJson(text).write();
}

}  // namespace broker::smartapi
