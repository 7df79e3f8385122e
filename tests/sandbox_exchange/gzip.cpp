#include "tests/sandbox_exchange/gzip.h"

#include <cstdint>

namespace sandbox {

namespace {

std::uint32_t crc32_of(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

void append(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

}  // namespace

std::string gzipped(std::string_view text) {
  std::string out("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
  std::string_view rest = text;
  do {
    const std::string_view block = rest.substr(0, 0xFFFF);
    rest.remove_prefix(block.size());
    out += rest.empty() ? '\x01' : '\x00';  // last block, stored
    append(out, static_cast<std::uint32_t>(block.size()), 2);
    append(out, ~static_cast<std::uint32_t>(block.size()) & 0xFFFF, 2);
    out += block;
  } while (!rest.empty());
  append(out, crc32_of(text), 4);
  append(out, static_cast<std::uint32_t>(text.size()), 4);
  return out;
}

}  // namespace sandbox
