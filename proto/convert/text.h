#pragma once

// Text that crosses a door: what is let in, and how it is made harmless on the way out.

#include <cstddef>
#include <string>
#include <string_view>

namespace wire {

inline constexpr std::size_t kMaxSymbolLength = 32;
inline constexpr std::size_t kMaxRequestIdLength = 64;
inline constexpr std::size_t kMaxStrategyLength = 40;
inline constexpr std::size_t kMaxOrderIdLength = 32;

// A-Z 0-9 & - _ . * as the exchange spells symbols ("M&M", "BAJAJ-AUTO", "NIFTY_MID"), upper case,
// not empty.
bool is_symbol(std::string_view text);
// A-Z a-z 0-9 . _ : - and not empty.
bool is_request_id(std::string_view text);
// A-Z a-z 0-9 - and not empty: "P-000001".
bool is_order_id(std::string_view text);
// Printable ASCII (space to tilde); empty is printable.
bool is_printable(std::string_view text);

// `text` as valid UTF-8 without control characters, at most `max_bytes` long, cut between
// characters. What was not text becomes '?': protobuf refuses to parse a string that is not UTF-8,
// and one bad byte must not cost an answer.
std::string clean_text(std::string_view text, std::size_t max_bytes);

// For messages about a bad value: quoted, cleaned, at most 40 bytes.
std::string quoted(std::string_view text);

}  // namespace wire
