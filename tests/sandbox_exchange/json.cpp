#include "tests/sandbox_exchange/json.h"

#include <nlohmann/json.hpp>

namespace sandbox {

using namespace trading;

Json number(Price price) {
  if (price.value() % kRupeeE4 == 0) return price.value() / kRupeeE4;
  return static_cast<double>(price.value()) / static_cast<double>(kRupeeE4);
}

Json rupees_of_paise(std::int64_t paise) { return number(Price(paise * 100)); }

std::string paise_text(std::int64_t paise) {
  const bool is_negative = paise < 0;
  const std::int64_t magnitude = is_negative ? -paise : paise;
  const std::string cents = std::to_string(magnitude % 100);
  return (is_negative ? "-" : "") + std::to_string(magnitude / 100) + "." +
         (cents.size() == 1 ? "0" : "") + cents;
}

std::string two_decimals(std::int64_t amount_e4) {
  return paise_text(divide(amount_e4, 100, Rounding::kHalfUp));
}

std::string text_at(const Json& object, std::string_view key) {
  if (!object.is_object()) return "";
  const auto found = object.find(std::string(key));
  if (found == object.end() || found->is_null()) return "";
  if (found->is_string()) return found->get<std::string>();
  return found->dump();
}

}  // namespace sandbox
