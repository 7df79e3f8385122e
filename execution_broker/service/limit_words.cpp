#include "execution_broker/service/limit_words.h"

#include "proto/convert/field_errors.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::size_t kMaxLimits = 64;
constexpr std::size_t kMaxLength = 64;  // of a key, of a value

}  // namespace

trading::Result<std::map<std::string, std::string>> limit_values_of(
    const char* field, const google::protobuf::Map<std::string, std::string>& values) {
  wire::FieldErrors errors;
  errors.require(!values.empty() && values.size() <= kMaxLimits, field, "must name 1 to 64 limits");
  const auto is_word = [](const std::string& text) {
    return !text.empty() && text.size() <= kMaxLength && wire::is_printable(text);
  };
  for (const auto& [key, value] : values) {
    errors.require(is_word(key), field,
                   "has a key that is no name of a limit: " + wire::quoted(key));
    errors.require(is_word(value), field,
                   "has a value of " + wire::quoted(key) + " that is no number: " + wire::quoted(value));
  }
  RETURN_IF_ERROR(errors.status());
  return std::map<std::string, std::string>(values.begin(), values.end());
}

}  // namespace broker
