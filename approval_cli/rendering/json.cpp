#include "approval_cli/rendering/json.h"

#include "approval_cli/rendering/plain_text.h"
#include "trading/base/decimal.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

using trading::CanonicalJson;

std::string quoted(std::string_view text) {
  return CanonicalJson(plain(text)).write();
}

// The value with every text in it cleaned: a body is the agent's words as often as not.
CanonicalJson cleaned(const CanonicalJson& value) {
  if (const std::string* text = value.if_string()) return CanonicalJson(plain(*text));
  if (const CanonicalJson::Array* items = value.if_array()) {
    CanonicalJson out = CanonicalJson::array();
    for (const CanonicalJson& item : *items) out.push_back(cleaned(item));
    return out;
  }
  if (const CanonicalJson::Object* members = value.if_object()) {
    CanonicalJson out = CanonicalJson::object();
    for (const CanonicalJson::Member& member : *members)
      out.set(plain(member.key), cleaned(member.value));
    return out;
  }
  return value;
}

}  // namespace

JsonObject& JsonObject::field(std::string_view key, std::string_view written) {
  fields_ += fields_.empty() ? "" : ",";
  fields_ += quoted(key) + ":";
  fields_ += written;
  return *this;
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
  return field(key, quoted(value));
}
JsonObject& JsonObject::text_or_null(std::string_view key, std::string_view value) {
  return value.empty() ? null(key) : text(key, value);
}
JsonObject& JsonObject::integer(std::string_view key, std::int64_t value) {
  return field(key, std::to_string(value));
}
JsonObject& JsonObject::rupees(std::string_view key, std::int64_t amount_e4) {
  return field(key, trading::format_decimal(amount_e4, 4));
}
JsonObject& JsonObject::boolean(std::string_view key, bool value) {
  return field(key, value ? "true" : "false");
}
JsonObject& JsonObject::null(std::string_view key) {
  return field(key, "null");
}
JsonObject& JsonObject::time(std::string_view key, std::int64_t us) {
  return us == 0 ? null(key) : text(key, trading::format_ist({us}));
}
JsonObject& JsonObject::object(std::string_view key, const JsonObject& value) {
  return field(key, value.write());
}
JsonObject& JsonObject::array(std::string_view key, const JsonArray& value) {
  return field(key, value.write());
}
JsonObject& JsonObject::value(std::string_view key, const CanonicalJson& value) {
  return field(key, cleaned(value).write());
}

JsonArray& JsonArray::item(std::string_view written) {
  items_ += items_.empty() ? "" : ",";
  items_ += written;
  return *this;
}
JsonArray& JsonArray::text(std::string_view value) {
  return item(quoted(value));
}
JsonArray& JsonArray::object(const JsonObject& value) {
  return item(value.write());
}
JsonArray& JsonArray::value(const CanonicalJson& value) {
  return item(cleaned(value).write());
}

}  // namespace approval_cli
