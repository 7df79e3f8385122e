#include "trading/base/money.h"

#include <cmath>

#include "trading/base/decimal.h"

namespace trading {

Result<Money> Money::parse_rupees(std::string_view text) {
  ASSIGN_OR_RETURN(const std::int64_t paise, parse_decimal(text, 2));
  return Money(paise);
}

Accrual Money::accrual() const { return Accrual(checked_mul(value(), 100)); }
std::string Money::rupees() const { return format_decimal(value(), 2, 2); }
std::string Accrual::rupees() const { return format_decimal(value(), 4, 2); }

Result<Price> Price::parse_rupees(std::string_view text) {
  ASSIGN_OR_RETURN(const std::int64_t e4, parse_decimal(text, 4));
  return Price(e4);
}
std::string Price::rupees() const { return format_decimal(value(), 4, 2); }

Price Price::floor_to(Price tick) const {
  return Price(checked_mul(divide(value(), tick.value(), Rounding::kFloor), tick.value()));
}
Price Price::ceil_to(Price tick) const { return -((-*this).floor_to(tick)); }

Result<Price> price_from_double(double rupees) {
  const double scaled = rupees * 10'000.0;
  if (!std::isfinite(scaled) || std::fabs(scaled) > 9.0e17)
    return make_error("PRICE_NOT_FINITE", "the computed price is not a finite number", "check the inputs of the computation");
  return Price(std::llround(scaled));
}

}  // namespace trading
