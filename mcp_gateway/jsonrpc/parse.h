#pragma once

// Text of one message -> JSON value, strict: RFC 8259 with valid UTF-8, no byte order mark, no
// nesting beyond kMaxDepth, no key twice in an object. NaN, Infinity and numbers beyond a double
// are syntax errors.
//
// An integer outside int64 would silently become a double. It becomes a value of type `binary`
// instead (a type no JSON text can otherwise yield) holding its digits, so every check of a type
// refuses it.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace jsonrpc {

inline constexpr std::size_t kMaxDepth = 64;

enum class ParseFault {
  kSyntax,        // not JSON, or not UTF-8
  kTooDeep,       // nested beyond kMaxDepth; found before the parser sees the text
  kDuplicateKey,  // an object names a key twice
};

struct ParseError {
  ParseFault fault;
  std::string detail;  // one sentence, holds none of the text
};

// Nothing on success, with the value in `out`; `out` is unspecified otherwise.
std::optional<ParseError> parse_text(std::string_view text, nlohmann::json& out);

}  // namespace jsonrpc
