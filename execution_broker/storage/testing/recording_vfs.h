#pragma once

// A wrapping SQLite VFS for tests: everything reaches the real files, and every write, truncate,
// sync and delete is kept in order, so that power_cut.h can rebuild the disk as a power cut at any
// point could have left it. It can also swallow syncs (a planted fault that a durability test must
// catch) and fail the nth operation. One thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace broker::testing {

struct DiskOperation {
  enum class Kind { kWrite, kTruncate, kSync, kDelete };
  Kind kind = Kind::kWrite;
  std::string file;     // name without folder
  std::int64_t at = 0;  // kWrite: offset; kTruncate: new size
  std::vector<std::uint8_t> data;
};

class RecordingVfs {
 public:
  explicit RecordingVfs(std::string name);  // registered under that name until destroyed
  RecordingVfs(const RecordingVfs&) = delete;
  RecordingVfs& operator=(const RecordingVfs&) = delete;
  ~RecordingVfs();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<DiskOperation>& operations() const { return operations_; }

  // From now on syncs report success without happening.
  void swallow_syncs(bool on) { swallows_syncs_ = on; }
  // The operation with this index (counted from the VFS's start) does nothing and reports the
  // SQLite result code.
  void fail_at(std::int64_t index, int code) { failure_ = Failure{index, code}; }

  // Called by the VFS.
  std::optional<int> count_and_fail();  // the code to report instead of acting
  void keep(DiskOperation operation) { operations_.push_back(std::move(operation)); }
  [[nodiscard]] bool swallows_syncs() const { return swallows_syncs_; }
  const std::string* intern(std::string file) { return &*names_.insert(std::move(file)).first; }

 private:
  struct Failure {
    std::int64_t index;
    int code;
  };
  struct Registration;
  std::string name_;
  std::unique_ptr<Registration> registration_;
  std::vector<DiskOperation> operations_;
  std::set<std::string> names_;
  bool swallows_syncs_ = false;
  std::optional<Failure> failure_;
  std::int64_t counted_ = 0;
};

}  // namespace broker::testing
