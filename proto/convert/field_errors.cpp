#include "proto/convert/field_errors.h"

#include <algorithm>

namespace wire {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

}  // namespace

void FieldErrors::add(std::string_view field, std::string what) {
  if (std::find(fields_.begin(), fields_.end(), field) == fields_.end())
    fields_.emplace_back(field);
  whats_.push_back(std::string(field) + " " + std::move(what));
}

trading::Error FieldErrors::error() const {
  return trading::make_error(
      "INVALID_ARGUMENT", joined(whats_, "; "),
      whats_.size() == 1 ? "correct it and send again" : "correct all of them and send again",
      trading::Retry::kNo, joined(fields_, ","));
}

trading::Status FieldErrors::status() const {
  if (empty()) return {};
  return error();
}

}  // namespace wire
