#pragma once

// Hashes, identities and their hexadecimal text.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace audit_format {

using Digest = std::array<std::uint8_t, 32>;  // SHA-256
using Salt = std::array<std::uint8_t, 16>;

// SHA-256 over the parts, one after the other.
Digest sha256(std::span<const std::uint8_t> first, std::string_view second);

std::string to_hex(std::span<const std::uint8_t> bytes);  // lower case
// Exactly out.size() * 2 lower-case digits, or false.
bool from_hex(std::string_view text, std::span<std::uint8_t> out);

// 16 random bytes: a record's salt, and as hex a boot or ledger id.
Salt random_salt();
std::string random_id();

}  // namespace audit_format
