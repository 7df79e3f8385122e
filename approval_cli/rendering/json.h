#pragma once

// The one JSON object of --json, written field by field in the order of the calls. Amounts are
// printed from their integers, never through floating point; text is cleaned as for the terminal.

#include <cstdint>
#include <string>
#include <string_view>

#include "trading/base/canonical_json.h"

namespace approval_cli {

class JsonArray;

class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value);
  // Empty = null: the wire has no other word for "there is none".
  JsonObject& text_or_null(std::string_view key, std::string_view value);
  JsonObject& integer(std::string_view key, std::int64_t value);
  JsonObject& rupees(std::string_view key, std::int64_t amount_e4);
  JsonObject& boolean(std::string_view key, bool value);
  JsonObject& null(std::string_view key);
  // Market time as ISO text in IST; 0 = null.
  JsonObject& time(std::string_view key, std::int64_t us);
  JsonObject& object(std::string_view key, const JsonObject& value);
  JsonObject& array(std::string_view key, const JsonArray& value);
  JsonObject& value(std::string_view key, const trading::CanonicalJson& value);
  [[nodiscard]] std::string write() const { return "{" + fields_ + "}"; }

 private:
  JsonObject& field(std::string_view key, std::string_view written);
  std::string fields_;
};

class JsonArray {
 public:
  JsonArray& text(std::string_view value);
  JsonArray& object(const JsonObject& value);
  JsonArray& value(const trading::CanonicalJson& value);
  template <typename Texts>
  static JsonArray of_texts(const Texts& texts) {
    JsonArray array;
    for (const auto& one : texts) array.text(one);
    return array;
  }
  [[nodiscard]] std::string write() const { return "[" + items_ + "]"; }

 private:
  JsonArray& item(std::string_view written);
  std::string items_;
};

}  // namespace approval_cli
