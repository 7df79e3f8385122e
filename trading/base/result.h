#pragma once

// Expected failures are values. A function that can fail for a reason outside the program returns Result<T>;
// callers join them by early return (RETURN_IF_ERROR, ASSIGN_OR_RETURN).

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace trading {

// May the caller send the same request again?
enum class Retry {
  kSafe,         // nothing happened; the same request may be sent again
  kVerifyFirst,  // the outcome is not known; look before sending again
  kNo,           // the same request will be refused again
};

// What went wrong and what to do about it. `code` is stable and UPPER_SNAKE (scripts branch on it), `what` names
// the value and the limit, `fix` is the next step in words.
struct Error {
  std::string code;
  std::string what;
  std::string fix;
  Retry retry = Retry::kNo;
  std::string field;  // the argument or setting at fault, empty when none

  // One line for terminals and logs: CODE: what; fix
  [[nodiscard]] std::string text() const { return fix.empty() ? code + ": " + what : code + ": " + what + "; " + fix; }
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}  // NOLINT: implicit by design
};

using Status = Result<void>;

inline Error make_error(std::string code, std::string what, std::string fix = "", Retry retry = Retry::kNo,
                        std::string field = "") {
  return Error{std::move(code), std::move(what), std::move(fix), retry, std::move(field)};
}

}  // namespace trading

#define TRADING_JOIN_INNER(a, b) a##b
#define TRADING_JOIN(a, b) TRADING_JOIN_INNER(a, b)

#define RETURN_IF_ERROR(expression)                                     \
  do {                                                                  \
    auto status_of_expression = (expression);                           \
    if (!status_of_expression) return std::move(status_of_expression.error()); \
  } while (false)

#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_NAMED(TRADING_JOIN(result_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_NAMED(name, declaration, expression) \
  auto name = (expression);                                   \
  if (!name) return std::move(name.error());                  \
  declaration = std::move(*name)
