#pragma once

// The amounts of the trade, as distinct integer types.
//   Money    whole paise: what a contract note, a bank or a limit speaks in
//   Price    1/10,000 rupee for one share; checked against the instrument's tick where it enters
//   Accrual  1/10,000 rupee: ledger amounts and charges before the contract note rounds them
//   Quantity shares, signed where it is a position (negative = short)
//   Bps      1/100 percent
// None converts to another in silence; products and roundings are the named functions below.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "trading/base/checked.h"
#include "trading/base/result.h"

namespace trading {

// CRTP of the additive integer types: +, -, comparison, nothing else.
template <typename Self>
class Amount {
 public:
  constexpr Amount() = default;
  constexpr explicit Amount(std::int64_t value) : value_(value) {}
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  [[nodiscard]] constexpr bool is_zero() const { return value_ == 0; }
  [[nodiscard]] constexpr bool is_positive() const { return value_ > 0; }
  [[nodiscard]] constexpr bool is_negative() const { return value_ < 0; }
  friend Self operator+(Self a, Self b) { return Self(checked_add(a.value(), b.value())); }
  friend Self operator-(Self a, Self b) { return Self(checked_sub(a.value(), b.value())); }
  friend Self operator-(Self a) { return Self(checked_sub(0, a.value())); }
  friend Self& operator+=(Self& a, Self b) { return a = a + b; }
  friend Self& operator-=(Self& a, Self b) { return a = a - b; }
  friend constexpr bool operator==(Self a, Self b) { return a.value() == b.value(); }
  friend constexpr std::strong_ordering operator<=>(Self a, Self b) { return a.value() <=> b.value(); }

 private:
  std::int64_t value_ = 0;
};

struct Quantity : Amount<Quantity> {
  using Amount::Amount;
};
struct Bps : Amount<Bps> {
  using Amount::Amount;
};

struct Accrual;

struct Money : Amount<Money> {  // paise
  using Amount::Amount;
  static Result<Money> parse_rupees(std::string_view text);
  [[nodiscard]] Accrual accrual() const;
  [[nodiscard]] std::string rupees() const;  // "1234.50", for JSON
};

struct Accrual : Amount<Accrual> {  // 1/10,000 rupee
  using Amount::Amount;
  [[nodiscard]] Money money(Rounding rounding) const { return Money(divide(value(), 100, rounding)); }
  [[nodiscard]] std::string rupees() const;  // "1234.5067", for JSON
};

struct Price : Amount<Price> {  // 1/10,000 rupee a share
  using Amount::Amount;
  static Result<Price> parse_rupees(std::string_view text);
  [[nodiscard]] std::string rupees() const;  // "1234.05", for JSON
  [[nodiscard]] bool is_on_tick(Price tick) const { return tick.value() > 0 && value() % tick.value() == 0; }
  [[nodiscard]] Price floor_to(Price tick) const;  // largest multiple of tick not above; tick > 0
  [[nodiscard]] Price ceil_to(Price tick) const;   // smallest multiple of tick not below
};

// The one way from the doubles of indicators back to a price: rounded half away from zero to 1/10,000 rupee.
// Errors with PRICE_NOT_FINITE when the value is not a finite, representable number.
Result<Price> price_from_double(double rupees);

inline Accrual value_of(Price price, Quantity quantity) {
  return Accrual(checked_mul(price.value(), quantity.value()));
}
inline Quantity abs(Quantity quantity) { return quantity.is_negative() ? -quantity : quantity; }
inline Accrual abs(Accrual amount) { return amount.is_negative() ? -amount : amount; }
inline Price abs(Price price) { return price.is_negative() ? -price : price; }
inline Accrual part_of(Accrual amount, Bps bps, Rounding rounding) {
  return Accrual(mul_div(amount.value(), bps.value(), 10'000, rounding));
}
inline Price part_of(Price price, Bps bps, Rounding rounding) {
  return Price(mul_div(price.value(), bps.value(), 10'000, rounding));
}

inline constexpr std::int64_t kRupeeE4 = 10'000;

}  // namespace trading
