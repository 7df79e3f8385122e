#pragma once

// Canonical JSON: the one spelling of a value, so that equal values have equal bytes. Signed
// orders, audit bodies and the canonical ledger export are written with it.
//
// The subset of RFC 8785 (JSON Canonicalization Scheme) without fractions:
//   value    null | true | false | integer | string | array | object
//   integer  -?(0|[1-9][0-9]*), never -0, within +-(2^53 - 1); larger ones are the caller's to
//            write as strings
//   string   UTF-8 as it is; only " \ and control characters are escaped: \" \\ \b \t \n \f \r,
//            the others as \u00xx in lower case
//   object   keys unique and ascending by UTF-16 code units
// without any whitespace, nested at most 32 deep.
//
// The parser takes exactly these bytes: write(parse(bytes)) == bytes, everything else is
// CANONICAL_JSON_INVALID.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "trading/base/result.h"

namespace trading {

// Is this well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF)?
bool is_valid_utf8(std::string_view text);
// The text with every malformed byte replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

class CanonicalJson {
 public:
  struct Member;
  using Array = std::vector<CanonicalJson>;
  using Object = std::vector<Member>;  // sorted by key, keys unique

  static constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;
  static constexpr std::size_t kMaxDepth = 32;
  static constexpr std::size_t kDefaultMaxBytes = 1U << 20;

  // Implicit, so that a body reads as a list of its fields. Malformed UTF-8 in a text becomes
  // U+FFFD.
  CanonicalJson();                         // null
  CanonicalJson(std::nullptr_t);           // NOLINT
  CanonicalJson(std::string_view text);    // NOLINT
  CanonicalJson(const std::string& text);  // NOLINT
  CanonicalJson(const char* text);         // NOLINT
  template <typename T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0>
  CanonicalJson(T value);  // NOLINT
  template <typename T,
            std::enable_if_t<
                std::is_integral_v<T> && std::is_signed_v<T> && !std::is_same_v<T, char>, int> = 0>
  CanonicalJson(T value);  // NOLINT: as integer() below

  ~CanonicalJson();
  CanonicalJson(const CanonicalJson& other);
  CanonicalJson(CanonicalJson&& other) noexcept;
  CanonicalJson& operator=(const CanonicalJson& other);
  CanonicalJson& operator=(CanonicalJson&& other) noexcept;

  // Aborts outside +-kMaxInteger: amounts that may be larger go through integer_as_string.
  static CanonicalJson integer(std::int64_t value);
  // Always a string, whatever the size: a field's type must not depend on its value.
  static CanonicalJson integer_as_string(std::int64_t value);
  static CanonicalJson array();
  static CanonicalJson array(Array items);
  // Sorted here; a key given twice aborts.
  static CanonicalJson object();
  static CanonicalJson object(std::initializer_list<Member> members);

  // Of an object: sets the field, replacing what stood there. Of an array: appends. Abort on
  // another kind of value.
  CanonicalJson& set(std::string_view key, CanonicalJson value);
  CanonicalJson& push_back(CanonicalJson value);

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  // The value if it is of that kind, otherwise null.
  [[nodiscard]] const bool* if_bool() const { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::int64_t* if_integer() const {
    return std::get_if<std::int64_t>(&value_);
  }
  [[nodiscard]] const std::string* if_string() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Array* if_array() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const Object* if_object() const { return std::get_if<Object>(&value_); }

  // Field of an object; null when this is no object or has no such field.
  [[nodiscard]] const CanonicalJson* find(std::string_view key) const;
  // Fields that must be there with that type: CANONICAL_JSON_FIELD names the key otherwise.
  [[nodiscard]] Result<std::int64_t> integer_at(std::string_view key) const;
  [[nodiscard]] Result<std::string> string_at(std::string_view key) const;
  [[nodiscard]] Result<bool> bool_at(std::string_view key) const;

  // Levels of arrays and objects: 0 for a scalar. A tree built from somebody else's structure is
  // checked against kMaxDepth before it is written.
  [[nodiscard]] std::size_t depth() const;
  // The canonical bytes. Aborts when deeper than kMaxDepth.
  [[nodiscard]] std::string write() const;
  static Result<CanonicalJson> parse(std::string_view bytes,
                                     std::size_t max_bytes = kDefaultMaxBytes);

  friend bool operator==(const CanonicalJson& a, const CanonicalJson& b);

 private:
  using Value = std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object>;
  explicit CanonicalJson(Value value);

  Value value_;
};

struct CanonicalJson::Member {
  std::string key;
  CanonicalJson value;
  friend bool operator==(const Member& a, const Member& b) {
    return a.key == b.key && a.value == b.value;
  }
};

template <typename T, std::enable_if_t<std::is_same_v<T, bool>, int>>
CanonicalJson::CanonicalJson(T value) : value_(value) {}
template <
    typename T,
    std::enable_if_t<std::is_integral_v<T> && std::is_signed_v<T> && !std::is_same_v<T, char>, int>>
CanonicalJson::CanonicalJson(T value) : CanonicalJson(integer(value)) {}

}  // namespace trading
