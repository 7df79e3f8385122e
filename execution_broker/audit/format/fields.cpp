#include "execution_broker/audit/format/fields.h"

#include "execution_broker/audit/format/digest.h"
#include "execution_broker/audit/format/record.h"

namespace audit_format {

void Fields::version() {
  if (integer("v", kVersion) != kVersion) fail("v");
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view key, std::int64_t least) {
  const trading::CanonicalJson* value = line_.find(key);
  if (value != nullptr && value->is_null()) return std::nullopt;
  return integer_of(value, key, least);
}

std::string Fields::text(std::string_view key, std::size_t most_bytes) {
  const trading::CanonicalJson* value = line_.find(key);
  const std::string* found = value == nullptr ? nullptr : value->if_string();
  if (found == nullptr || found->size() > most_bytes) {
    fail(key);
    return {};
  }
  return *found;
}

void Fields::hex(std::string_view key, std::span<std::uint8_t> out) {
  if (!from_hex(text(key, out.size() * 2), out)) fail(key);
}

std::string Fields::object_bytes(std::string_view key) {
  const trading::CanonicalJson* value = line_.find(key);
  if (value == nullptr || value->if_object() == nullptr) {
    fail(key);
    return {};
  }
  return value->write();
}

void Fields::expect_count(std::size_t fields) {
  const auto* members = line_.if_object();
  if (members == nullptr || members->size() != fields) fail("(number of fields)");
}

void Fields::fail(std::string_view key) {
  if (bad_.empty()) bad_ = std::string(key);
}

trading::Error Fields::error() const {
  return trading::make_error(
      "AUDIT_RECORD_INVALID", "field " + bad_ + " is missing, malformed or superfluous",
      "docs/audit_format.md names the fields of each line", trading::Retry::kNo, bad_);
}

const trading::CanonicalJson* Fields::inner(std::string_view outer, std::string_view key) {
  const trading::CanonicalJson* object = line_.find(outer);
  const auto* members = object == nullptr ? nullptr : object->if_object();
  if (members == nullptr || members->size() != 2)
    return nullptr;  // actor is the one nested object: role, uid
  return object->find(key);
}

std::string Fields::name_of(const trading::CanonicalJson* value, std::string_view key) {
  const std::string* found = value == nullptr ? nullptr : value->if_string();
  if (found == nullptr || !is_name(*found)) {
    fail(key);
    return {};
  }
  return *found;
}

std::int64_t Fields::integer_of(const trading::CanonicalJson* value, std::string_view key,
                                std::int64_t least) {
  const std::int64_t* found = value == nullptr ? nullptr : value->if_integer();
  if (found == nullptr || *found < least) {
    fail(key);
    return 0;
  }
  return *found;
}

}  // namespace audit_format
