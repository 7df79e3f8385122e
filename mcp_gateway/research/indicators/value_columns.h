#pragma once

// Columns of results, in one piece of memory. A fused pass writes ten of them and reads three in
// step; columns that each begin on a page of their own, as large allocations do, would share one
// set of the first-level cache and push one another out (2.5 times slower, measured). So each
// begins a few cache lines further into its page than the last.

#include <cstddef>
#include <memory>

namespace research {

class ValueColumns {
 public:
  // Uninitialised.
  ValueColumns(std::size_t columns, std::size_t rows)
      : rows_(rows),
        stride_((rows + kPageDoubles - 1) / kPageDoubles * kPageDoubles + kStaggerDoubles),
        values_(std::make_unique_for_overwrite<double[]>(columns * stride_)) {}

  [[nodiscard]] double* column(std::size_t i) { return values_.get() + i * stride_; }
  [[nodiscard]] const double* column(std::size_t i) const { return values_.get() + i * stride_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  static constexpr std::size_t kPageDoubles = 512;
  static constexpr std::size_t kStaggerDoubles = 40;  // five lines: 12 columns before it wraps

  std::size_t rows_;
  std::size_t stride_;
  std::unique_ptr<double[]> values_;
};

}  // namespace research
