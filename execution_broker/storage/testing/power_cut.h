#pragma once

// The disk after a power cut, rebuilt from what a RecordingVfs kept. A file's writes are certain
// once the file was synced after them; of later ones any part may be there, in sectors of 512
// bytes.

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "execution_broker/storage/testing/recording_vfs.h"

namespace broker::testing {

enum class Unsynced {
  kAllKept,       // everything up to the cut, in order
  kAllLost,       // only what was synced
  kRandomSubset,  // each 512-byte sector and each truncate by the toss of a coin
};

using DiskImage = std::map<std::string, std::vector<std::uint8_t>>;  // file name -> content

// Streaming: feed operations in order; image() may be asked at any point. Keeps no copy of synced
// history, so that every prefix of a long run is affordable.
class PowerCut {
 public:
  void add(const DiskOperation& operation);
  [[nodiscard]] DiskImage image(Unsynced unsynced, std::mt19937_64& random) const;

 private:
  struct File {
    std::vector<std::uint8_t> durable;
    std::vector<DiskOperation> pending;
  };
  std::map<std::string, File> files_;
};

// Replaces the folder's files by the image.
void write_image(const DiskImage& image, const std::filesystem::path& folder);

}  // namespace broker::testing
