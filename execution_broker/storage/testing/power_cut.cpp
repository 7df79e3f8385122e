#include "execution_broker/storage/testing/power_cut.h"

#include <algorithm>
#include <fstream>

#include "trading/base/invariant.h"

namespace broker::testing {
namespace {

constexpr std::size_t kSector = 512;

bool toss(std::mt19937_64& random) {
  return (random() & 1U) != 0;
}

void put(std::vector<std::uint8_t>& file, std::size_t at, const std::uint8_t* data,
         std::size_t size) {
  if (file.size() < at + size) file.resize(at + size);
  std::copy(data, data + size, file.begin() + static_cast<std::ptrdiff_t>(at));
}

void apply(std::vector<std::uint8_t>& file, const DiskOperation& operation) {
  const auto at = static_cast<std::size_t>(operation.at);
  if (operation.kind == DiskOperation::Kind::kTruncate) {
    file.resize(at);
  } else {
    put(file, at, operation.data.data(), operation.data.size());
  }
}

// Sectors are those of the file, not of the write: the first and the last may be touched in part.
void apply_some_sectors(std::vector<std::uint8_t>& file, const DiskOperation& operation,
                        std::mt19937_64& random) {
  if (operation.kind == DiskOperation::Kind::kTruncate) {
    if (toss(random)) apply(file, operation);
    return;
  }
  const auto begin = static_cast<std::size_t>(operation.at);
  const std::size_t end = begin + operation.data.size();
  for (std::size_t at = begin; at < end;) {
    const std::size_t next = std::min(end, (at / kSector + 1) * kSector);
    if (toss(random)) put(file, at, operation.data.data() + (at - begin), next - at);
    at = next;
  }
}

}  // namespace

void PowerCut::add(const DiskOperation& operation) {
  File& file = files_[operation.file];
  switch (operation.kind) {
    case DiskOperation::Kind::kWrite:
    case DiskOperation::Kind::kTruncate:
      file.pending.push_back(operation);
      break;
    case DiskOperation::Kind::kSync:
      for (const DiskOperation& pending : file.pending) apply(file.durable, pending);
      file.pending.clear();
      break;
    case DiskOperation::Kind::kDelete:
      files_.erase(operation.file);
      break;
  }
}

DiskImage PowerCut::image(Unsynced unsynced, std::mt19937_64& random) const {
  DiskImage image;
  for (const auto& [name, file] : files_) {
    std::vector<std::uint8_t>& content = image[name];
    content = file.durable;
    if (unsynced == Unsynced::kAllLost) continue;
    for (const DiskOperation& pending : file.pending) {
      if (unsynced == Unsynced::kAllKept) {
        apply(content, pending);
      } else {
        apply_some_sectors(content, pending, random);
      }
    }
  }
  return image;
}

void write_image(const DiskImage& image, const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const auto& [name, content] : image) {
    std::ofstream out(folder / name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(content.data()),
              static_cast<std::streamsize>(content.size()));
    INVARIANT(out.good(), "the image cannot be written");
  }
}

}  // namespace broker::testing
