#pragma once

// Collects what is wrong with a message, so that a caller hears of all bad fields at once.

#include <string>
#include <string_view>
#include <vector>

#include "trading/base/result.h"

namespace wire {

class FieldErrors {
 public:
  // `what` is a sentence about the field: "must be more than 0, not -5".
  void add(std::string_view field, std::string what);
  void require(bool holds, std::string_view field, std::string what) {
    if (!holds) add(field, std::move(what));
  }
  [[nodiscard]] bool empty() const { return fields_.empty(); }
  // INVALID_ARGUMENT that names every bad field; its `field` is the names, separated by commas.
  [[nodiscard]] trading::Error error() const;
  // ok, or error().
  [[nodiscard]] trading::Status status() const;

 private:
  std::vector<std::string> fields_;
  std::vector<std::string> whats_;
};

}  // namespace wire
