#pragma once

// Reads a line's fields strictly: present, of their type, in their range, and none beside them. The
// first fault is kept; later reads return empty values.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "trading/base/canonical_json.h"
#include "trading/base/result.h"

namespace audit_format {

class Fields {
 public:
  explicit Fields(const trading::CanonicalJson& line) : line_(line) {}

  void version();
  std::string name(std::string_view key) { return name_of(line_.find(key), key); }
  std::string name(std::string_view outer, std::string_view key) {
    return name_of(inner(outer, key), key);
  }
  std::int64_t integer(std::string_view key, std::int64_t least) {
    return integer_of(line_.find(key), key, least);
  }
  std::int64_t integer(std::string_view outer, std::string_view key, std::int64_t least) {
    return integer_of(inner(outer, key), key, least);
  }
  std::optional<std::int64_t> optional_integer(std::string_view key,
                                               std::int64_t least);  // integer or null
  std::string text(std::string_view key, std::size_t most_bytes);
  void hex(std::string_view key, std::span<std::uint8_t> out);
  std::string object_bytes(std::string_view key);
  void expect_count(std::size_t fields);

  void fail(std::string_view key);
  [[nodiscard]] bool ok() const { return bad_.empty(); }
  [[nodiscard]] trading::Error error() const;

 private:
  const trading::CanonicalJson* inner(std::string_view outer, std::string_view key);
  std::string name_of(const trading::CanonicalJson* value, std::string_view key);
  std::int64_t integer_of(const trading::CanonicalJson* value, std::string_view key,
                          std::int64_t least);

  const trading::CanonicalJson& line_;
  std::string bad_;
};

}  // namespace audit_format
