// Mutations of text that keep its shape: what is read here is text of words, numbers and separators
// (JSON, CSV, KEY=value), and of bytes changed at random nearly all end at the first check of the
// syntax. Half of the mutations are these, the other half the fuzzer's own on bytes. One in four
// starts from a seed again (a file of the folder FUZZ_SEEDS): the corpus soon holds thousands of
// short broken inputs, among which the well-formed ones would have no turn.
//
//   word     a run of letters, digits and _ . + -
//   segment  what stands between two separators, with the separator that ends it

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed);

namespace {

using Dice = std::minstd_rand;

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Edges of the ranges that parsers have.
constexpr std::array<std::string_view, 22> kNumbers = {
    "0", "1", "-1", "2", "7", "10", "99", "0.5", "0.0001", "0.00001", "1e5", "4096", "65536",
    "100000000", "2147483648", "9007199254740991", "9007199254740992", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "1e308", "1e400"};
constexpr std::array<std::string_view, 6> kWords = {"true", "false", "null", "[]", "{}", "\"\""};
constexpr std::string_view kSeparators = ",\n{}[]=;";

std::vector<std::string>& seeds() {
  static std::vector<std::string> all;
  return all;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_.+-").find(c) != std::string_view::npos;
}

bool is_number(std::string_view word) {
  return word.find_first_not_of("0123456789.-") == std::string_view::npos;
}

std::size_t below(std::size_t bound, Dice& dice) { return bound == 0 ? 0 : dice() % bound; }

std::vector<Span> words_of(std::string_view text) {
  std::vector<Span> words;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > i) words.push_back({i, end});
    i = end + 1;
  }
  return words;
}

std::vector<Span> segments_of(std::string_view text) {
  std::vector<Span> segments;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kSeparators, begin), text.size() - 1) + 1;
    segments.push_back({begin, end});
    begin = end;
  }
  return segments;
}

// A number becomes another number, a word another word of the same text; now and then the reverse.
void replace_word(std::string& text, Dice& dice) {
  const std::vector<Span> words = words_of(text);
  if (words.empty()) return;
  const Span at = words[below(words.size(), dice)];
  const Span other = words[below(words.size(), dice)];
  const bool is_crossed = below(8, dice) == 0;
  std::string with = text.substr(other.begin, other.end - other.begin);
  if (is_number(std::string_view(text).substr(at.begin, at.end - at.begin)) != is_crossed) {
    constexpr std::array<std::size_t, 3> kMagnitudes = {10, 1'000, 100'000};
    with = below(3, dice) == 0 ? std::to_string(below(kMagnitudes[below(3, dice)], dice))
                               : std::string(kNumbers[below(kNumbers.size(), dice)]);
  } else if (below(4, dice) == 0) {
    with = kWords[below(kWords.size(), dice)];
  }
  text.replace(at.begin, at.end - at.begin, with);
}

void change_segments(std::string& text, Dice& dice) {
  const std::vector<Span> segments = segments_of(text);
  if (segments.empty()) return;
  const Span from = segments[below(segments.size(), dice)];
  const Span to = segments[below(segments.size(), dice)];
  const std::string taken = text.substr(from.begin, from.end - from.begin);
  switch (below(3, dice)) {
    case 0:  // once more, elsewhere
      text.insert(to.begin, taken);
      break;
    case 1:  // in the place of another
      text.replace(to.begin, to.end - to.begin, taken);
      break;
    default:
      text.erase(from.begin, from.end - from.begin);
      break;
  }
}

}  // namespace

int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  const char* folder = std::getenv("FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    seeds().emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::sort(seeds().begin(), seeds().end());  // the same order on every machine
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned int seed) {
  Dice dice(seed);
  dice.discard(4);  // neighbouring numbers begin alike
  std::string text(fuzz::text_of(data, size));
  if (!seeds().empty() && below(4, dice) == 0) {
    text = seeds()[below(seeds().size(), dice)];
  } else if (below(2, dice) == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  for (std::size_t times = 1 + below(3, dice); times > 0; --times)
    below(3, dice) == 0 ? change_segments(text, dice) : replace_word(text, dice);
  text.resize(std::min(text.size(), max_size));
  std::memcpy(data, text.data(), text.size());
  return text.size();
}
