#pragma once

// A JSON text as a tree in which numbers keep their own spelling: a price is read from the digits
// that the server sent, never through floating point. Strict: RFC 8259, UTF-8, no key twice, at
// most kMaxJsonDepth deep. Pure; safe on any bytes.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "trading/base/result.h"

namespace broker::smartapi {

inline constexpr std::size_t kMaxJsonDepth = 24;

struct Json {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;               // a string's contents, or a number as it was written
  std::vector<std::string> keys;  // of an object, one for each item
  std::vector<Json> items;        // of an array or an object

  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }
  [[nodiscard]] bool is_array() const { return kind == Kind::kArray; }
  [[nodiscard]] bool is_object() const { return kind == Kind::kObject; }
  [[nodiscard]] bool is_string() const { return kind == Kind::kString; }
  [[nodiscard]] bool is_number() const { return kind == Kind::kNumber; }
  [[nodiscard]] bool is_bool() const { return kind == Kind::kBool; }
  // Of an object; null when it is none or has no such key.
  [[nodiscard]] const Json* find(std::string_view key) const;
};

// JSON_INVALID: not JSON, cut off, too deep, or a key twice; the text itself is not repeated.
trading::Result<Json> parse_json(std::string_view bytes);

// Overwrites every text of the tree: replies that carried tokens.
void wipe(Json& value);

// The text as a JSON string with its quotes.
std::string json_string(std::string_view text);

}  // namespace broker::smartapi
