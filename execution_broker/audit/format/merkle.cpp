#include "execution_broker/audit/format/merkle.h"

#include <algorithm>
#include <bit>

namespace audit_format {
namespace {

constexpr std::array<std::uint8_t, 1> kLeafPrefix = {0x00};

}  // namespace

Digest leaf_hash(std::string_view data) {
  return sha256(kLeafPrefix, data);
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 65> bytes{};
  bytes[0] = 0x01;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  return sha256(bytes, {});
}

void MerkleFrontier::add(const Digest& leaf) {
  Digest node = leaf;
  // As in binary counting: every trailing one bit of the old size is a full subtree that this leaf
  // completes.
  for (std::int64_t carry = size_; (carry & 1) != 0; carry >>= 1) {
    node = node_hash(subtrees_.back(), node);
    subtrees_.pop_back();
  }
  subtrees_.push_back(node);
  ++size_;
}

Digest MerkleFrontier::root() const {
  if (subtrees_.empty()) return sha256({}, {});
  Digest node = subtrees_.back();
  for (auto left = subtrees_.rbegin() + 1; left != subtrees_.rend(); ++left)
    node = node_hash(*left, node);
  return node;
}

std::vector<std::uint8_t> MerkleFrontier::bytes() const {
  std::vector<std::uint8_t> out;
  out.reserve(subtrees_.size() * sizeof(Digest));
  for (const Digest& subtree : subtrees_) out.insert(out.end(), subtree.begin(), subtree.end());
  return out;
}

std::optional<MerkleFrontier> MerkleFrontier::from_bytes(std::int64_t size,
                                                         std::span<const std::uint8_t> bytes) {
  if (size < 0) return std::nullopt;
  const auto count = static_cast<std::size_t>(std::popcount(static_cast<std::uint64_t>(size)));
  if (bytes.size() != count * sizeof(Digest)) return std::nullopt;
  MerkleFrontier frontier;
  frontier.size_ = size;
  for (std::size_t i = 0; i < count; ++i) {
    Digest subtree{};
    const auto part = bytes.subspan(i * sizeof(Digest), sizeof(Digest));
    std::copy(part.begin(), part.end(), subtree.begin());
    frontier.subtrees_.push_back(subtree);
  }
  return frontier;
}

}  // namespace audit_format
