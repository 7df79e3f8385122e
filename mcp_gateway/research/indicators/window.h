#pragma once

// Windows over the last n values, each O(1) a bar (amortised), in memory of n values.
//
// None drifts. Sums of integers are exact, so they may add what comes and subtract what leaves
// for ever. A double is never subtracted: see WindowSum.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "mcp_gateway/research/indicators/seeding.h"

namespace research {

__extension__ using Int128 = __int128;

// Nearly always the value fits 64 bits, where the conversion is one instruction; both ways round
// to nearest.
inline double to_double(Int128 value) {
  const auto narrow = static_cast<std::int64_t>(value);
  return narrow == value ? static_cast<double>(narrow) : static_cast<double>(value);
}

// The last `capacity` values.
template <typename T>
class Ring {
 public:
  explicit Ring(std::size_t capacity) : values_(capacity) {}

  // Takes `value` in and returns the one that leaves: T{} until the ring is full.
  T push(T value) {
    T* const slot = values_.data() + next_;
    const T leaving = *slot;
    *slot = value;
    next_ = next_ + 1 == values_.size() ? 0 : next_ + 1;
    return leaving;
  }
  // All slots anew, oldest value first.
  void refill(const T* last) {
    for (std::size_t i = 0; i < values_.size(); ++i) push(last[i]);
  }
  // The one that push() would return.
  [[nodiscard]] T oldest() const { return values_.data()[next_]; }
  // All slots, in no order.
  [[nodiscard]] const T* begin() const { return values_.data(); }
  [[nodiscard]] const T* end() const { return values_.data() + values_.size(); }
  [[nodiscard]] std::size_t capacity() const { return values_.size(); }

 private:
  std::vector<T> values_;
  std::size_t next_ = 0;
};

// Exact sum of the last n integers.
template <typename T = std::int64_t>
class ExactSum {
 public:
  explicit ExactSum(std::size_t n) : ring_(n) {}
  void push(T value) { slide(value, ring_.push(value)); }
  // The same by one who knows what leaves, and afterwards says what the last n values were.
  void slide(T value, T leaving) { sum_ += value - leaving; }
  void refill(const T* last) { ring_.refill(last); }
  [[nodiscard]] T sum() const { return sum_; }
  [[nodiscard]] std::size_t capacity() const { return ring_.capacity(); }

 private:
  Ring<T> ring_;
  T sum_ = 0;
};

// Exact sum of the last n integers with weights 1 (oldest) to n (newest). Until n are in, the
// missing ones count as zeros.
template <typename T = std::int64_t>
class ExactWeightedSum {
 public:
  explicit ExactWeightedSum(std::size_t n) : ring_(n) {}
  void push(T value) {
    weighted_ += static_cast<T>(ring_.capacity()) * value - sum_;
    sum_ += value - ring_.push(value);
  }
  [[nodiscard]] T weighted() const { return weighted_; }
  [[nodiscard]] T sum() const { return sum_; }
  [[nodiscard]] std::size_t capacity() const { return ring_.capacity(); }

 private:
  Ring<T> ring_;
  T sum_ = 0;
  T weighted_ = 0;
};

// Sum of the last n doubles by additions alone. The ring is filled in rounds of n; when a round
// ends, each slot is replaced by the sum of itself and all later ones of its round. The window is
// then this round so far plus what the last round still contributes, which stands in the next slot.
//
//   slot       0    1    2    3       n = 4, two values of the new round are in
//   holds      e    f   c+d   d       sum = (e + f) + (c + d)
//
// The error is that of adding n numbers once, however long it runs; and a NaN leaves with its bar.
class WindowSum {
 public:
  explicit WindowSum(std::size_t n) : slots_(n) {}

  void push(double value) {
    double* const slots = slots_.data();
    const std::size_t n = slots_.size();
    round_ += value;
    slots[next_++] = value;
    if (next_ < n) {
      sum_ = round_ + slots[next_];
      return;
    }
    sum_ = round_;
    for (std::size_t i = n - 1; i > 0; --i) slots[i - 1] += slots[i];
    next_ = 0;
    round_ = 0;
  }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] std::size_t capacity() const { return slots_.size(); }

 private:
  std::vector<double> slots_;
  std::size_t next_ = 0;
  double round_ = 0;
  double sum_ = 0;
};

// Mean of the last n doubles; kNoValue until n are in, and while one of them is kNoValue.
class WindowMean {
 public:
  explicit WindowMean(std::size_t n) : window_(n), missing_(n) {}
  void push(double value) {
    window_.push(value);
    missing_ -= missing_ > 0 ? 1U : 0U;
  }
  [[nodiscard]] bool has_value() const { return missing_ == 0; }
  [[nodiscard]] double value() const {
    return has_value() ? window_.sum() / static_cast<double>(window_.capacity()) : kNoValue;
  }
  [[nodiscard]] std::size_t capacity() const { return window_.capacity(); }

 private:
  WindowSum window_;
  std::size_t missing_;
};

// Counts the bars until there is a value.
class Countdown {
 public:
  explicit Countdown(std::size_t bars) : bars_(bars), left_(bars) {}
  void bar() { left_ -= left_ > 0 ? 1U : 0U; }
  [[nodiscard]] bool is_over() const { return left_ == 0; }
  [[nodiscard]] std::size_t bars() const { return bars_; }

 private:
  std::size_t bars_;
  std::size_t left_;
};

// The extreme of the last n values, by a monotonic queue: what a newer value beats or equals can
// never be the extreme again. Of equal ones the latest counts.
template <typename T, typename Beats>
class WindowExtreme {
 public:
  explicit WindowExtreme(std::size_t n) : n_(n), entries_(n) {}

  void push(T value) {
    Entry* const entries = entries_.data();
    if (size_ > 0 && seen_ - entries[front_].at >= n_) {  // at most one leaves a bar
      front_ = front_ + 1 == n_ ? 0 : front_ + 1;
      --size_;
    }
    while (size_ > 0 && !Beats()(entries[slot(size_ - 1)].value, value)) --size_;
    entries[slot(size_)] = {value, seen_};
    ++size_;
    ++seen_;
  }
  // push() came first.
  [[nodiscard]] T value() const { return entries_.data()[front_].value; }
  // Bars since the extreme; 0: it is the newest.
  [[nodiscard]] std::size_t age() const { return seen_ - 1 - entries_.data()[front_].at; }
  [[nodiscard]] bool is_full() const { return seen_ >= n_; }
  [[nodiscard]] std::size_t capacity() const { return n_; }

 private:
  struct Entry {
    T value;
    std::size_t at;
  };
  [[nodiscard]] std::size_t slot(std::size_t offset) const {
    const std::size_t at = front_ + offset;
    return at >= n_ ? at - n_ : at;
  }

  std::size_t n_;
  std::vector<Entry> entries_;
  std::size_t front_ = 0;
  std::size_t size_ = 0;
  std::size_t seen_ = 0;
};
template <typename T = std::int64_t>
using WindowHigh = WindowExtreme<T, std::greater<T>>;
template <typename T = std::int64_t>
using WindowLow = WindowExtreme<T, std::less<T>>;

}  // namespace research
