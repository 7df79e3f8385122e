#pragma once

// Names of enumerators: one table an enum, from which both name_of() and parse_...() are made.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "trading/base/invariant.h"
#include "trading/base/result.h"
#include "trading/base/text.h"

namespace trading {

template <typename Enum>
struct NameRow {
  Enum value;
  std::string_view name;
};

// A value that is not in its table is a cast gone wrong: it aborts.
template <typename Enum, std::size_t N>
std::string_view name_in(const std::array<NameRow<Enum>, N>& table, Enum value) {
  for (const NameRow<Enum>& row : table)
    if (row.value == value) return row.name;
  INVARIANT(false, "enumerator without a name");
}

// Exact spelling only; `code` and `field` go into the error, whose fix lists the names.
template <typename Enum, std::size_t N>
Result<Enum> parse_in(const std::array<NameRow<Enum>, N>& table, std::string_view text,
                      std::string_view code, std::string_view field) {
  std::string allowed;
  for (const NameRow<Enum>& row : table) {
    if (row.name == text) return row.value;
    allowed += (allowed.empty() ? "" : ", ") + std::string(row.name);
  }
  return make_error(std::string(code), std::string(field) + " " + quoted(text) + " is not known",
                    "use one of " + allowed, Retry::kNo, std::string(field));
}

}  // namespace trading
