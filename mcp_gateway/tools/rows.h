#pragma once

// Rows into a reply until it is large enough: a host shows a model some 25,000 tokens at most.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace tools {

inline constexpr std::size_t kDefaultRowBytes = std::size_t{7} * 1024;  // a reply of 8 KB
inline constexpr std::size_t kMaxRowBytes = std::size_t{40} * 1024;
inline constexpr const char* kMoreRows =
    "narrow the call; a limit above the default allows a longer reply";

class Rows {
 public:
  // Who asks for more rows than the default gets a longer reply too.
  Rows(std::int64_t limit, std::int64_t default_limit)
      : max_bytes_(limit > default_limit ? kMaxRowBytes : kDefaultRowBytes) {}

  // False when the row did not fit any more; then nothing that follows does.
  bool add(nlohmann::json row) {
    bytes_ += row.dump().size() + 1;
    if (bytes_ > max_bytes_) is_full_ = true;
    if (!is_full_) rows_.push_back(std::move(row));
    return !is_full_;
  }
  // reply[name], total, truncated, and how to see the rest.
  void put(nlohmann::json& reply, const char* name, std::int64_t total) && {
    const bool is_truncated = total > static_cast<std::int64_t>(rows_.size());
    reply["returned"] = rows_.size();
    reply[name] = std::move(rows_);
    reply["total"] = total;
    reply["truncated"] = is_truncated;
    if (is_truncated) reply["next"] = kMoreRows;
  }

 private:
  nlohmann::json rows_ = nlohmann::json::array();
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  bool is_full_ = false;
};

}  // namespace tools
