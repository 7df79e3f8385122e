#include "execution_broker/risk/nearest_word.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace broker::risk {

namespace {

constexpr std::size_t kMaxLength = 64;
// A candidate that is longer by as many characters as edits are allowed is not looked at.
constexpr std::size_t kMaxCandidate = kMaxLength + kMaxLength / 3;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The edits between the words, or any number above `most` as soon as it is certain that there are
// more. A file of wrong names asks this for each name and each setting: what differs much in
// length costs nothing, what shares nothing a few rows.
std::size_t edits_up_to(std::size_t most, std::string_view a, std::string_view b) {
  const std::size_t apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (apart > most) return apart;
  std::array<std::size_t, kMaxCandidate + 1> row;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
      least = std::min(least, row[j]);
    }
    if (least > most) return least;
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > kMaxLength) return "";
  std::string_view best;
  std::size_t best_edits = word.size() / 3 + 1;
  for (const std::string_view candidate : candidates) {
    if (best_edits == 0) break;
    const std::size_t edits = edits_up_to(best_edits - 1, word, candidate);
    if (edits < best_edits) {
      best_edits = edits;
      best = candidate;
    }
  }
  return std::string(best);
}

}  // namespace broker::risk
