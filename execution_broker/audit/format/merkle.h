#pragma once

// The Merkle tree of RFC 6962 section 2.1 over the records of one ledger, kept as its frontier: the
// roots of the perfect subtrees that the leaves so far fill, largest first. Adding a leaf is O(1)
// on average, a root O(log n).
//
// A leaf's data are the record's core bytes; its leaf hash SHA-256(0x00 || data) is the record's
// `hash` itself. An inner node is SHA-256(0x01 || left || right). The root of an empty tree is
// SHA-256 of nothing.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "execution_broker/audit/format/digest.h"

namespace audit_format {

Digest leaf_hash(std::string_view data);
Digest node_hash(const Digest& left, const Digest& right);

class MerkleFrontier {
 public:
  void add(const Digest& leaf);
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] Digest root() const;

  // Bytes for keeping: the subtree roots one after the other; how many there are follows from the
  // size.
  [[nodiscard]] std::vector<std::uint8_t> bytes() const;
  static std::optional<MerkleFrontier> from_bytes(std::int64_t size,
                                                  std::span<const std::uint8_t> bytes);

 private:
  std::int64_t size_ = 0;
  std::vector<Digest> subtrees_;  // one for each set bit of size_, highest bit first
};

}  // namespace audit_format
